import FlowModel
import Foundation
import Testing

/// Faulty files with everything that is said about them, beside each other in `Golden/`.
///
/// `RECORD_GOLDEN=1` writes what is said now, and fails, so that somebody reads the difference.
struct GoldenFaultTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden")

    static func names(in group: String) -> [String] {
        let path = folder.appending(path: group).path(percentEncoded: false)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    @Test func `there are golden files`() {
        #expect(Self.names(in: "flows").count >= 20)
        #expect(Self.names(in: "configurations").count >= 2)
    }

    @Test(arguments: names(in: "flows"))
    func `every fault of a flow is said at once`(name: String) throws {
        var files = Sample.files
        files.links = ["link.py"]
        files.contents["link.py"] = []
        files.contents["binary.py"] = [0xFF, 0xFE]
        let bytes = try bytes("flows/\(name).yaml")

        let reading = Flow.read(
            bytes, file: "\(name).yaml", files: files, surroundings: try Sample.surroundings())

        #expect(reading.flow == nil)
        try compare(reading.faults.rendered(with: reading.source), with: "flows/\(name).faults")
    }

    @Test(arguments: names(in: "configurations"))
    func `every fault of a configuration is said at once`(name: String) throws {
        let bytes = try bytes("configurations/\(name).yaml")

        let reading = HostConfiguration.read(
            bytes, file: "\(name).yaml", path: nil, operations: Sample.operations,
            profiles: Sample.profiles)

        #expect(reading.configuration == nil)
        let text = reading.faults.rendered(with: reading.source)
        try compare(text, with: "configurations/\(name).faults")
        for secret in ["hunter2", "Basic abc", "user:pw", "sk-0123", "glpat-"] {
            #expect(!text.contains(secret))
        }
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: path)))
    }

    private func compare(_ text: String, with path: String) throws {
        let file = Self.folder.appending(path: path)
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
            Issue.record("recorded \(path); read the difference and run without RECORD_GOLDEN")
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(text == expected)
    }
}
