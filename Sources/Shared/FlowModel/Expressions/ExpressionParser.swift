import JSONValue
import YAMLDocuments

/// Builds the tree of one expression.
///
///     any        := all ("||" all)*
///     all        := comparison ("&&" comparison)*
///     comparison := unary (("==" | "!=" | "<" | "<=" | ">" | ">=") unary)?
///     unary      := "!" unary | postfix
///     postfix    := primary ("." name | "[" (text | number) "]")*
///     primary    := literal | name | name "(" any ("," any)* ")" | "(" any ")" | "nodes" node "?"?
struct ExpressionParser {
    private static let depthLimit = 32
    private static let lengthLimit = 8192

    private var lexer: ExpressionLexer
    private var token: ExpressionToken = .end
    private var offset: Int
    private var depth = 0
    private var places: [SourceLocation] = []

    init(_ scalars: [Unicode.Scalar], from offset: Int, isInBraces: Bool) {
        lexer = ExpressionLexer(scalars, from: offset, isInBraces: isInBraces)
        self.offset = offset
    }

    /// The expression, and the offset of what ends it.
    ///
    /// - Parameter places: where each scalar of the text stands in the file, and its end.
    mutating func parse(
        places: [SourceLocation]
    ) throws(ExpressionMistake) -> (expression: Expression, end: Int) {
        self.places = places
        try advance()
        let start = offset
        guard token != .end else {
            throw ExpressionMistake(offset: start, message: "the expression is empty")
        }
        let syntax = try parseAny()
        guard token == .end else { throw unexpected("an operator") }
        guard offset - start <= Self.lengthLimit else {
            throw ExpressionMistake(
                offset: start,
                message: "the expression is longer than \(Self.lengthLimit) characters")
        }
        try StaticTypes(places: places).check(syntax)
        var source = String.UnicodeScalarView()
        source.append(contentsOf: lexer.scalars[start..<offset])
        while let last = source.last, last == " " || last == "\n" || last == "\t" || last == "\r" {
            source.removeLast()
        }
        let expression = Expression(
            source: String(source), location: places[start], syntax: syntax)
        return (expression, offset)
    }

    private mutating func advance() throws(ExpressionMistake) {
        (token, offset) = try lexer.next()
    }

    private func unexpected(_ expected: String) -> ExpressionMistake {
        if token == .end {
            return ExpressionMistake(
                offset: offset, message: "the expression ends where \(expected) should follow")
        }
        return ExpressionMistake(
            offset: offset, message: "\(token.words) stands where \(expected) should follow")
    }

    private mutating func expect(
        _ expected: ExpressionToken, _ words: String
    ) throws(ExpressionMistake) {
        guard token == expected else { throw unexpected(words) }
        try advance()
    }

