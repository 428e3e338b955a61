import Testing

@testable import JSONValue

@Suite struct ParseErrorTests {
    @Test(arguments: [
        ("", "1:1: expected a value, found the end of the document"),
        ("  \n ", "2:2: expected a value, found the end of the document"),
        ("[1, 2", "1:6: expected ',' or ']' after an element, found the end of the document"),
        ("[1,\n 2,]", "2:4: expected a value after ',', found ']'"),
        ("[1 2]", "1:4: expected ',' or ']' after an element, found '2'"),
        (#"{"a" 1}"#, "1:6: expected ':' after a key, found '1'"),
        (#"{"a":1,}"#, "1:8: expected a key after ',', found '}'"),
        ("{a: 1}", "1:2: expected a key or '}', found 'a'"),
        ("{'a': 1}", "1:2: expected a key or '}', found a single quote; JSON quotes with \""),
        (#"{"a": True}"#, "1:7: expected a value, found 'True'; JSON writes true"),
        ("[None]", "1:2: expected a value, found 'None'; JSON writes null"),
        ("[NaN]", "1:2: expected a value, found 'NaN'; JSON has no such number"),
        ("nul", "1:1: expected a value, found 'nul'"),
        (
            "1 // one",
            "1:3: expected the end after the document's one value, found '/'; JSON has no comments"
        ),
        ("{} {}", "1:4: expected the end after the document's one value, found '{'"),
        ("[é]", "1:2: expected a value, found 'é'"),
        ("[\u{1}]", "1:2: expected a value, found the control character 0x1"),
        ("01", "1:1: a number has a zero before its first digit; remove the zero"),
        ("-", "1:2: expected a digit after '-', found the end of the document"),
        ("+1", "1:1: expected a value, found '+'"),
        ("1.", "1:3: expected a digit after '.', found the end of the document"),
        (".5", "1:1: expected a value, found '.'"),
        ("[1e]", "1:4: expected a digit in the exponent, found ']'"),
        ("0x10", "1:2: expected the end after the document's one value, found 'x'"),
        (#"["abc]"#, "1:2: the string that begins here has no closing quote"),
        (#"["a\"]"#, "1:2: the string that begins here has no closing quote"),
        ("\"a\nb\"", "1:3: a line break stands in a string; close the string or write \\n"),
        ("\"a\tb\\n\"", "1:3: a tab stands in a string; write it as \\t"),
        ("\"\u{1B}[0m\"", #"1:2: a control character stands in a string; write it as \u001B"#),
        (#""\x""#, #"1:2: expected one of " \ / b f n r t u after a backslash, found 'x'"#),
        (#""\u12G4""#, #"1:2: expected four hexadecimal digits after \u, found 'G'"#),
        (#""a\u12""#, "1:3: expected four hexadecimal digits after \\u, found '\"'"),
        (
            #""\uD83D""#,
            #"1:2: the escape \uD83D is half of a surrogate pair and stands for no character"#
        ),
        (
            #""\uDE00\uD83D""#,
            #"1:2: the escape \uDE00 is half of a surrogate pair and stands for no character"#
        ),
        (
            #""\uD83D\u0041""#,
            #"1:2: the escape \uD83D is half of a surrogate pair and stands for no character"#
        ),
        ("{\"a\":1,\n \"a\":2}", #"2:2: the key "a" occurs twice in one object"#),
        (#"{"a":1,"\u0061":2}"#, #"1:8: the key "a" occurs twice in one object"#),
        (#"{"\u0061":1,"a":2}"#, #"1:13: the key "a" occurs twice in one object"#),
        (#"{"":1,"":2}"#, #"1:7: the key "" occurs twice in one object"#),
        ("\u{FEFF}{}", "1:1: the document begins with a byte order mark; save it without one"),
    ])
    func `a fault is named with its place, what was expected and what was found`(
        text: String, message: String
    ) throws {
        let error = try #require(throws: JSONParseError.self) { try JSON.parse(text) }

        #expect(error.description == message)
    }

    @Test func `the place of a fault counts bytes from the line's beginning`() throws {
        let error = try #require(throws: JSONParseError.self) {
            try JSON.parse("{\r\n  \"é\": tru\r\n}")
        }

        #expect(error.offset == 11)
        #expect(error.line == 2)
        #expect(error.column == 9)
    }

    @Test(
        arguments: [
            ([0xC0, 0xAF], 0), ([0xE0, 0x80, 0x80], 0), ([0xF0, 0x80, 0x80, 0x80], 0),
            ([0xED, 0xA0, 0x80], 0), ([0xF4, 0x90, 0x80, 0x80], 0), ([0x61, 0x80], 1),
            ([0x61, 0xC3], 1), ([0xE2, 0x82], 0), ([0xF0, 0x9F, 0x98], 0), ([0xFF], 0),
            ([0x62, 0x5C, 0x6E, 0xC3, 0x5C, 0x6E], 3),
            ([0xC3, 0x5C, 0x75, 0x30, 0x30, 0x65, 0x39], 0),
        ] as [([UInt8], Int)])
    func `bytes that are not UTF-8 are refused where they begin`(
        inner: [UInt8], place: Int
    ) throws {
        let quote = UInt8(ascii: "\"")

        let error = try #require(throws: JSONParseError.self) {
            try JSON.parse([quote] + inner + [quote])
        }

        #expect(error.reason == .invalidUTF8)
        #expect(error.offset == place + 1)
    }

    @Test func `a key that is not UTF-8 is refused too`() {
        #expect(throws: JSONParseError.self) {
            try JSON.parse([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D])
        }
    }

    @Test(arguments: [11, 12, 13, 14, 1_000, 20_000])
    func `a duplicate among many keys is found`(count: Int) throws {
        let members = (0..<count).map { "\"key \($0)\":\($0)" } + ["\"key \(count / 2)\":null"]

        let error = try #require(throws: JSONParseError.self) {
            try JSON.parse("{" + members.joined(separator: ",") + "}")
        }

        #expect(error.reason == .duplicateKey("key \(count / 2)"))
    }

    @Test func `a long key is shortened in the message`() throws {
        let key = String(repeating: "k", count: 100)

        let error = try #require(throws: JSONParseError.self) {
            try JSON.parse("{\"\(key)\":1,\"\(key)\":2}")
        }

        #expect(error.description.utf8.count < 100)
    }
}
