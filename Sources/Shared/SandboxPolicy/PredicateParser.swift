/// Reads one line of `when:`.
///
///     flags & ~(O_CLOEXEC|O_DIRECTORY) == 0
///     request in (TCGETS, FIOCLEX)
///     pid == 0 && new_limit == NULL
///     tgid == SELF
///
/// Arguments have the names of the manual page; values have names too, and a number is taken only
/// where the argument has no named values, or for 0.
struct PredicateParser {
    struct Failure: Error {
        let message: String
        let hint: String
    }

    private let call: String
    private let arguments: [CallArguments.Argument]
    private var tokens: ArraySlice<String>

    /// One alternative for each choice of an `in`.
    static func alternatives(
        of text: String, call: String
    ) throws(Failure) -> [[ArgumentPredicate]] {
        guard let arguments = CallArguments.of(call), !arguments.isEmpty else {
            throw Failure(
                message: "the arguments of '\(call)' have no names, so no condition can be written",
                hint: "allow or refuse the whole call")
        }
        var parser = PredicateParser(
            call: call, arguments: arguments, tokens: try tokens(of: text)[...])
        var result: [[ArgumentPredicate]] = [[]]
        repeat {
            let choices = try parser.term()
            result = result.flatMap { before in choices.map { before + [$0] } }
        } while parser.take("&&")
        if let rest = parser.tokens.first {
            throw Failure(message: "'\(rest)' is not expected in '\(text)'", hint: syntax)
        }
        return result
    }

    private static let syntax =
        "write it like 'flags & (O_WRONLY|O_CREAT) == 0', "
        + "'request in (TCGETS, FIOCLEX)' or 'pid == 0 && new_limit == NULL'"

    private static func tokens(of text: String) throws(Failure) -> [String] {
        var tokens: [String] = []
        var rest = Substring(text)
        let signs = ["&&", "==", "!=", "<=", ">=", "&", "|", "(", ")", ",", "~"]
        while let character = rest.first {
            if character == " " {
                rest.removeFirst()
            } else if let sign = signs.first(where: { rest.hasPrefix($0) }) {
                tokens.append(sign)
                rest = rest.dropFirst(sign.count)
            } else {
                let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                guard !word.isEmpty else {
                    throw Failure(message: "'\(character)' means nothing here", hint: syntax)
                }
                tokens.append(String(word))
                rest = rest.dropFirst(word.count)
            }
        }
        return tokens
    }

    private mutating func take(_ token: String) -> Bool {
        guard tokens.first == token else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func next() throws(Failure) -> String {
        guard let token = tokens.popFirst() else {
            throw Failure(message: "the condition ends too early", hint: Self.syntax)
        }
        return token
    }

    private mutating func term() throws(Failure) -> [ArgumentPredicate] {
        let name = try next()
        guard let index = arguments.firstIndex(where: { $0.name == name }) else {
            throw Failure(
                message: "'\(call)' has no argument '\(name)'",
                hint: NearestName.hint(for: name, in: arguments.map(\.name)))
        }
        let mask = take("&") ? try value(index) : nil
        if take("in") {
            guard take("(") else { throw Failure(message: "'in' needs a list", hint: Self.syntax) }
            var choices: [ArgumentPredicate] = []
            repeat {
                choices.append(
                    try predicate(index, mask, operation: "==", value: try value(index)))
            } while take(",")
            guard take(")") else {
                throw Failure(message: "the list of 'in' has no ')'", hint: Self.syntax)
            }
            return choices
        }
        let operation = try next()
        return [try predicate(index, mask, operation: operation, value: try value(index))]
    }

    private func predicate(
        _ index: Int, _ mask: UInt64?, operation: String, value: UInt64
    ) throws(Failure) -> ArgumentPredicate {
        if value == Self.ownProcess {
            guard operation == "==", mask == nil else {
                throw Failure(message: "SELF can only stand after '=='", hint: Self.syntax)
            }
            return ArgumentPredicate(index: index, comparison: .isOwnProcess)
        }
        if let mask {
            guard operation == "==" else {
                throw Failure(message: "a mask needs '==' or 'in'", hint: Self.syntax)
            }
            guard value & ~mask == 0 else {
                throw Failure(
                    message: "the condition on '\(arguments[index].name)' can never hold",
                    hint: "the value has bits outside of the mask")
            }
            return ArgumentPredicate(index: index, comparison: .masked(mask: mask, value: value))
        }
        switch operation {
        case "==": return ArgumentPredicate(index: index, comparison: .equal(value))
        case "!=": return ArgumentPredicate(index: index, comparison: .notEqual(value))
        case "<=": return ArgumentPredicate(index: index, comparison: .atMost(value))
        case ">=": return ArgumentPredicate(index: index, comparison: .atLeast(value))
        default:
            throw Failure(message: "'\(operation)' is no comparison", hint: Self.syntax)
        }
    }

    /// Stands for SELF while a condition is read; no argument of a call has this value.
    private static let ownProcess: UInt64 = 0xdead_5e1f_dead_5e1f

    private mutating func value(_ index: Int) throws(Failure) -> UInt64 {
        if take("~") { return ~(try value(index)) }
        guard take("(") else { return try constant(try next(), index) }
        var sum: UInt64 = 0
        repeat { sum |= try constant(try next(), index) } while take("|")
        guard take(")") else { throw Failure(message: "a '(' has no ')'", hint: Self.syntax) }
        return sum
    }

    private func constant(_ text: String, _ index: Int) throws(Failure) -> UInt64 {
        if text == "0" || text == "NULL" { return 0 }
        if text == "SELF", arguments[index].name == "tgid" { return Self.ownProcess }
        if case .constants(let table) = arguments[index].kind {
            if let value = table.value(of: text) { return value }
            let isNumber = text.first?.isNumber ?? false
            throw Failure(
                message: isNumber
                    ? "'\(arguments[index].name)' of '\(call)' takes names, not the number \(text)"
                    : "'\(text)' is no value of '\(arguments[index].name)' of '\(call)'",
                hint: NearestName.hint(for: text, in: table.names))
        }
        guard let number = UInt64(text) else {
            throw Failure(message: "'\(text)' is no number", hint: Self.syntax)
        }
        return number
    }
}
