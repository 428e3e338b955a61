import JSONValue
import YAMLDocuments

/// A mistake in an expression's text, at an offset of Unicode scalars into it.
struct ExpressionMistake: Error, Hashable {
    let offset: Int
    let message: String
    var hint: String?

    func located(in source: String, places: [SourceLocation]) -> ExpressionError {
        ExpressionError(
            source: source, location: places[min(offset, places.count - 1)], message: message,
            hint: hint)
    }
}

enum ExpressionToken: Hashable {
    case name(String)
    case text(String)
    case number(JSON)
    case comparison(ComparisonOperator)
    case and
    case or
    case not
    case dot
    case question
    case comma
    case open
    case close
    case openBracket
    case closeBracket
    /// The end of the text, or the `}}` that ends the expression.
    case end

    var words: String {
        switch self {
        case .name(let name): "'\(name)'"
        case .text: "a string"
        case .number: "a number"
        case .comparison(let comparison): "'\(comparison.rawValue)'"
        case .and: "'&&'"
        case .or: "'||'"
        case .not: "'!'"
        case .dot: "'.'"
        case .question: "'?'"
        case .comma: "','"
        case .open: "'('"
        case .close: "')'"
        case .openBracket: "'['"
        case .closeBracket: "']'"
        case .end: "the end"
        }
    }
}

/// Cuts an expression into tokens, one at a time.
struct ExpressionLexer {
    let scalars: [Unicode.Scalar]
    private(set) var offset: Int
    /// Whether `}}` ends the expression and the end of the text is a mistake.
    let isInBraces: Bool

    init(_ scalars: [Unicode.Scalar], from offset: Int, isInBraces: Bool) {
        self.scalars = scalars
        self.offset = offset
        self.isInBraces = isInBraces
    }

    /// The next token and where it begins; `.end` leaves the offset before `}}`.
    mutating func next() throws(ExpressionMistake) -> (token: ExpressionToken, offset: Int) {
        while let scalar = peek(), Self.isBlank(scalar) { offset += 1 }
        let start = offset
        guard let scalar = peek() else {
            guard !isInBraces else {
                throw ExpressionMistake(
                    offset: start, message: "'${{' is not closed",
                    hint: "end the expression with '}}'")
            }
            return (.end, start)
        }
        if isInBraces, scalar == "}", peek(1) == "}" { return (.end, start) }
        if Self.isNameStart(scalar) { return (.name(name()), start) }
        if scalar == "'" || scalar == "\"" { return (.text(try text(scalar)), start) }
        if Self.isDigit(scalar) || scalar == "-" { return (.number(try number()), start) }
        return (try symbol(scalar), start)
    }

    private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        offset + distance < scalars.count ? scalars[offset + distance] : nil
    }

    private mutating func symbol(
        _ scalar: Unicode.Scalar
    ) throws(ExpressionMistake) -> ExpressionToken {
        let pairs: [(String, ExpressionToken)] = [
            ("==", .comparison(.equal)), ("!=", .comparison(.notEqual)),
            ("<=", .comparison(.lessOrEqual)), (">=", .comparison(.greaterOrEqual)),
            ("&&", .and), ("||", .or), ("<", .comparison(.less)), (">", .comparison(.greater)),
            ("!", .not), (".", .dot), ("?", .question), (",", .comma), ("(", .open),
            (")", .close), ("[", .openBracket), ("]", .closeBracket),
        ]
        for (symbol, token) in pairs where starts(with: symbol) {
            offset += symbol.unicodeScalars.count
            return token
        }
        throw ExpressionMistake(
            offset: offset, message: "'\(scalar)' has no meaning in an expression",
            hint: Self.hint(for: scalar))
    }

    private static func hint(for scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "=": "compare with '=='"
        case "&": "write '&&'"
        case "|": "write '||'"
        case "+": "strings are put together outside the braces or with format('{0}{1}', a, b)"
        case "*", "/", "%": "an expression does not calculate; do it in a script node"
        case "}": "end the expression with '}}'"
        case "$", "{": "an expression stands inside another; write only its path"
        case "`": "strings stand in '…'"
        default:
            scalar.isASCII ? nil : "names with other letters are written as a['…'], strings as '…'"
        }
    }

    private func starts(with symbol: String) -> Bool {
        var distance = 0
        for scalar in symbol.unicodeScalars {
            guard peek(distance) == scalar else { return false }
            distance += 1
        }
        return true
    }

    private mutating func name() -> String {
        var name = String.UnicodeScalarView()
        while let scalar = peek(), Self.isNameStart(scalar) || Self.isDigit(scalar) || scalar == "-"
        {
            name.append(scalar)
            offset += 1
        }
        return String(name)
    }

    private mutating func number() throws(ExpressionMistake) -> JSON {
        let start = offset
        var text = String.UnicodeScalarView()
        while let scalar = peek(), Self.isNumberPart(scalar) {
            if scalar == "+", !(text.last == "e" || text.last == "E") { break }
            text.append(scalar)
            offset += 1
        }
        guard let number = JSON(numberText: String(text)) else {
            throw ExpressionMistake(
                offset: start, message: "'\(String(text))' is no number",
                hint: "numbers are written as in JSON: 12, -3, 0.5, 1e9")
        }
        return number
    }

    private mutating func text(_ quote: Unicode.Scalar) throws(ExpressionMistake) -> String {
        let start = offset
        var text = String.UnicodeScalarView()
        offset += 1
        while let scalar = peek() {
            offset += 1
            if scalar == "\\" {
                text.append(try escape())
            } else if scalar != quote {
                text.append(scalar)
            } else if peek() == quote {
                text.append(quote)
                offset += 1
            } else {
                return String(text)
            }
        }
        throw ExpressionMistake(
            offset: start, message: "a string begins here and does not end",
            hint: "close it with \(quote)")
    }

    private mutating func escape() throws(ExpressionMistake) -> Unicode.Scalar {
        let start = offset - 1
        let scalar = peek()
        offset += 1
        switch scalar {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "\\", "'", "\"": return scalar ?? "\\"
        case "u":
            var digits = ""
            while digits.count < 4, let digit = peek(), digit.properties.isASCIIHexDigit {
                digits.unicodeScalars.append(digit)
                offset += 1
            }
            if digits.count == 4, let value = UInt32(digits, radix: 16),
                let character = Unicode.Scalar(value)
            {
                return character
            }
            throw ExpressionMistake(
                offset: start, message: "'\\u' needs four hexadecimal digits of a character")
        default:
            throw ExpressionMistake(
                offset: start, message: "'\\\(scalar.map(String.init) ?? "")' is no escape",
                hint: "a backslash is written as \\\\; known are \\n \\r \\t \\' \\\" \\u20AC")
        }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r"
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar)
    }

    private static func isNumberPart(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || isNameStart(scalar) || scalar == "." || scalar == "-" || scalar == "+"
    }

    private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
    }
}
