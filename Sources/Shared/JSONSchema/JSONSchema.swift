package import JSONValue

/// A JSON Schema (2020-12, the vocabulary listed in docs/flows.md) that values are checked against.
///
/// `pattern` is searched in time linear in the text, so that no value can make a check hang; what
/// that excludes of regular expressions is refused when the schema is read. `format` is a note for
/// people, as the standard has it by default. Two schemas are equal when their documents are.
package struct JSONSchema: Sendable {
    package let document: JSON
    /// Every subschema, the whole one first; they name each other by place, since `$ref` makes cycles.
    private let nodes: [SchemaNode]

    /// Throws a fault for each keyword that is not known or is malformed: an unknown keyword would
    /// silently accept everything.
    package init(_ document: JSON) throws(JSONSchemaError) {
        var reader = SchemaReader()
        reader.readDocument(document)
        guard reader.faults.isEmpty else { throw JSONSchemaError(faults: reader.faults) }
        self.document = document
        nodes = reader.nodes.map(SchemaNode.init)
    }

    /// Every way in which `value` does not fit, each with a JSON Pointer; empty when it fits.
    ///
    /// At most 100 are listed. A check that takes more than a thousand steps for each value in the
    /// document, and 100,000 besides, or goes 2,000 deep (which needs a schema whose alternatives
    /// refer to themselves), ends as a fault of its own.
    package func faults(in value: JSON) -> [JSONSchemaFault] {
        var check = SchemaCheck(nodes: nodes, value: value)
        check.check(value, against: 0)
        guard !check.isExhausted else {
            let message = "takes too many steps to check with this schema"
            return [JSONSchemaFault(pointer: "", message: message)]
        }
        return check.faults
    }
}

extension JSONSchema: Hashable {
    package static func == (left: JSONSchema, right: JSONSchema) -> Bool {
        left.document == right.document
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(document)
    }
}

package struct JSONSchemaFault: Sendable, Hashable, CustomStringConvertible {
    /// RFC 6901; "" is the whole document.
    package let pointer: String
    package let message: String
    package init(pointer: String, message: String) {
        self.pointer = pointer
        self.message = message
    }
    package var description: String { "\(pointer.isEmpty ? "/" : pointer): \(message)" }
}

package struct JSONSchemaError: Error, Sendable, Hashable, CustomStringConvertible {
    package let faults: [JSONSchemaFault]
    package init(faults: [JSONSchemaFault]) { self.faults = faults }
    package var description: String { faults.map(\.description).joined(separator: "; ") }
}
