import Testing

@testable import JSONValue

@Suite struct ParsingTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "0.5", "1.0", "-0.0", "1e+16", "0.30000000000000004", "5e-324",
        "3.14159265358979323846", "1e400", #""""#, #""a\"b\\c\n\t\u0001é😀""#, "[]", "{}",
        #"[1,[2,{"a":null}],"x"]"#, #"{"b":1,"a":{"é":[true,false]}}"#,
    ])
    func `a compact document is written back byte for byte`(text: String) throws {
        #expect(try JSON.parse(text).text == text)
    }

    @Test func `escapes are read`() throws {
        let value = try JSON.parse(#""\u00e9\ud83d\ude00\/\b\f\r""#)

        #expect(value == .string("\u{E9}😀/\u{8}\u{C}\r"))
    }

    @Test func `the form for people indents by two spaces`() throws {
        let value = try JSON.parse(#"{"a":[1,{"b":[]}],"c":{}}"#)

        #expect(
            value.prettyText == """
                {
                  "a": [
                    1,
                    {
                      "b": []
                    }
                  ],
                  "c": {}
                }
                """)
    }
}
