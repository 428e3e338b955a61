/// An option of a command: `--timeout 5s` or, without a placeholder, the flag `--json`.
struct Option {
    let name: String
    /// What stands for the value in help; nil for a flag.
    let placeholder: String?
    let summary: String
    /// For what everybody knows by one letter: `-r FILE`.
    let letter: Character?

    init(
        _ name: String, _ placeholder: String? = nil, _ summary: String,
        letter: Character? = nil
    ) {
        self.name = name
        self.letter = letter
        self.placeholder = placeholder
        self.summary = summary
    }
}

extension Option {
    /// As help shows it: `-r, --requirements FILE`.
    var shown: String {
        (letter.map { "-\($0), " } ?? "") + "--\(name)" + (placeholder.map { " \($0)" } ?? "")
    }
}

/// Wrong words on the command line: exit status 2.
struct UsageError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}

/// The words after the command's name, told apart.
struct ParsedArguments {
    private(set) var positional: [String] = []
    private var values: [String: [String]] = [:]

    /// Accepts `--name value`, `--name=value`, `-n value` where the option has a letter, and `--`, after
    /// which everything is positional.
    init(_ words: [String], options: [Option]) throws(UsageError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                positional += rest
                return
            }
            let byLetter = options.first { $0.letter.map { "-\($0)" } == word }
            guard word.hasPrefix("--") || byLetter != nil else {
                // A name that begins so is a slip of the finger; after `--` it is taken as it is.
                guard !word.hasPrefix("-") || word == "-" else {
                    throw UsageError(message: Self.unknownLetter(word, among: options))
                }
                positional.append(word)
                continue
            }
            let parts = (byLetter.map { $0.name[...] } ?? word.dropFirst(2)).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = options.first(where: { $0.name == name }) else {
                throw UsageError(message: Self.unknown(name, among: options))
            }
            var value = parts.count == 2 ? String(parts[1]) : nil
            if option.placeholder == nil {
                guard value == nil else { throw UsageError(message: "--\(name) takes no value") }
            } else if value == nil {
                value = rest.popFirst()
                guard value != nil else {
                    throw UsageError(message: "--\(name) needs \(option.placeholder ?? "a value")")
                }
            }
            values[name, default: []].append(value ?? "")
        }
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// The only value of an option that may be given once.
    func value(_ name: String) throws(UsageError) -> String? {
        let given = all(name)
        guard given.count <= 1 else { throw UsageError(message: "--\(name) is given twice") }
        return given.first
    }

    /// The positional words, of which there must be as many as `names`.
    func exactly(_ names: [String]) throws(UsageError) -> [String] {
        if positional.count < names.count {
            throw UsageError(message: "\(names[positional.count]) is missing")
        }
        if positional.count > names.count {
            throw UsageError(message: "'\(positional[names.count])' is one word too many")
        }
        return positional
    }

    private static func unknownLetter(_ word: String, among options: [Option]) -> String {
        let rest = word.dropFirst()
        let meant = options.first { option in
            rest.count == 1 ? option.name.hasPrefix(rest) : option.name == rest
        }
        return "unknown option \(word)" + (meant.map { "; did you mean --\($0.name)?" } ?? "")
    }

    private static func unknown(_ name: String, among options: [Option]) -> String {
        let nearest = options.map(\.name)
            .map { (name: $0, distance: editDistance($0, name)) }
            .min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= max(2, name.count / 3) else {
            return "unknown option --\(name)"
        }
        return "unknown option --\(name); did you mean --\(nearest.name)?"
    }
}

/// Insertions, removals and replacements that make one word of the other (Levenshtein).
func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.utf8)
    let right = Array(right.utf8)
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for (column, other) in right.enumerated() {
            let replaced = diagonal + (letter == other ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[right.count]
}
