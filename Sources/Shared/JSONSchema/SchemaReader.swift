import JSONValue

/// Reads a schema document into nodes and collects every fault in it.
struct SchemaReader {
    private(set) var nodes: [SchemaRules] = []
    private(set) var faults: [JSONSchemaFault] = []
    /// Which node stands at which pointer of the document.
    private var places = JSONObject()
    /// What `$ref` names, to be found once everything is read.
    private var references: [(node: Int, target: String, pointer: String)] = []

    static let keywords =
        ["$ref", "$defs", "definitions", "allOf", "anyOf", "oneOf", "not"]
        + ["type", "enum", "const"] + annotations.sorted()
        + ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"]
        + ["minLength", "maxLength", "pattern"]
        + ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]
        + [
            "properties", "patternProperties", "additionalProperties", "propertyNames", "required",
            "dependentRequired", "minProperties", "maxProperties",
        ]

    /// Keywords that say nothing about which values fit.
    static let annotations: Set<String> = [
        "title", "description", "default", "examples", "format", "deprecated", "readOnly",
        "writeOnly", "$comment", "$schema", "$id",
    ]

    mutating func readDocument(_ document: JSON) {
        _ = read(document, at: "")
        resolveReferences()
        if faults.isEmpty { refuseEndlessReferences() }
    }

    /// Reads one subschema and answers its place among the nodes.
    mutating func read(_ schema: JSON, at pointer: String) -> Int {
        let place = nodes.count
        nodes.append(SchemaRules())
        places[pointer] = .integer(Int64(place))
        switch schema {
        case .bool(let accepts): nodes[place].acceptsAnything = accepts
        case .object(let object):
            var node = SchemaRules()
            for (keyword, value) in object {
                let here = JSONPointer.appending(keyword, to: pointer)
                let isKnown =
                    readCombining(keyword, value, at: here, into: &node, place: place)
                    || readGeneral(keyword, value, at: here, into: &node)
                    || readNumeric(keyword, value, at: here, into: &node)
                    || readTextual(keyword, value, at: here, into: &node)
                    || readArray(keyword, value, at: here, into: &node)
                    || readObject(keyword, value, at: here, into: &node)
                if !isKnown {
                    let hint = NearestName.hint(for: keyword, among: Self.keywords)
                    refuse(here, "unknown keyword '\(keyword)'\(hint)")
                }
            }
            nodes[place] = node
        default:
            refuse(pointer, "expected a schema (an object, true or false), found \(schema.brief)")
        }
        return place
    }

    mutating func refuse(_ pointer: String, _ message: String) {
        faults.append(JSONSchemaFault(pointer: pointer, message: message))
    }

    // MARK: - References

    mutating func refer(from node: Int, to reference: String, at pointer: String) {
        guard let target = JSONPointer.local(reference) else {
            refuse(
                pointer,
                "'\(reference)' is outside this document; refer to a part of it, as in '#/$defs/name'"
            )
            return
        }
        references.append((node, target, pointer))
    }

    private mutating func resolveReferences() {
        for (node, target, pointer) in references {
            if let place = places[target]?.integerValue {
                nodes[node].reference = Int(place)
            } else {
                refuse(pointer, "'#\(target)' names no schema in this document")
            }
        }
    }

    /// A reference must lead into a value before it leads to itself, or no check would end.
    private mutating func refuseEndlessReferences() {
        var isDone = [Bool](repeating: false, count: nodes.count)
        for (node, target, pointer) in references where !isDone[node] {
            var open = [node]
            var seen: Set<Int> = []
            while let next = open.popLast() {
                for beside in nodes[next].besides where seen.insert(beside).inserted {
                    open.append(beside)
                }
            }
            isDone[node] = true
            if seen.contains(node) {
                refuse(pointer, "'#\(target)' refers back to itself without going into the value")
            }
        }
    }
}
