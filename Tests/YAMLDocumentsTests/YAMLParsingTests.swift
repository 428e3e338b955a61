import Testing
import YAMLDocuments

/// Swift Testing has a `SourceLocation` of its own.
typealias Place = YAMLDocuments.SourceLocation

struct YAMLParsingTests {
    @Test func `a document keeps order, text and places`() throws {
        let node = try YAMLNode.parse(
            """
            # comment
            flow: sample
            on:
              webhook: {at: "/err"}
            list:
              - 1
              - 'two'
            """)

        #expect(node.members?.map(\.key) == ["flow", "on", "list"])
        #expect(node["flow"]?.scalar == .string("sample"))
        #expect(node["flow"]?.location == Place(line: 2, column: 7))
        #expect(node["on"]?["webhook"]?["at"]?.location == Place(line: 4, column: 17))
        #expect(node["list"]?.elements?.map(\.scalar) == [.integer(1), .string("two")])
    }

    @Test(arguments: [
        ("on", YAMLScalar.string("on")), ("yes", .string("yes")), ("off", .string("off")),
        ("1_000", .string("1_000")), ("012", .integer(12)), ("0o14", .integer(12)),
        ("0x1F", .integer(31)), ("0b11", .string("0b11")), ("-7", .integer(-7)),
        ("+7", .integer(7)), ("1.5", .double(1.5)), (".5", .double(0.5)), ("1.", .double(1)),
        ("1e3", .double(1000)), (".", .string(".")), ("-", .string("-")), ("~", .null),
        ("", .null), ("null", .null), ("nul", .string("nul")), ("True", .bool(true)),
        ("tRue", .string("tRue")), ("false", .bool(false)), (".inf", .double(.infinity)),
        ("12:30:45", .string("12:30:45")), ("2026-01-02", .string("2026-01-02")),
        ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)),
        ("0x-1", .string("0x-1")), ("1e", .string("1e")),
    ])
    func `plain scalars have the types of YAML 1_2`(text: String, expected: YAMLScalar) {
        #expect(YAMLScalar.core(text, isQuoted: false) == expected)
        #expect(YAMLScalar.core(text, isQuoted: true) == .string(text))
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "the key 'a' stands here twice; the first is at 1:1"),
        ("a: &x 1\n", 1, 4, "anchors are not supported; remove '&x'"),
        ("a: *x\n", 1, 4, "aliases are not supported; write the value of '*x' out here"),
        ("a: !!str 1\n", 1, 4, "tags are not supported; remove the tag 'tag:yaml.org,2002:str'"),
        ("<<: {a: 1}\n", 1, 1, "merge keys are not supported; write the keys out"),
        ("a: 1\n---\nb: 2\n", 2, 1, "a second document begins here; one file holds one document"),
        ("a:\n\tb: 1\n", 2, 1, "a tab cannot indent; YAML indents with spaces only"),
        ("a: {b: ${{ x }}}\n", 1, 9, "an expression inside { } or [ ] needs quotes: \"${{ … }}\""),
        (
            "a: {{ x }}\n", 1, 5,
            "a key must be text; if this is an expression, write it as \"${{ … }}\" in quotes"
        ),
        ("a: @b\n", 1, 4, "a plain text cannot begin with '@'; put it in quotes"),
        (
            "%YAML 1.1\n---\na: 1\n", 1, 1,
            "the file asks for YAML 1.1; it is read as YAML 1.2: remove the %YAML line"
        ),
        (
            "a: \u{2028}b\n", 1, 4,
            "U+2028 is a line separator that editors do not show as one; remove it or write it as \"\\u2028\" in double quotes"
        ),
        (
            "a: \u{202E}b\n", 1, 4,
            "U+202E is a character that reorders the text around it; remove it or write it as \"\\u202E\" in double quotes"
        ),
        (
            "a: \u{0}b\n", 1, 4,
            "U+0000 is a control character; remove it or write it as \"\\u0000\" in double quotes"
        ),
        ("{: 1}\n", 1, 2, "expected a key or a value here"),
        ("a: b\rc\n", 1, 5, "a carriage return stands here without a line feed; remove it"),
        ("a: [1\n", 2, 1, "the file ends inside a list, a mapping or a quoted text"),
        ("a: [1", 1, 6, "the file ends inside a list, a mapping or a quoted text"),
        ("?\n: 1\n", 1, 2, "a key is missing here"),
    ])
    func `what a flow file has no use for is refused with its place`(
        text: String, line: Int, column: Int, message: String
    ) {
        let error = #expect(throws: YAMLError.self) { try YAMLNode.parse(text) }

        #expect(error?.location == Place(line: line, column: column))
        #expect(error?.message == message)
    }

    @Test func `bytes that are no UTF-8 are refused with their place`() {
        let error = #expect(throws: YAMLError.self) {
            try YAMLNode.parse(Array("a: é\nb: ".utf8) + [0xC3, 0x28])
        }

        #expect(error?.location == Place(line: 2, column: 4))
        #expect(error?.message == "the file is not UTF-8 here; save it as UTF-8")
    }

    @Test func `a byte order mark is accepted and UTF-16 is not`() throws {
        let node = try YAMLNode.parse([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8))

        #expect(node["a"]?.location == Place(line: 1, column: 4))
        #expect(throws: YAMLError.self) { try YAMLNode.parse([0xFF, 0xFE, 0x61, 0x00]) }
    }

    @Test func `depth and size are limited`() {
        let deep = String(repeating: "[", count: 10_000)
        let error = #expect(throws: YAMLError.self) { try YAMLNode.parse(deep) }
        #expect(error?.message == "nested deeper than 64 levels")
        #expect(error?.location == Place(line: 1, column: 65))

        let long = String(repeating: "a", count: 2 << 20)
        let size = #expect(throws: YAMLError.self) { try YAMLNode.parse(long) }
        #expect(size?.message == "the file has 2097152 bytes; the most is 1048576")
    }

    @Test(arguments: ["", "\n\n", "# only a comment\n"])
    func `an empty file is null`(text: String) throws {
        #expect(try YAMLNode.parse(text).scalar == .null)
    }

    @Test func `keys that only look alike are two keys`() throws {
        let node = try YAMLNode.parse("\"\u{E9}\": 1\n\"e\u{301}\": 2\n")

        #expect(node["e\u{301}"]?.scalar == .integer(2))
    }
}
