/// What a document may cost before the parser refuses it.
package struct JSONLimits: Sendable, Hashable {
    /// The deepest nesting that any limit can allow: parsing, writing and releasing recurse once per level.
    package static let deepest = 1_000

    /// Bytes of the whole document.
    package var size: Int
    /// Nesting of arrays and objects, where a scalar has depth 0.
    ///
    /// More than `deepest` counts as `deepest`.
    package var depth: Int

    package init(size: Int = 64 << 20, depth: Int = 128) {
        self.size = size
        self.depth = depth
    }
}

/// Why a text is no acceptable JSON document, and where.
package struct JSONParseError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Reason: Sendable, Hashable {
        /// What was expected and what was found, in words.
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

extension JSONParseError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let message): message
        case .duplicateKey(let key):
            "the key \(JSON.string(key.shortened)) occurs twice in one object"
        case .invalidUTF8: "these bytes are not UTF-8; write the text as UTF-8"
        case .tooDeep(let limit): "arrays and objects nest deeper than \(limit) levels"
        case .tooLarge(let limit): "the document is larger than \(limit) bytes"
        }
    }
}

extension String {
    /// At most 40 characters, for messages.
    var shortened: String {
        let head = unicodeScalars.prefix(41)
        return head.count <= 40 ? self : String(String.UnicodeScalarView(head.prefix(39))) + "…"
    }
}
