import Testing

@testable import JSONValue

@Suite struct LimitTests {
    @Test func `nesting up to the limit is read and one level more is refused`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[{\"a\":", count: depth / 2) + "1"
                + String(repeating: "}]", count: depth / 2)
        }

        _ = try JSON.parse(nested(128))
        let error = try #require(throws: JSONParseError.self) { try JSON.parse(nested(130)) }

        #expect(error.reason == .tooDeep(limit: 128))
        #expect(error.description == "1:385: arrays and objects nest deeper than 128 levels")
    }

    @Test func `a million open brackets are refused without recursion`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)

        #expect(throws: JSONParseError.self) {
            try JSON.parse(bytes, limits: JSONLimits(depth: .max))
        }
    }

    @Test func `the deepest value that any limit allows is read, compared and written`()
        async throws
    {
        let text =
            String(repeating: "[", count: JSONLimits.deepest)
            + String(repeating: "]", count: JSONLimits.deepest)

        let value = try await Task { try JSON.parse(text, limits: JSONLimits(depth: .max)) }.value

        #expect(value.text == text)
        #expect(value == (try JSON.parse(value.prettyText, limits: JSONLimits(depth: .max))))
    }

    @Test func `a document over the size limit is refused before it is read`() throws {
        let error = try #require(throws: JSONParseError.self) {
            try JSON.parse("[12345]", limits: JSONLimits(size: 6))
        }

        #expect(error.reason == .tooLarge(limit: 6))
        #expect(error.description == "1:1: the document is larger than 6 bytes")
        #expect(try JSON.parse("[1234]", limits: JSONLimits(size: 6)) == [1234])
    }

    @Test(.timeLimit(.minutes(1)))
    func `an object of 300,000 keys takes no quadratic time`() throws {
        let text = "{" + (0..<300_000).map { "\"\($0)\":\($0)" }.joined(separator: ",") + "}"

        let value = try JSON.parse(text)

        for key in stride(from: 0, to: 300_000, by: 7) {
            #expect(value["\(key)"] == .integer(Int64(key)))
        }
        #expect(value == (try JSON.parse(text)))
    }
}
