/// Reads a regular expression in ECMA-262's syntax.
struct PatternReader {
    private static let deepest = 100

    private let characters: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    init(_ source: String) { characters = Array(source.unicodeScalars) }

    mutating func readAll() throws(PatternError) -> PatternNode {
        let node = try readChoice()
        if next != nil { throw fault("a ')' closes nothing; write '\\)' for the character") }
        return node
    }

    private mutating func readChoice() throws(PatternError) -> PatternNode {
        var branches = [try readSequence()]
        while take("|") { branches.append(try readSequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func readSequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let character = next, character != "|", character != ")" {
            let (atom, isRepeatable) = try readAtom()
            nodes.append(try readRepetition(of: atom, isRepeatable: isRepeatable))
        }
        return nodes.isEmpty ? .nothing : nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private mutating func readAtom() throws(PatternError) -> (PatternNode, isRepeatable: Bool) {
        let character = characters[position]
        position += 1
        switch character {
        case "^": return (.atStart, false)
        case "$": return (.atEnd, false)
        case ".": return (.character(.notLineEnd), true)
        case "(": return (try readGroup(), true)
        case "[": return (.character(try readSet()), true)
        case "\\":
            if take("b") { return (.wordEdge(true), false) }
            if take("B") { return (.wordEdge(false), false) }
            return (.character(try readEscape(inSet: false)), true)
        case "*", "+", "?": throw fault("'\(character)' has nothing before it to repeat")
        case "{", "}", "]":
            throw fault("write '\\\(character)' for the character '\(character)'")
        default: return (.character(PatternSet(character)), true)
        }
    }

    private mutating func readGroup() throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw fault("groups nest deeper than \(Self.deepest)") }
        if take("?") {
            if take("<") {
                if next == "=" || next == "!" {
                    throw unsupported("looking behind with '(?<\(shown)'")
                }
                while let character = next, character != ">" {
                    _ = character
                    position += 1
                }
                guard take(">") else { throw fault("a group's name has no '>'") }
            } else if !take(":") {
                throw unsupported("a group that begins with '(?\(shown)'")
            }
        }
        let node = try readChoice()
        guard take(")") else { throw fault("a '(' is not closed") }
        return node
    }

    private mutating func readRepetition(
        of atom: PatternNode, isRepeatable: Bool
    ) throws(PatternError) -> PatternNode {
        var minimum = 0
        var maximum: Int?
        if take("+") {
            minimum = 1
        } else if take("?") {
            maximum = 1
        } else if take("{") {
            minimum = try readCount()
            maximum = minimum
            if take(",") { maximum = next == "}" ? nil : try readCount() }
            guard take("}") else { throw fault("a '{' is not closed") }
            if let maximum, maximum < minimum {
                throw fault("the numbers in '{…}' are in the wrong order")
            }
        } else if !take("*") {
            return atom
        }
        guard isRepeatable else { throw fault("an assertion cannot be repeated") }
        // Whether it prefers few or many makes no difference to whether it matches.
        _ = take("?")
        if next == "*" || next == "+" || next == "?" || next == "{" {
            throw fault("'\(shown)' follows another repetition; put a group around the first")
        }
        return .repetition(atom, minimum: minimum, maximum: maximum)
    }

    private mutating func readCount() throws(PatternError) -> Int {
        var count: Int?
        while let digit = next, ("0"..."9").contains(digit) {
            count = min((count ?? 0) * 10 + Int(digit.value - 0x30), 100_000)
            position += 1
        }
        guard let count else {
            throw fault("expected a number in '{…}'; write '\\{' for the character")
        }
        return count
    }

    // MARK: - Characters

    /// Reads a set whose `[` was taken.
    private mutating func readSet() throws(PatternError) -> PatternSet {
        let isInverted = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while !take("]") {
            let first = try readSetMember()
            guard next == "-", position + 1 < characters.count, characters[position + 1] != "]"
            else {
                ranges += first.plainRanges
                continue
            }
            position += 1
            let last = try readSetMember()
            guard let low = first.single, let high = last.single else {
                throw fault("a range in '[…]' goes from one character to one character")
            }
            guard low <= high else { throw fault("a range in '[…]' is in the wrong order") }
            ranges.append(low...high)
        }
        return PatternSet(ranges, isInverted: isInverted)
    }

    private mutating func readSetMember() throws(PatternError) -> PatternSet {
        guard let character = next else { throw fault("a '[' is not closed") }
        position += 1
        return character == "\\" ? try readEscape(inSet: true) : PatternSet(character)
    }

    /// Reads an escape whose backslash was taken.
    private mutating func readEscape(inSet: Bool) throws(PatternError) -> PatternSet {
        guard let character = next else { throw fault("the pattern ends with a backslash") }
        position += 1
        switch character {
        case "d": return .digit
        case "D": return PatternSet.digit.inverted
        case "w": return .word
        case "W": return PatternSet.word.inverted
        case "s": return .space
        case "S": return PatternSet.space.inverted
        case "n": return PatternSet("\n")
        case "r": return PatternSet("\r")
        case "t": return PatternSet("\t")
        case "f": return PatternSet("\u{C}")
        case "v": return PatternSet("\u{B}")
        case "0": return PatternSet("\0")
        case "b" where inSet: return PatternSet("\u{8}")
        case "x": return PatternSet(try readCode(digits: 2))
        case "u": return PatternSet(try readCode(digits: 4))
        case "1"..."9", "k": throw unsupported("the back-reference '\\\(character)'")
        case "p", "P": throw unsupported("the property '\\\(character)'")
        case _ where "^$\\.*+?()[]{}|/-".unicodeScalars.contains(character):
            return PatternSet(character)
        default: throw fault("the escape '\\\(character)' means nothing")
        }
    }

    private mutating func readCode(digits count: Int) throws(PatternError) -> Unicode.Scalar {
        let isBraced = count == 4 && take("{")
        var digits = ""
        while let character = next, digits.utf8.count < (isBraced ? 6 : count),
            character.properties.isASCIIHexDigit
        {
            digits.unicodeScalars.append(character)
            position += 1
        }
        let isComplete = isBraced ? take("}") : digits.utf8.count == count
        guard isComplete, let code = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(code)
        else { throw fault("the escape stands for no character; write the character itself") }
        return scalar
    }

    // MARK: - Places and faults

    private var next: Unicode.Scalar? {
        position < characters.count ? characters[position] : nil
    }

    private var shown: String { next.map { String(Character($0)) } ?? "" }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == character else { return false }
        position += 1
        return true
    }

    private func fault(_ message: String) -> PatternError {
        PatternError(message: "\(message) (character \(position) of the pattern)")
    }

    private func unsupported(_ what: String) -> PatternError {
        fault("\(what) is not supported here")
    }
}

extension PatternSet {
    /// The one character of the set, when it has just one.
    fileprivate var single: UInt32? {
        guard !isInverted, ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
