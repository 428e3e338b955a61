/// A place in a text file.
///
/// Lines and columns count from 1; columns count Unicode scalars.
package struct SourceLocation: Sendable, Hashable {
    package let line: Int
    package let column: Int
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// One node of a YAML document with the place where it begins.
///
/// Scalars keep their text and whether they were quoted; which type a plain scalar has (YAML 1.2
/// core schema) is decided by `YAMLScalar.core`. Anchors and aliases are refused, since a flow file
/// has no use for them and they can grow without bound; so are tags, merge keys, duplicate keys and
/// more than one document.
package struct YAMLNode: Sendable, Hashable {
    package indirect enum Content: Sendable, Hashable {
        case scalar(text: String, isQuoted: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLMember])
    }
    package let content: Content
    package let location: SourceLocation
    package init(content: Content, location: SourceLocation) {
        self.content = content
        self.location = location
    }
}

package struct YAMLMember: Sendable, Hashable {
    package let key: String
    package let keyLocation: SourceLocation
    package let value: YAMLNode
    package init(key: String, keyLocation: SourceLocation, value: YAMLNode) {
        self.key = key
        self.keyLocation = keyLocation
        self.value = value
    }
}

/// The YAML 1.2 core type of a plain scalar: `on` and `yes` are strings, `1_000` is a string.
package enum YAMLScalar: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
}

/// Why a text is no acceptable YAML document.
package struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    package let location: SourceLocation
    package let message: String
    package init(location: SourceLocation, message: String) {
        self.location = location
        self.message = message
    }
    package var description: String { "\(location.line):\(location.column): \(message)" }
}
