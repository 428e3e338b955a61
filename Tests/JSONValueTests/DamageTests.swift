import Testing

@testable import JSONValue

@Suite struct DamageTests {
    @Test(.timeLimit(.minutes(1)), arguments: UInt64(41)...44)
    func `a damaged document is read or refused, with a place inside it`(seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        for _ in 0..<10_000 {
            let value = generator.value(depth: 3)
            let bytes = generator.damaged(Array(generator.spelling(of: value).utf8))
            do {
                let read = try JSON.parse(bytes)
                try #require(try JSON.parse(read.bytes) == read)
                try #require(try JSON.parse(read.prettyText) == read)
            } catch let error as JSONParseError {
                try #require(error.offset >= 0 && error.offset <= bytes.count)
                let before = bytes[..<error.offset]
                let lineFeed = UInt8(ascii: "\n")
                let lineStart = before.lastIndex(of: lineFeed).map { $0 + 1 } ?? 0
                try #require(error.line == before.count { $0 == lineFeed } + 1)
                try #require(error.column == error.offset - lineStart + 1)
            }
        }
    }

    @Test func `a document that is cut anywhere is refused`() throws {
        var generator = DocumentGenerator(seed: 45)
        let object: JSON = ["key": generator.value(), "other": ["\u{E9}\n😀", -1.5e300, true, nil]]
        let bytes = object.bytes

        for end in 0..<bytes.count {
            #expect(throws: JSONParseError.self) { try JSON.parse(Array(bytes[..<end])) }
        }
    }
}
