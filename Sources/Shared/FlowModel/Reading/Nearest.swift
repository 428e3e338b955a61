/// Finds the known name that somebody most likely meant.
enum Nearest {
    /// A known name within a third of its length in edits, nil when none is that near.
    static func name(to wrong: String, among known: some Sequence<String>) -> String? {
        let wrongScalars = Array(wrong.lowercased().unicodeScalars.prefix(64))
        var best: (name: String, distance: Int)?
        for name in known {
            let scalars = Array(name.lowercased().unicodeScalars.prefix(64))
            // Any two names of one or two letters are near each other; that tells nothing.
            let longer = max(scalars.count, wrongScalars.count)
            let limit = longer < 3 ? 0 : max(1, longer / 3)
            guard abs(scalars.count - wrongScalars.count) <= limit,
                let distance = distance(wrongScalars, scalars, limit: limit),
                distance < best?.distance ?? .max
            else { continue }
            best = (name, distance)
        }
        return best?.name
    }

    /// A hint that asks whether a known name was meant.
    static func suggestion(for wrong: String, among known: some Sequence<String>) -> String? {
        name(to: wrong, among: known).map { "did you mean '\($0)'?" }
    }

    /// A suggestion, or what there is to choose from.
    static func hint(for wrong: String, among known: [String]) -> String? {
        if let suggestion = suggestion(for: wrong, among: known) { return suggestion }
        guard !known.isEmpty else { return nil }
        let shown = known.prefix(16).joined(separator: ", ")
        return "known here: \(shown)\(known.count > 16 ? ", …" : "")"
    }

    /// Edits (insert, delete, replace, swap of neighbours) that turn one into the other, nil when
    /// there are more than `limit`.
    private static func distance(
        _ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int
    ) -> Int? {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let replace = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(replace, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            // A swap looks two rows back, so both must be past the limit.
            guard min(last.min() ?? 0, current.min() ?? 0) <= limit else { return nil }
            beforeLast = last
            last = current
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}
