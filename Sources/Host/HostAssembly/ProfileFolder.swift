internal import LinuxSystem
package import SandboxPolicy
internal import SeccompFilters

/// Something the host needs is missing or unusable, in words for who runs the command.
package struct HostError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Whose business the remedy is.
    package enum Cause: Sendable, Hashable {
        /// What the user named or wrote.
        case given
        case host
    }

    package let description: String
    package let cause: Cause
    package init(_ description: String, cause: Cause = .host) {
        self.description = description
        self.cause = cause
    }
}

/// Where the host's profiles stand, and what they say.
package enum ProfileFolder {
    /// The folder `sandbox-profiles`, found from where the executable is: beside it or above it in a
    /// checkout, under `share/sluice` where it is installed.
    ///
    // SECURITY: no environment variable and no working folder can bring other profiles.
    package static func locate(from executable: String?) throws(HostError) -> String {
        var folders = (executable ?? "").split(separator: "/").map(String.init)
        while !folders.isEmpty {
            folders.removeLast()
            let folder = "/" + folders.joined(separator: "/")
            for place in ["sandbox-profiles", "share/sluice/sandbox-profiles"] {
                let path = folder == "/" ? "/\(place)" : "\(folder)/\(place)"
                if ProcessSurroundings.isFolder(path) { return path }
            }
        }
        throw HostError(
            "there is no folder 'sandbox-profiles' beside or above the executable"
                + (executable.map { " '\($0)'" } ?? "")
                + "; run sluice from where it was built or installed")
    }

    /// Every profile of the folder, or every fault in them at once.
    package static func load(_ folder: String) throws -> ProfileCatalogue {
        var files: [ProfileCatalogue.File] = []
        for path in try profilePaths(in: folder) {
            let bytes = try UserFiles.read("\(folder)/\(path)", limit: 1 << 20)
            files.append(ProfileCatalogue.File(path: path, bytes: bytes))
        }
        return try ProfileCatalogue.load(files, knownCalls: SystemCalls.knownNames)
    }

    private static func profilePaths(in folder: String) throws(UserFileError) -> [String] {
        var paths: [String] = []
        for name in try UserFiles.list(folder) where name.hasSuffix(".yaml") {
            paths.append(name)
        }
        if ProcessSurroundings.isFolder("\(folder)/base") {
            for name in try UserFiles.list("\(folder)/base") where name.hasSuffix(".yaml") {
                paths.append("base/\(name)")
            }
        }
        return paths
    }
}
