/// What a document may cost before the parser refuses it.
package struct JSONLimits: Sendable, Hashable {
    /// Bytes of the whole document.
    package var size: Int
    /// Nesting of arrays and objects; a scalar has depth 0.
    package var depth: Int

    package init(size: Int = 64 << 20, depth: Int = 128) {
        self.size = size
        self.depth = depth
    }
}

/// Why a text is no acceptable JSON document, and where.
package struct JSONParseError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Reason: Sendable, Hashable {
        case syntax(String)
        case duplicateKey(String)
        case invalidUTF8
        case tooDeep(limit: Int)
        case tooLarge(limit: Int)
    }
    package let reason: Reason
    /// Byte offset from 0, line and column from 1 (columns count bytes).
    package let offset: Int
    package let line: Int
    package let column: Int

    package var description: String { "\(line):\(column): \(reason)" }
}

extension JSON {
    /// Reads one document; anything but white space around it is an error.
    package static func parse(
        _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
    ) throws(JSONParseError) -> JSON {
        preconditionFailure("written next")
    }

    package static func parse(
        _ text: String, limits: JSONLimits = JSONLimits()
    ) throws(JSONParseError) -> JSON {
        try parse(Array(text.utf8), limits: limits)
    }

    /// The compact form: no white space, members in order.
    package var bytes: [UInt8] { preconditionFailure("written next") }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The form for people: two spaces a level.
    package var prettyText: String { preconditionFailure("written next") }
}

extension JSON: Equatable, Hashable {
    package static func == (left: JSON, right: JSON) -> Bool { left.bytes == right.bytes }
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
