import Foundation

/// A folder of a test's own, removed with this object.
package final class TemporaryFolder: Sendable {
    /// Absolute, without a slash at the end.
    package let path: String

    /// - Parameter parent: nil for the usual place, which the private root of scripts hides while it is built.
    package init(in parent: String? = nil) throws {
        let url = (parent.map { URL(filePath: $0) } ?? FileManager.default.temporaryDirectory)
            .appending(path: "sluice-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path(percentEncoded: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func file(_ name: String) -> String { "\(path)/\(name)" }
}
