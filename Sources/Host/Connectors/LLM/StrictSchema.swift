internal import JSONValue

/// Whether a schema keeps the rules that strict structured output demands.
enum StrictSchema {
    private static let keywords: Set<String> = [
        "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf",
        "$ref", "$defs", "definitions", "description", "title", "pattern", "format", "multipleOf",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems",
    ]

    static func isStrict(_ schema: JSON) -> Bool {
        schema["type"]?.stringValue == "object" && schema["anyOf"] == nil && check(schema, depth: 0)
    }

    private static func check(_ schema: JSON, depth: Int) -> Bool {
        guard depth < 10, let members = schema.objectValue else { return false }
        guard members.keys.allSatisfy(keywords.contains) else { return false }
        let types = schema["type"]?.arrayValue ?? schema["type"].map { [$0] } ?? []
        let names = types.compactMap(\.stringValue)
        if names.isEmpty,
            !["anyOf", "$ref", "enum", "const"].contains(where: { schema[$0] != nil })
        {
            return false
        }
        let properties = schema["properties"]?.objectValue
        if names.contains("object") {
            let required = schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
            guard schema["additionalProperties"]?.boolValue == false,
                Set(required) == Set(properties?.keys ?? [])
            else { return false }
        }
        if names.contains("array"), schema["items"] == nil { return false }
        var inner = schema["anyOf"]?.arrayValue ?? []
        inner += properties?.members.map(\.value) ?? []
        inner += [schema["items"]].compactMap(\.self)
        for key in ["$defs", "definitions"] {
            inner += schema[key]?.objectValue?.members.map(\.value) ?? []
        }
        return inner.allSatisfy { check($0, depth: depth + 1) }
    }
}
