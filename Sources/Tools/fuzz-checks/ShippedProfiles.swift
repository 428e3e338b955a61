import LinuxSystem
package import SandboxPolicy
import SandboxSupervisor

/// The profiles of this repository, for checks that need sound ones.
package struct ShippedProfiles: Sendable {
    package let files: [ProfileCatalogue.File]

    package init(files: [ProfileCatalogue.File]) { self.files = files }

    /// Reads `sandbox-profiles` of the working folder.
    package init() throws {
        files = try ["base/python.yaml", "base/javascript.yaml", "pure.yaml"].map { path in
            ProfileCatalogue.File(
                path: path, bytes: try UserFiles.read("sandbox-profiles/\(path)", limit: 1 << 20))
        }
    }

    package var bases: [ProfileCatalogue.File] { files.filter { $0.path.hasPrefix("base/") } }

    package func catalogue() throws -> ProfileCatalogue { try ProfileCatalogue.load(files) }

    package func frameCheck() throws -> FrameCheck {
        guard let pure = try catalogue().resolve(ProfileName("pure"), .python) else {
            throw ProfileNames.Missing()
        }
        return FrameCheck(profile: pure)
    }

    package func callsCheck() throws -> CallsCheck {
        try CallsCheck(catalogue: catalogue(), bases: bases)
    }

    package func profileCheck() -> ProfileCheck {
        ProfileCheck(
            bases: bases, profile: .init(path: "small.yaml", bytes: Array(Self.small.utf8)))
    }

    private static let small = """
        profile: small
        summary: What its base allows.
        limits: {wall-time: 5 s, cpu-time: 5 s, memory: 256 MiB, output: 8 MiB, logs: 1 MiB, processes: 1}
        files: [runtime-library]
        network: none
        syscalls:
          extends: {python: base/python}
        requires: {seccomp: full, landlock: full, namespaces: preferred}
        """
}
