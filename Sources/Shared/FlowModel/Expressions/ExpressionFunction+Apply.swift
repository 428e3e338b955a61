import JSONValue

/// Why a function has no value for its arguments.
struct FunctionError: Error {
    /// Which argument is the cause, from 0.
    var argument: Int?
    let message: String
}

extension ExpressionFunction {
    /// The number of arguments has been checked; `default` never comes here, since its second
    /// argument is only evaluated when it is needed.
    func apply(to arguments: [JSON]) throws(FunctionError) -> JSON {
        switch self {
        case .contains: return .bool(try contains(arguments[0], arguments[1]))
        case .startsWith:
            guard let (text, start) = try texts(arguments) else { return false }
            return .bool(text.utf8.starts(with: start.utf8))
        case .endsWith:
            guard let (text, end) = try texts(arguments) else { return false }
            return .bool(text.utf8.reversed().starts(with: end.utf8.reversed()))
        case .format:
            let pattern = try text(arguments, 0)
            let values = arguments.dropFirst().map(\.interpolated)
            return .string(try FormatPattern(pattern, valueCount: values.count).fill(values))
        case .join:
            if arguments[0].isNull { return "" }
            guard let elements = arguments[0].arrayValue else {
                throw wrong(arguments, 0, "a list")
            }
            let separator = arguments.count > 1 ? try text(arguments, 1) : ","
            return .string(elements.map(\.interpolated).joined(separator: separator))
        case .length: return .integer(Int64(try length(arguments)))
        case .toJSON: return .string(arguments[0].text)
        case .fromJSON:
            let source = try text(arguments, 0)
            do {
                return try JSON.parse(source)
            } catch {
                throw FunctionError(argument: 0, message: "'fromJSON' got no JSON: \(error)")
            }
        case .default: return arguments[0].isNull ? arguments[1] : arguments[0]
        }
    }

    private func wrong(_ arguments: [JSON], _ index: Int, _ wanted: String) -> FunctionError {
        FunctionError(
            argument: index,
            message: "'\(rawValue)' takes \(wanted) here, not \(StaticType(arguments[index]).words)"
        )
    }

    private func text(_ arguments: [JSON], _ index: Int) throws(FunctionError) -> String {
        guard let text = arguments[index].stringValue else {
            throw wrong(arguments, index, "a string")
        }
        return text
    }

    /// Two texts; nil when the first is null, since nothing is in what is missing.
    private func texts(_ arguments: [JSON]) throws(FunctionError) -> (String, String)? {
        let second = try text(arguments, 1)
        return arguments[0].isNull ? nil : (try text(arguments, 0), second)
    }

    private func contains(_ whole: JSON, _ part: JSON) throws(FunctionError) -> Bool {
        switch whole {
        case .null: return false
        case .array(let elements): return elements.contains { $0.isStrictlyEqual(to: part) }
        case .string(let text):
            let bytes = Array(text.utf8)
            let wanted = Array(try self.text([whole, part], 1).utf8)
            guard !wanted.isEmpty else { return true }
            guard bytes.count >= wanted.count else { return false }
            return (0...(bytes.count - wanted.count)).contains { start in
                bytes[start] == wanted[0] && bytes[start...].starts(with: wanted)
            }
        default: throw wrong([whole], 0, "a string or a list")
        }
    }

    private func length(_ arguments: [JSON]) throws(FunctionError) -> Int {
        switch arguments[0] {
        case .null: return 0
        case .string(let text): return text.unicodeScalars.count
        case .array(let elements): return elements.count
        case .object(let object): return object.count
        default: throw wrong(arguments, 0, "a string, a list or an object")
        }
    }
}

/// The first argument of `format`: `{0}` is a value; `{{` and `}}` are braces.
struct FormatPattern {
    private enum Part {
        case text(String)
        case value(Int)
    }
    private var parts: [Part] = []

    init(_ pattern: String, valueCount: Int) throws(FunctionError) {
        let scalars = Array(pattern.unicodeScalars)
        var text = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            guard scalar == "{" || scalar == "}" else {
                text.append(scalar)
                index += 1
                continue
            }
            if index + 1 < scalars.count, scalars[index + 1] == scalar {
                text.append(scalar)
                index += 2
                continue
            }
            let digits = scalars[(index + 1)...].prefix { ("0"..."9").contains($0) }
            let end = index + 1 + digits.count
            guard scalar == "{", end < scalars.count, scalars[end] == "}",
                let number = Int(String(String.UnicodeScalarView(digits)))
            else {
                throw FunctionError(
                    argument: 0, message: "a brace in a format is written twice: '{{' or '}}'")
            }
            guard number < valueCount else {
                throw FunctionError(
                    argument: 0,
                    message: "the format names {\(number)}, and \(valueCount) "
                        + (valueCount == 1 ? "value follows" : "values follow"))
            }
            parts.append(.text(String(text)))
            parts.append(.value(number))
            text = String.UnicodeScalarView()
            index = end + 1
        }
        parts.append(.text(String(text)))
    }

    func fill(_ values: [String]) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .value(let number): values[number]
            }
        }.joined()
    }
}
