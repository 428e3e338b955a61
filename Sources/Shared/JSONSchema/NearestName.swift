/// The hint that a misspelled name deserves.
enum NearestName {
    /// "; did you mean 'X'?" for the candidate that is nearest to `name`, or nothing when none is near.
    static func hint(for name: String, among candidates: [String]) -> String {
        let limit = max(1, name.count / 3)
        let nearest = candidates.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
        guard let nearest, nearest.1 <= limit else { return "" }
        return "; did you mean '\(nearest.0)'?"
    }

    /// Insertions, deletions, replacements and swaps of neighbours between the two, whatever their case.
    private static func distance(_ left: String, _ right: String) -> Int {
        let from = Array(left.lowercased().unicodeScalars.prefix(64))
        let to = Array(right.lowercased().unicodeScalars.prefix(64))
        var beforeLast: [Int] = []
        var last = Array(0...to.count)
        for row in from.indices {
            var current = [row + 1]
            for column in to.indices {
                let replaced = last[column] + (from[row] == to[column] ? 0 : 1)
                var best = min(replaced, last[column + 1] + 1, current[column] + 1)
                let isSwap =
                    row > 0 && column > 0 && from[row] == to[column - 1]
                    && from[row - 1] == to[column]
                if isSwap { best = min(best, beforeLast[column - 1] + 1) }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[to.count]
    }
}
