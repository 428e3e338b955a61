import Testing

@testable import JSONValue

@Suite struct WritingTests {
    @Test func `every character comes back from what is written`() throws {
        var text = ""
        for code in UInt32(0)...0x1_1000 {
            if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
        }

        let bytes = JSON.string(text).bytes

        #expect(try JSON.parse(bytes) == .string(text))
        #expect(!bytes.contains { $0 < 0x20 })
    }

    @Test(arguments: 0...40)
    func `an escape at any place of a string is written`(place: Int) throws {
        var text = String(repeating: "x", count: 40)
        text.insert("\"", at: text.index(text.startIndex, offsetBy: place))

        let written = JSON.array([.string(text)]).text

        #expect(written.utf8.count == 46)
        #expect(try JSON.parse(written) == .array([.string(text)]))
    }

    @Test(arguments: [
        (JSON.double(1), "1.0"), (.double(-0.0), "-0.0"), (.double(1e21), "1e+21"),
        (.double(0.1), "0.1"), (.integer(.min), "-9223372036854775808"), (.integer(0), "0"),
        (.integer(10), "10"), (.integer(-7), "-7"), (.integer(.max), "9223372036854775807"),
        (.bigNumber("1e400"), "1e400"), (.double(.nan), "null"), (.double(.infinity), "null"),
        (.bigNumber("1}, \"a\": {"), #""1}, \"a\": {""#),
        (
            .string("\u{0}\u{8}\u{C}\n\r\t\u{1F}\u{7F}/\u{2028}"),
            "\"\\u0000\\b\\f\\n\\r\\t\\u001f\u{7F}/\u{2028}\""
        ),
    ])
    func `a scalar is written in its one form`(value: JSON, text: String) {
        #expect(value.text == text)
    }
}
