package import JSONValue
package import YAMLDocuments

/// One `${{ … }}`: paths, literals, comparison, `&& || !` and a few functions; not a language.
///
/// The rules, as `docs/flows.md` gives them to authors:
/// - A missing path is null. `==` and `!=` are strict: values of two types are never equal, and the
///   number 1 equals 1.0. `< <= > >=` take two numbers or two strings; anything else is an error.
/// - `a && b` is `a` when `a` is false, null, 0 or empty text, otherwise `b`; `a || b` is `a` unless
///   `a` is one of those. `!a` is a boolean. Lists and objects, even empty ones, count as true.
/// - Text stands in `'…'` or `"…"`; `\n`, `\t`, `\r`, `\\`, `\'`, `\"` and `\u20AC` are known inside.
package struct Expression: Sendable, Hashable {
    /// The text between the braces, without the blanks around it.
    package let source: String
    /// Where `source` begins.
    package let location: SourceLocation
    package let syntax: ExpressionSyntax

    init(source: String, location: SourceLocation, syntax: ExpressionSyntax) {
        self.source = source
        self.location = location
        self.syntax = syntax
    }

    /// Reads the text between the braces.
    ///
    /// - Parameter location: where the first character of `source` stands.
    package static func parse(
        _ source: String, at location: SourceLocation = SourceLocation(line: 1, column: 1)
    ) throws(ExpressionError) -> Expression {
        let scalars = Array(source.unicodeScalars)
        let places = plainPlaces(of: scalars, from: location)
        var parser = ExpressionParser(scalars, from: 0, isInBraces: false)
        do {
            return try parser.parse(places: places).expression
        } catch {
            throw error.located(in: source, places: places)
        }
    }

    /// A missing path is null; what cannot be evaluated (a function given the wrong type) is thrown.
    package func evaluate(in scope: any ExpressionScope) throws(ExpressionError) -> JSON {
        do {
            return try Evaluator(scope: scope).value(of: syntax)
        } catch {
            throw ExpressionError(
                source: source, location: error.location, message: error.message)
        }
    }

    /// Whether the value counts as true, as `when`, `until` and `accept-if` take it.
    package func isTrue(in scope: any ExpressionScope) throws(ExpressionError) -> Bool {
        try evaluate(in: scope).countsAsTrue
    }

    private static func plainPlaces(
        of scalars: [Unicode.Scalar], from start: SourceLocation
    ) -> [SourceLocation] {
        var places = [start]
        for scalar in scalars {
            let last = places[places.count - 1]
            places.append(
                scalar == "\n"
                    ? SourceLocation(line: last.line + 1, column: 1)
                    : SourceLocation(line: last.line, column: last.column + 1))
        }
        return places
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
    /// The whole expression.
    package let source: String
    /// Where in the file the part stands that is wrong.
    package let location: SourceLocation
    package let message: String
    /// What the author can do about it, where that is known.
    package let hint: String?
    package init(
        source: String, location: SourceLocation, message: String, hint: String? = nil
    ) {
        self.source = source
        self.location = location
        self.message = message
        self.hint = hint
    }
    package var description: String {
        "\(location.line):\(location.column): \(message) in '\(source)'"
            + (hint.map { "; \($0)" } ?? "")
    }
}
