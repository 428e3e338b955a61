package import JSONValue
package import YAMLDocuments

/// One `${{ … }}`: paths, literals, comparison, `&& || !` and a few functions; not a language.
package struct Expression: Sendable, Hashable {
    /// The text between the braces.
    package let source: String
    package let location: SourceLocation

    /// A missing path is null; what cannot be evaluated (a function given the wrong type) is thrown.
    package func evaluate(in scope: any ExpressionScope) throws(ExpressionError) -> JSON {
        preconditionFailure("written next")
    }
}

/// Where an expression finds what its paths begin with.
package protocol ExpressionScope {
    /// The value of a first name: `inputs`, `trigger`, `nodes`, `item`, `output`, `body`, `headers`, `tool`, `vars`.
    /// Nil for a name that does not exist here.
    func value(of root: String) -> JSON?
    /// `nodes.NAME` (or `nodes.NAME?`): an object with `output`, `items`, `error`, `state` as they stand; nil: no such node.
    func node(_ name: String) -> JSON?
}

package struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    package let source: String
    package let location: SourceLocation
    package let message: String
    package init(source: String, location: SourceLocation, message: String) {
        self.source = source
        self.location = location
        self.message = message
    }
    package var description: String { "\(location.line):\(location.column): \(message) in '\(source)'" }
}

/// A JSON value as a flow file writes it, with expressions where the file has them.
package indirect enum Template: Sendable, Hashable {
    case literal(JSON)
    /// A whole-string expression: keeps its type.
    case expression(Expression)
    /// Text with expressions inside: null is empty, objects are compact JSON.
    case text([TemplatePart])
    case array([Template])
    case object([TemplateMember])

    package func evaluate(in scope: any ExpressionScope) throws(ExpressionError) -> JSON {
        preconditionFailure("written next")
    }
}

package enum TemplatePart: Sendable, Hashable {
    case literal(String)
    case expression(Expression)
}

package struct TemplateMember: Sendable, Hashable {
    package let key: String
    package let value: Template
    package init(key: String, value: Template) {
        self.key = key
        self.value = value
    }
}
