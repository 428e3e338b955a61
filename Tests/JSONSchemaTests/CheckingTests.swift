import JSONValue
import Testing

@testable import JSONSchema

/// The faults of a value, each as it is printed.
func faults(_ schema: String, _ value: String) throws -> [String] {
    try JSONSchema(JSON.parse(schema)).faults(in: JSON.parse(value)).map(\.description)
}

@Suite struct CheckingTests {
    @Test(arguments: [
        ("{}", "[1]"), ("true", "null"), (#"{"type":"integer"}"#, "5"),
        (#"{"type":"integer"}"#, "5.0"), (#"{"type":"integer"}"#, "123456789012345678901234567890"),
        (#"{"type":"number"}"#, "1e400"), (#"{"type":["string","null"]}"#, "null"),
        (#"{"enum":[1,"a",{"b":2,"c":3}]}"#, #"{"c":3,"b":2.0}"#), (#"{"const":1}"#, "1.0"),
        (#"{"multipleOf":0.1}"#, "0.3"), (#"{"multipleOf":0.01}"#, "19.99"),
        (#"{"multipleOf":7}"#, "-14"), (#"{"multipleOf":0.5}"#, "1e300"),
        (#"{"minimum":1,"maximum":9223372036854775808}"#, "9223372036854775807"),
        (#"{"minLength":2,"maxLength":2}"#, "\"😀é\""),
        (#"{"pattern":"^[a-z]+-\\d{2}$"}"#, "\"ab-12\""), (#"{"minLength":5}"#, "12"),
        (#"{"properties":{"a":{"type":"string"}}}"#, "{}"),
        (
            #"{"patternProperties":{"^x-":{"type":"integer"}},"additionalProperties":false}"#,
            #"{"x-a":1}"#
        ),
        (#"{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}"#, #"["a",1,2]"#),
        (#"{"uniqueItems":true}"#, #"[1,"1",{"a":1},{"a":2}]"#),
        (#"{"anyOf":[{"type":"string"},{"minimum":5}]}"#, "7"),
        (#"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#, "7"),
        (#"{"not":{"type":"string"}}"#, "7"),
        (#"{"propertyNames":{"maxLength":3}}"#, #"{"abc":1}"#),
        (
            #"{"format":"date-time","title":"t","description":"d","default":1,"examples":[2]}"#,
            "\"x\""
        ),
        (#"{"dependentRequired":{"a":["b"]}}"#, #"{"c":1}"#),
    ])
    func `a value that fits has no faults`(schema: String, value: String) throws {
        #expect(try faults(schema, value) == [])
    }

    @Test(arguments: [
        ("false", "1", "/: expected nothing here, found 1"),
        (#"{"type":"integer"}"#, "5.5", "/: expected integer, found 5.5"),
        (#"{"type":"integer"}"#, "\"5\"", "/: expected integer, found \"5\""),
        (
            #"{"type":["string","null"]}"#, "[1,2]",
            "/: expected string or null, found an array of 2"
        ),
        (
            #"{"type":"string"}"#, #"{"a":1,"b":2}"#,
            "/: expected string, found an object with 'a', 'b'"
        ),
        (
            #"{"enum":["red","green"]}"#, "\"blue\"",
            #"/: expected one of "red", "green", found "blue""#
        ),
        (#"{"const":1}"#, "2", "/: expected 1, found 2"),
        (#"{"minimum":1}"#, "0", "/: expected at least 1, found 0"),
        (
            #"{"maximum":9007199254740993}"#, "9007199254740994.0",
            "/: expected at most 9007199254740993, found 9.007199254740994e+15"
        ),
        (#"{"exclusiveMinimum":0}"#, "0.0", "/: expected more than 0, found 0.0"),
        (#"{"exclusiveMaximum":1e400}"#, "1e400", "/: expected less than 1e400, found 1e400"),
        (#"{"multipleOf":0.1}"#, "0.35", "/: expected a multiple of 0.1, found 0.35"),
        (#"{"minLength":3}"#, "\"😀é\"", "/: expected at least 3 characters, found 2"),
        (#"{"pattern":"^a+$"}"#, "\"ab\"", #"/: expected text that matches '^a+$', found "ab""#),
        (#"{"minItems":1}"#, "[]", "/: expected at least 1 item, found 0"),
        (
            #"{"uniqueItems":true}"#, "[1,2,1.0]",
            "/: expected unique items, found items 0 and 2 equal"
        ),
        (#"{"maxProperties":1}"#, #"{"a":1,"b":2}"#, "/: expected at most 1 member, found 2"),
        (#"{"required":["iid"]}"#, "{}", "/: the member 'iid' is missing"),
        (
            #"{"properties":{"label":true},"additionalProperties":false}"#, #"{"lable":1}"#,
            "/: unknown member 'lable'; did you mean 'label'?"
        ),
        (
            #"{"additionalProperties":{"type":"null"}}"#, #"{"a/b~c":1}"#,
            "/a~1b~0c: expected null, found 1"
        ),
        (
            #"{"properties":{"a":{"items":{"type":"string"}}}}"#, #"{"a":["x",1]}"#,
            "/a/1: expected string, found 1"
        ),
        (#"{"prefixItems":[true],"items":false}"#, "[1,2]", "/1: expected nothing here, found 2"),
        (
            #"{"propertyNames":{"pattern":"^[a-z]*$"}}"#, #"{"A":1}"#,
            "/A: expected text that matches '^[a-z]*$', found \"A\""
        ),
        (
            #"{"dependentRequired":{"a":["b"]}}"#, #"{"a":1}"#,
            "/: the member 'b' is missing, which 'a' needs"
        ),
        (#"{"allOf":[{"minimum":3}]}"#, "2", "/: expected at least 3, found 2"),
        (
            #"{"anyOf":[{"type":"string"},{"properties":{"a":{"type":"null"}}}]}"#, #"{"a":1}"#,
            "/: fits none of 2 alternatives; of number 2: /a: expected null, found 1"
        ),
        (
            #"{"oneOf":[{"minimum":1},{"maximum":9}]}"#, "5",
            "/: expected to fit one alternative only, fits the alternatives 1 and 2"
        ),
        (#"{"not":{"type":"null"}}"#, "null", "/: is what the schema excludes, found null"),
    ])
    func `a fault has its place, what was expected and what was found`(
        schema: String, value: String, fault: String
    ) throws {
        #expect(try faults(schema, value) == [fault])
    }

    @Test func `every fault is listed, each with its own place`() throws {
        let schema = """
            {"type": "object", "required": ["id", "tags"], "additionalProperties": false,
             "properties": {"id": {"type": "integer"}, "tags": {"items": {"minLength": 1}}}}
            """

        let found = try faults(schema, #"{"id": "7", "tags": ["", "a", ""], "more": 1}"#)

        #expect(
            found == [
                "/id: expected integer, found \"7\"",
                "/tags/0: expected at least 1 character, found 0",
                "/tags/2: expected at least 1 character, found 0",
                "/: unknown member 'more'",
            ])
    }

    @Test func `names are compared by their bytes`() throws {
        let schema =
            "{\"properties\":{\"\u{E9}\":{\"type\":\"null\"},\"e\u{301}\":{\"type\":\"string\"}}}"

        #expect(try faults(schema, "{\"\u{E9}\":null,\"e\u{301}\":\"x\"}") == [])
        #expect(try faults(schema, "{\"\u{E9}\":\"x\"}").count == 1)
    }

    @Test func `a tree is described by a schema that refers to itself`() throws {
        let schema = """
            {"$ref": "#/$defs/a%20tree", "$defs": {"a tree": {"type": "object", "required": ["value"],
             "properties": {"value": {"type": "integer"}, "children": {"items": {"$ref": "#/$defs/a tree"}}}}}}
            """

        #expect(try faults(schema, #"{"value":1,"children":[{"value":2,"children":[]}]}"#) == [])
        #expect(
            try faults(schema, #"{"value":1,"children":[{"value":2,"children":[{"value":null}]}]}"#)
                == ["/children/0/children/0/value: expected integer, found null"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `alternatives that multiply end as a fault`() throws {
        let schema =
            ##"{"items":{"anyOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]},"type":"array"}"##
        let value = String(repeating: "[", count: 100) + "1" + String(repeating: "]", count: 100)

        #expect(try faults(schema, value) == ["/: takes too many steps to check with this schema"])
    }

    @Test func `no more than a hundred faults are listed`() throws {
        let value = "[" + (0..<1_000).map(String.init).joined(separator: ",") + "]"

        #expect(try faults(#"{"items":{"type":"string"}}"#, value).count == 100)
    }
}