    private mutating func parseAny() throws(ExpressionMistake) -> ExpressionSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            throw ExpressionMistake(
                offset: offset, message: "nested deeper than \(Self.depthLimit) levels")
        }
        var operands = [try parseAll()]
        while token == .or {
            try advance()
            operands.append(try parseAll())
        }
        return operands.count == 1 ? operands[0] : .any(operands)
    }

    private mutating func parseAll() throws(ExpressionMistake) -> ExpressionSyntax {
        var operands = [try parseComparison()]
        while token == .and {
            try advance()
            operands.append(try parseComparison())
        }
        return operands.count == 1 ? operands[0] : .all(operands)
    }

    private mutating func parseComparison() throws(ExpressionMistake) -> ExpressionSyntax {
        let left = try parseUnary()
        guard case .comparison(let comparison) = token else { return left }
        let place = places[offset]
        try advance()
        let right = try parseUnary()
        if case .comparison = token {
            throw ExpressionMistake(
                offset: offset, message: "two comparisons in a row",
                hint: "write 'a < b && b < c', or parentheses")
        }
        return .comparison(
            ComparisonSyntax(comparison: comparison, left: left, right: right, location: place))
    }

    private mutating func parseUnary() throws(ExpressionMistake) -> ExpressionSyntax {
        var negations = 0
        while token == .not {
            negations += 1
            try advance()
        }
        let operand = try parsePostfix()
        switch negations {
        case 0: return operand
        case _ where negations.isMultiple(of: 2): return .not(.not(operand))
        default: return .not(operand)
        }
    }

    private mutating func parsePostfix() throws(ExpressionMistake) -> ExpressionSyntax {
        let start = offset
        let primary = try parsePrimary()
        var steps: [PathSyntax.Step] = []
        var stepLocations: [SourceLocation] = []
        while token == .dot || token == .openBracket {
            let (step, place) = try parseStep()
            steps.append(step)
            stepLocations.append(places[place])
        }
        if token == .question {
            throw ExpressionMistake(
                offset: offset, message: "'?' stands only after a node's name",
                hint: "write nodes.NAME?.output")
        }
        return try path(primary, start, steps, stepLocations)
    }

    /// What `nodes.` names is part of the base; everything else is a step.
    private func path(
        _ primary: ExpressionSyntax, _ start: Int, _ steps: [PathSyntax.Step],
        _ stepLocations: [SourceLocation]
    ) throws(ExpressionMistake) -> ExpressionSyntax {
        if case .path(let base) = primary {
            return .path(
                PathSyntax(
                    base: base.base, steps: steps, location: base.location,
                    nameLocation: base.nameLocation, stepLocations: stepLocations))
        }
        guard !steps.isEmpty else { return primary }
        if case .literal = primary {
            throw ExpressionMistake(offset: start, message: "a literal has no members")
        }
        return .path(
            PathSyntax(
                base: .value(primary), steps: steps, location: places[start],
                nameLocation: places[start], stepLocations: stepLocations))
    }

    private mutating func parseStep() throws(ExpressionMistake) -> (PathSyntax.Step, place: Int) {
        if token == .dot {
            try advance()
            let place = offset
            guard case .name(let name) = token else {
                if case .number = token {
                    throw ExpressionMistake(
                        offset: offset, message: "a number stands where a name should follow",
                        hint: "elements are read as a[0]")
                }
                throw unexpected("a name")
            }
            try advance()
            return (.member(name), place)
        }
        try advance()
        let place = offset
        let step: PathSyntax.Step
        switch token {
        case .text(let name): step = .member(name)
        case .number(.integer(let index)) where index >= 0 && index <= 1 << 40:
            step = .index(Int(index))
        default:
            throw ExpressionMistake(
                offset: offset,
                message: "brackets take a string or a whole number from 0, written out",
                hint: "a['x-y'] or a[0]")
        }
        try advance()
        try expect(.closeBracket, "']'")
        return (step, place)
    }

    private mutating func parsePrimary() throws(ExpressionMistake) -> ExpressionSyntax {
        let start = offset
        switch token {
        case .text(let text):
            try advance()
            return .literal(.string(text))
        case .number(let number):
            try advance()
            return .literal(number)
        case .open:
            try advance()
            let inner = try parseAny()
            try expect(.close, "')'")
            // Its own base, so that steps after the parenthesis belong to the whole.
            return inner.isPath ? .path(.around(inner, at: places[start])) : inner
        case .name(let name):
            try advance()
            return try parseName(name, start)
        default: throw unexpected("a value")
        }
    }

    private mutating func parseName(
        _ name: String, _ start: Int
    ) throws(ExpressionMistake) -> ExpressionSyntax {
        if token == .open { return .call(try parseCall(name, start)) }
        switch name {
        case "true": return .literal(.bool(true))
        case "false": return .literal(.bool(false))
        case "null": return .literal(.null)
        case "nodes": return try parseNode(start)
        default: return .path(.named(.root(name), at: places[start], name: places[start]))
        }
    }

    private mutating func parseNode(_ start: Int) throws(ExpressionMistake) -> ExpressionSyntax {
        guard token == .dot || token == .openBracket else {
            throw ExpressionMistake(
                offset: start, message: "'nodes' needs the name of a node",
                hint: "write nodes.NAME.output")
        }
        let (step, place) = try parseStep()
        guard case .member(let name) = step else {
            throw ExpressionMistake(
                offset: place, message: "nodes are read by name", hint: "write nodes.NAME.output")
        }
        let isOptional = token == .question
        if isOptional { try advance() }
        let base = PathSyntax.Base.node(name: name, isOptional: isOptional)
        return .path(.named(base, at: places[start], name: places[place]))
    }

    private mutating func parseCall(
        _ name: String, _ start: Int
    ) throws(ExpressionMistake) -> CallSyntax {
        guard let function = ExpressionFunction(rawValue: name) else {
            let known = ExpressionFunction.allCases.map(\.rawValue)
            throw ExpressionMistake(
                offset: start, message: "there is no function '\(name)'",
                hint: Nearest.suggestion(for: name, among: known)
                    ?? "known are \(known.joined(separator: ", "))")
        }
        try advance()
        var arguments: [ExpressionSyntax] = []
        var argumentOffsets: [Int] = []
        while token != .close {
            if !arguments.isEmpty { try expect(.comma, "',' or ')'") }
            argumentOffsets.append(offset)
            arguments.append(try parseAny())
        }
        try advance()
        let count = function.argumentCount
        guard count.contains(arguments.count) else {
            let wanted =
                count.lowerBound == count.upperBound
                ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
            throw ExpressionMistake(
                offset: start,
                message: "'\(name)' takes \(wanted) argument\(count.upperBound == 1 ? "" : "s"), "
                    + "not \(arguments.count)",
                hint: function.usage)
        }
        return CallSyntax(
            function: function, arguments: arguments, location: places[start],
            argumentLocations: argumentOffsets.map { places[$0] })
    }
}

extension ExpressionSyntax {
    fileprivate var isPath: Bool {
        if case .path = self { return true }
        return false
    }
}

extension PathSyntax {
    fileprivate static func named(
        _ base: Base, at location: SourceLocation, name: SourceLocation
    ) -> PathSyntax {
        PathSyntax(
            base: base, steps: [], location: location, nameLocation: name, stepLocations: [])
    }

    fileprivate static func around(
        _ value: ExpressionSyntax, at location: SourceLocation
    ) -> PathSyntax {
        named(.value(value), at: location, name: location)
    }
}
