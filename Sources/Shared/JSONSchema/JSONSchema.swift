package import JSONValue

/// A JSON Schema (2020-12, the vocabulary listed in docs/flows.md) that values are checked against.
package struct JSONSchema: Sendable, Hashable {
    package let document: JSON

    /// Throws a fault for each keyword that is not known or is malformed: an unknown keyword would
    /// silently accept everything.
    package init(_ document: JSON) throws(JSONSchemaError) {
        self.document = document
    }

    /// Every way in which `value` does not fit, each with a JSON Pointer; empty when it fits.
    package func faults(in value: JSON) -> [JSONSchemaFault] { [] }
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
