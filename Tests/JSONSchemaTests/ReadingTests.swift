import JSONValue
import Testing

@testable import JSONSchema

@Suite struct ReadingTests {
    @Test(arguments: [
        ("5", "/: expected a schema (an object, true or false), found 5"),
        (#"{"typ":"string"}"#, "/typ: unknown keyword 'typ'; did you mean 'type'?"),
        (#"{"minlength":1}"#, "/minlength: unknown keyword 'minlength'; did you mean 'minLength'?"),
        (#"{"nullable":true}"#, "/nullable: unknown keyword 'nullable'"),
        (
            #"{"properties":{"a":{"tpye":"string"}}}"#,
            "/properties/a/tpye: unknown keyword 'tpye'; did you mean 'type'?"
        ),
        (
            #"{"type":"int"}"#,
            "/type: expected one of null, boolean, integer, number, string, array, object, found \"int\""
        ),
        (
            #"{"type":"strng"}"#,
            "/type: expected one of null, boolean, integer, number, string, array, object, found \"strng\"; did you mean 'string'?"
        ),
        (#"{"type":[]}"#, "/type: expected at least one type, found an empty array"),
        (#"{"enum":[]}"#, "/enum: expected an array of at least one value, found an empty array"),
        (#"{"minLength":-1}"#, "/minLength: expected a whole number of at least 0, found -1"),
        (#"{"maxItems":1.5}"#, "/maxItems: expected a whole number of at least 0, found 1.5"),
        (#"{"minimum":"1"}"#, "/minimum: expected a number, found \"1\""),
        (#"{"multipleOf":0}"#, "/multipleOf: expected a number above 0, found 0"),
        (#"{"required":["a",1]}"#, "/required: expected an array of strings, found an array of 2"),
        (#"{"required":true}"#, "/required: expected an array of strings, found true"),
        (#"{"properties":[]}"#, "/properties: expected an object, found an empty array"),
        (
            #"{"items":[{}]}"#,
            "/items: expected one schema for all items; a list of schemas is 'prefixItems'"
        ),
        (
            #"{"anyOf":[]}"#,
            "/anyOf: expected an array of at least one schema, found an empty array"
        ),
        (#"{"allOf":[{},3]}"#, "/allOf/1: expected a schema (an object, true or false), found 3"),
        (#"{"uniqueItems":1}"#, "/uniqueItems: expected true or false, found 1"),
        (##"{"$ref":"#/$defs/a"}"##, "/$ref: '#/$defs/a' names no schema in this document"),
        (
            #"{"$ref":"https://example.com/a.json"}"#,
            "/$ref: 'https://example.com/a.json' is outside this document; refer to a part of it, as in '#/$defs/name'"
        ),
        (
            ##"{"$ref":"#name"}"##,
            "/$ref: '#name' is outside this document; refer to a part of it, as in '#/$defs/name'"
        ),
        (
            ##"{"enum":[{}],"$ref":"#/enum/0"}"##,
            "/$ref: '#/enum/0' names no schema in this document"
        ),
        (##"{"$ref":"#"}"##, "/$ref: '#' refers back to itself without going into the value"),
        (
            #"{"pattern":"(?=a)"}"#,
            "/pattern: a group that begins with '(?=' is not supported here (character 2 of the pattern)"
        ),
        (#"{"pattern":"a("}"#, "/pattern: a '(' is not closed (character 2 of the pattern)"),
        (
            #"{"patternProperties":{"[":{}}}"#,
            "/patternProperties/[: a '[' is not closed (character 1 of the pattern)"
        ),
    ])
    func `a schema that cannot be meant is refused with its place`(
        schema: String, fault: String
    ) throws {
        let error = try #require(throws: JSONSchemaError.self) {
            try JSONSchema(JSON.parse(schema))
        }

        #expect(error.description == fault)
    }

    @Test func `every fault of a schema is named at once`() throws {
        let error = try #require(throws: JSONSchemaError.self) {
            try JSONSchema(JSON.parse(#"{"typ":1,"minimum":"a","properties":{"b":{"titel":1}}}"#))
        }

        #expect(error.faults.map(\.pointer) == ["/typ", "/minimum", "/properties/b/titel"])
    }

    @Test func `references that chase each other are refused`() throws {
        let schema = ##"{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"$ref":"#/$defs/a"}}}"##

        let error = try #require(throws: JSONSchemaError.self) {
            try JSONSchema(JSON.parse(schema))
        }

        #expect(error.faults.count == 2)
    }

    @Test func `a schema equals one with the same document`() throws {
        let one = try JSONSchema(JSON.parse(#"{"type":"string","minLength":1}"#))
        let other = try JSONSchema(JSON.parse(#"{"minLength":1.0,"type":"string"}"#))

        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
    }
}
