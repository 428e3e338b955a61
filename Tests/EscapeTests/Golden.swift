import Foundation
import TestSupport
import Testing

/// Compares what a test wrote with a file of the repository.
///
/// With `RECORD_GOLDEN=1` the file is written, and the test fails all the same: somebody has to look.
func expect(_ text: String, toBe file: String) {
    let path = RepositoryFiles.path(file)
    let known = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    if known != text, ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
        try? text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let before = Set(known.split(separator: "\n"))
    let changed = text.split(separator: "\n").filter { !before.contains($0) }
    #expect(
        known == text,
        "\(file): run with RECORD_GOLDEN=1 and look at what changed:\n\(changed.joined(separator: "\n"))"
    )
}
