package import YAMLDocuments

/// One thing that is wrong in a profile file, with its place and a way out.
package struct PolicyFault: Sendable, Hashable, CustomStringConvertible {
    package let file: String
    package let location: SourceLocation
    package let message: String
    /// What to write instead; empty when the message says it all.
    package let hint: String
    package init(file: String, location: SourceLocation, message: String, hint: String = "") {
        self.file = file
        self.location = location
        self.message = message
        self.hint = hint
    }
    package var description: String {
        "\(file):\(location.line):\(location.column): \(message)"
            + (hint.isEmpty ? "" : "; \(hint)")
    }
}

/// Every fault that was found in the files, in the order of files and lines.
///
/// A catalogue with a fault does not load at all: a profile that is only half read could allow more
/// than its author meant.
package struct PolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    package let faults: [PolicyFault]
    package init(faults: [PolicyFault]) {
        self.faults = faults.sorted {
            ($0.file, $0.location.line, $0.location.column)
                < ($1.file, $1.location.line, $1.location.column)
        }
    }
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// The known name that a misspelt one most likely means.
enum NearestName {
    /// Nil when nothing is near: two edits for short names, a third of the length for long ones.
    static func of(_ text: String, in known: some Sequence<String>) -> String? {
        let limit = max(2, text.count / 3)
        let distances = known.map { ($0, distance(text, $0)) }.filter { $0.1 <= limit }
        return distances.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// The hint for a fault: the near name, or the whole list when it is short.
    static func hint(for text: String, in known: some Collection<String>) -> String {
        if let near = of(text, in: known) { return "did you mean '\(near)'?" }
        guard known.count <= 12 else { return "" }
        return "use one of: " + known.sorted().joined(separator: ", ")
    }

    /// Insertions, deletions and replacements that turn one into the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let target = Array(right.lowercased())
        var row = Array(0...target.count)
        for (line, character) in left.lowercased().enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in target.indices {
                let replaced = diagonal + (character == target[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[target.count]
    }
}
