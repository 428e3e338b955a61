import JSONValue
import YAMLDocuments

/// Finds the expressions in one text of a flow file.
struct TemplateText {
    private(set) var parts: [TemplatePart] = []
    private(set) var errors: [ExpressionError] = []

    /// - Parameter places: where each scalar of `text` stands in the file, and its end.
    init(_ text: String, places: [SourceLocation]) {
        let scalars = Array(text.unicodeScalars)
        var literal = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            if Self.begins("$${{", scalars, index) {
                literal.append(contentsOf: "${{".unicodeScalars)
                index += 4
            } else if Self.begins("${{", scalars, index) {
                if !literal.isEmpty { parts.append(.literal(String(literal))) }
                literal = String.UnicodeScalarView()
                index = readExpression(scalars, index, places)
            } else {
                literal.append(scalars[index])
                index += 1
            }
        }
        if !literal.isEmpty || parts.isEmpty { parts.append(.literal(String(literal))) }
    }

    /// Whether the text has an expression in it, right or wrong.
    static func hasExpression(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.contains { index in
            begins("${{", scalars, index) && (index == 0 || scalars[index - 1] != "$")
        }
    }

    /// One expression keeps its type; text around it makes text of it.
    var template: Template {
        if parts.count == 1 {
            switch parts[0] {
            case .literal(let text): return .literal(.string(text))
            case .expression(let expression): return .expression(expression)
            }
        }
        return .text(parts)
    }

    /// Returns the index after the expression's `}}`, also when the expression is wrong.
    private mutating func readExpression(
        _ scalars: [Unicode.Scalar], _ start: Int, _ places: [SourceLocation]
    ) -> Int {
        var parser = ExpressionParser(scalars, from: start + 3, isInBraces: true)
        do {
            let (expression, end) = try parser.parse(places: places)
            parts.append(.expression(expression))
            return end + 2
        } catch {
            var end = start + 3
            while end < scalars.count, !Self.begins("}}", scalars, end) { end += 1 }
            let isClosed = end < scalars.count
            var source = String.UnicodeScalarView()
            source.append(contentsOf: scalars[start..<min(end + 2, scalars.count)])
            let mistake =
                isClosed || error.offset < scalars.count
                ? error
                : ExpressionMistake(offset: start, message: error.message, hint: error.hint)
            errors.append(mistake.located(in: String(source), places: places))
            return isClosed ? end + 2 : scalars.count
        }
    }

    private static func begins(
        _ wanted: String, _ scalars: [Unicode.Scalar], _ index: Int
    ) -> Bool {
        scalars[index...].starts(with: wanted.unicodeScalars)
    }
}
