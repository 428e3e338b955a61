package import JSONValue
import YAMLDocuments

/// A JSON value as a flow file writes it, with expressions where the file has them.
///
/// `$${{` in a file is the text `${{`, and begins no expression.
package indirect enum Template: Sendable, Hashable {
    case literal(JSON)
    /// A whole-string expression: keeps its type.
    case expression(Expression)
    /// Text with expressions inside: null is empty, objects are compact JSON.
    case text([TemplatePart])
    case array([Template])
    case object([TemplateMember])

    package func evaluate(in scope: any ExpressionScope) throws(ExpressionError) -> JSON {
        switch self {
        case .literal(let value): return value
        case .expression(let expression): return try expression.evaluate(in: scope)
        case .text(let parts):
            var text = ""
            for part in parts {
                switch part {
                case .literal(let literal): text += literal
                case .expression(let expression):
                    text += try expression.evaluate(in: scope).interpolated
                }
            }
            return .string(text)
        case .array(let elements):
            var values: [JSON] = []
            for element in elements { values.append(try element.evaluate(in: scope)) }
            return .array(values)
        case .object(let members):
            var object = JSONObject()
            for member in members { object[member.key] = try member.value.evaluate(in: scope) }
            return .object(object)
        }
    }

    /// Every expression in it, in the order of the file.
    package var expressions: [Expression] {
        switch self {
        case .literal: []
        case .expression(let expression): [expression]
        case .text(let parts):
            parts.compactMap { part in
                if case .expression(let expression) = part { return expression }
                return nil
            }
        case .array(let elements): elements.flatMap(\.expressions)
        case .object(let members): members.flatMap(\.value.expressions)
        }
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
