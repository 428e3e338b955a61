import Foundation

/// Files of the repository that a test reads.
package enum RepositoryFiles {
    /// The folder that holds `Package.swift`.
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The absolute path of a file of the repository.
    package static func path(_ path: String) -> String {
        root.appending(path: path).path(percentEncoded: false)
    }

    package static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appending(path: path)))
    }

    /// The files of a folder and of those in it, with their paths relative to it, in order.
    package static func files(in folder: String) throws -> [(path: String, bytes: [UInt8])] {
        let start = root.appending(path: folder)
        let paths = try FileManager.default.subpathsOfDirectory(
            atPath: start.path(percentEncoded: false))
        return try paths.sorted().compactMap { path in
            let file = start.appending(path: path)
            let values = try file.resourceValues(forKeys: [.isRegularFileKey])
            guard values.isRegularFile == true else { return nil }
            return (path, [UInt8](try Data(contentsOf: file)))
        }
    }
}
