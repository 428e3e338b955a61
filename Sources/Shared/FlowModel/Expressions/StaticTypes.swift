import JSONValue
import YAMLDocuments

/// The type of a value, as far as the text of an expression alone tells it.
enum StaticType: String, Hashable {
    case null
    case boolean
    case number
    case text
    case list
    case object
    case unknown

    init(_ value: JSON) {
        switch value {
        case .null: self = .null
        case .bool: self = .boolean
        case .integer, .double, .bigNumber: self = .number
        case .string: self = .text
        case .array: self = .list
        case .object: self = .object
        }
    }

    /// With its article, for messages.
    var words: String {
        switch self {
        case .null: "null"
        case .text: "a string"
        case .object: "an object"
        case .unknown: "an unknown value"
        default: "a \(rawValue)"
        }
    }
}

/// Finds what can never work, before anything runs: arguments and comparisons of the wrong type.
struct StaticTypes {
    let places: [SourceLocation]

    @discardableResult
    func check(_ syntax: ExpressionSyntax) throws(ExpressionMistake) -> StaticType {
        switch syntax {
        case .literal(let value): return StaticType(value)
        case .path(let path):
            if case .value(let base) = path.base { return try checkBase(base, of: path) }
            return .unknown
        case .not(let operand):
            try check(operand)
            return .boolean
        case .all(let operands), .any(let operands):
            var types: Set<StaticType> = []
            for operand in operands { types.insert(try check(operand)) }
            return types.count == 1 ? types.first ?? .unknown : .unknown
        case .comparison(let comparison):
            try check(comparison)
            return .boolean
        case .call(let call): return try check(call)
        }
    }

    private func checkBase(
        _ base: ExpressionSyntax, of path: PathSyntax
    ) throws(ExpressionMistake) -> StaticType {
        let type = try check(base)
        if path.steps.isEmpty { return type }
        guard [.unknown, .object, .list, .null].contains(type) else {
            throw mistake(path.location, "\(type.words) has no members")
        }
        return .unknown
    }

    private func check(_ comparison: ComparisonSyntax) throws(ExpressionMistake) {
        let left = try check(comparison.left)
        let right = try check(comparison.right)
        let sign = comparison.comparison.rawValue
        if comparison.comparison.isOrdering {
            for type in [left, right] where ![.unknown, .number, .text].contains(type) {
                throw mistake(
                    comparison.location,
                    "'\(sign)' compares two numbers or two strings, not \(type.words)")
            }
        }
        guard left != .unknown, right != .unknown, left != right else { return }
        guard comparison.comparison.isOrdering || (left != .null && right != .null) else { return }
        throw mistake(
            comparison.location,
            "'\(sign)' compares \(left.words) with \(right.words), which are never "
                + (comparison.comparison.isOrdering ? "ordered" : "equal"))
    }

    private func check(_ call: CallSyntax) throws(ExpressionMistake) -> StaticType {
        var types: [StaticType] = []
        for argument in call.arguments { types.append(try check(argument)) }
        func require(_ index: Int, _ allowed: [StaticType]) throws(ExpressionMistake) {
            guard types.indices.contains(index), types[index] != .unknown,
                !allowed.contains(types[index])
            else { return }
            let names = allowed.filter { $0 != .null }.map(\.words).joined(separator: " or ")
            throw mistake(
                call.argumentLocations[index],
                "'\(call.function.rawValue)' takes \(names) here, not \(types[index].words)",
                hint: call.function.usage)
        }
        switch call.function {
        case .contains:
            try require(0, [.text, .list, .null])
            if types[0] == .text { try require(1, [.text]) }
            return .boolean
        case .startsWith, .endsWith:
            try require(0, [.text, .null])
            try require(1, [.text])
            return .boolean
        case .format:
            try require(0, [.text])
            try checkPattern(call)
            return .text
        case .join:
            try require(0, [.list, .null])
            try require(1, [.text])
            return .text
        case .length:
            try require(0, [.text, .list, .object, .null])
            return .number
        case .toJSON: return .text
        case .fromJSON:
            try require(0, [.text])
            return .unknown
        case .default: return types[0] == types[1] ? types[0] : .unknown
        }
    }

    private func checkPattern(_ call: CallSyntax) throws(ExpressionMistake) {
        guard case .literal(.string(let pattern))? = call.arguments.first else { return }
        do {
            _ = try FormatPattern(pattern, valueCount: call.arguments.count - 1)
        } catch {
            throw mistake(call.argumentLocations[0], error.message, hint: call.function.usage)
        }
    }

    private func mistake(
        _ location: SourceLocation, _ message: String, hint: String? = nil
    ) -> ExpressionMistake {
        ExpressionMistake(
            offset: places.firstIndex(of: location) ?? 0, message: message, hint: hint)
    }
}
