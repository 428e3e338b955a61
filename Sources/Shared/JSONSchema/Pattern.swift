/// A regular expression that is searched in time linear in the text, whatever either of them is.
///
/// The dialect is ECMA-262's with the `u` flag, less what needs backtracking (back-references,
/// lookaround) and properties (`\p`); a text is matched character by character (Unicode code point).
/// The method is Thompson's: all ways through the pattern advance together over the text.
struct Pattern: Sendable {
    let source: String
    private let program: [PatternInstruction]

    init(_ source: String) throws(PatternError) {
        self.source = source
        var reader = PatternReader(source)
        program = try PatternCompiler.program(for: try reader.readAll())
    }

    /// Whether the pattern matches anywhere in `text`.
    func isFound(in text: String) -> Bool {
        var current = PatternThreads(count: program.count)
        var next = PatternThreads(count: program.count)
        var before: Unicode.Scalar?
        var rest = text.unicodeScalars.makeIterator()
        var character = rest.next()
        while true {
            current.follow(from: 0, in: program, between: before, and: character)
            if current.hasMatched { return true }
            guard let here = character else { return false }
            let after = rest.next()
            next.removeAll()
            for place in current.waiting {
                if case .character(let set) = program[place], set.contains(here) {
                    next.follow(from: place + 1, in: program, between: here, and: after)
                }
            }
            swap(&current, &next)
            before = here
            character = after
        }
    }
}

struct PatternError: Error {
    let message: String
}

/// One step of a compiled pattern; the next step is the following one unless it says otherwise.
enum PatternInstruction: Sendable {
    case character(PatternSet)
    case fork(Int, Int)
    case jump(Int)
    case atStart
    case atEnd
    /// Whether a word's edge is here (`\b`) or is not (`\B`).
    case wordEdge(Bool)
    case match
}

/// The places in the program where a character is awaited.
private struct PatternThreads {
    private(set) var waiting: [Int] = []
    private(set) var hasMatched = false
    private var isSeen: [Bool]
    private var seen: [Int] = []
    /// Places still to be looked at; empty between calls.
    private var open: [Int] = []

    init(count: Int) { isSeen = [Bool](repeating: false, count: count) }

    mutating func removeAll() {
        for place in seen { isSeen[place] = false }
        seen.removeAll(keepingCapacity: true)
        waiting.removeAll(keepingCapacity: true)
    }

    /// Adds every place that is reached from `start` without taking a character.
    mutating func follow(
        from start: Int, in program: [PatternInstruction],
        between before: Unicode.Scalar?, and after: Unicode.Scalar?
    ) {
        open.append(start)
        while let place = open.popLast() {
            if isSeen[place] { continue }
            isSeen[place] = true
            seen.append(place)
            switch program[place] {
            case .character: waiting.append(place)
            case .fork(let one, let other):
                open.append(other)
                open.append(one)
            case .jump(let target): open.append(target)
            case .atStart: if before == nil { open.append(place + 1) }
            case .atEnd: if after == nil { open.append(place + 1) }
            case .wordEdge(let expected):
                let isEdge = Self.isWord(before) != Self.isWord(after)
                if isEdge == expected { open.append(place + 1) }
            case .match: hasMatched = true
            }
        }
    }

    private static func isWord(_ character: Unicode.Scalar?) -> Bool {
        character.map(PatternSet.word.contains) ?? false
    }
}
