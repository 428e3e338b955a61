/// What names look like.
///
/// They stand in URLs, expressions, file names and journals.
enum NameRule {
    case flow
    case node
    case input
    case tool

    /// Why `name` is none, nil when it is one.
    func fault(of name: String) -> String? {
        let scalars = Array(name.unicodeScalars)
        guard let first = scalars.first else { return "it is empty" }
        guard scalars.count <= 64 else { return "it is longer than 64 characters" }
        guard isFirst(first) else { return "it begins with '\(first)'; \(words)" }
        if let wrong = scalars.first(where: { !isPart($0) }) {
            return "it has '\(wrong)' in it; \(words)"
        }
        return nil
    }

    private var words: String {
        switch self {
        case .flow: "lower-case letters, digits, '-' and '_' are allowed"
        case .node, .input: "letters, digits, '-' and '_' are allowed, first a letter"
        case .tool: "letters, digits, '-' and '_' are allowed, first a letter or '_'"
        }
    }

    private func isFirst(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .flow: isLower(scalar) || isDigit(scalar)
        case .node, .input: isLower(scalar) || isUpper(scalar)
        case .tool: isLower(scalar) || isUpper(scalar) || scalar == "_"
        }
    }

    private func isPart(_ scalar: Unicode.Scalar) -> Bool {
        isLower(scalar) || isDigit(scalar) || scalar == "-" || scalar == "_"
            || (self != .flow && isUpper(scalar))
    }

    private func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
    private func isUpper(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }
    private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
