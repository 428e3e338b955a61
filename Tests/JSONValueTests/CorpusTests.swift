import Foundation
import Testing

@testable import JSONValue

/// The documents in `Tests/Fixtures/corpus/json`, which also seed the fuzzer.
@Suite struct CorpusTests {
    @Test func `every document in accepted is read and comes back`() throws {
        let documents = try corpus("accepted")
        #expect(documents.count >= 20)

        for (name, bytes) in documents {
            let value = try JSON.parse(bytes)
            #expect(try JSON.parse(value.bytes) == value, "\(name)")
            #expect(try JSON.parse(value.prettyText) == value, "\(name)")
        }
    }

    @Test func `every document in refused is refused`() throws {
        let documents = try corpus("refused")
        #expect(documents.count >= 40)

        for (name, bytes) in documents {
            #expect(throws: JSONParseError.self, "\(name)") { try JSON.parse(bytes) }
        }
    }

    /// What the fuzzer found goes into `found`, whichever way it is answered.
    @Test func `every document in found is answered`() throws {
        for (name, bytes) in try corpus("found") {
            guard let value = try? JSON.parse(bytes) else { continue }
            #expect(try JSON.parse(value.bytes) == value, "\(name)")
        }
    }

    private func corpus(_ kind: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/corpus/json/\(kind)").standardized
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            name in
            (name, Array(try Data(contentsOf: folder.appending(path: name))))
        }
    }
}
