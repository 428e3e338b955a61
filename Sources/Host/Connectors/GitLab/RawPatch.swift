/// Cuts git's own patch text into the hunks of each file.
enum RawPatch {
    /// The text from the first `@@` (or `Binary files`) of each file, by its paths.
    ///
    /// Lines are cut at line feeds only, and a hunk's header says where it ends: a content line may
    /// look like anything, even like `diff --git`.
    static func files(_ patch: [UInt8]) -> [DiffFile.Paths: String] {
        var found: [DiffFile.Paths: String] = [:]
        var reader = Reader(lines: patch.split(separator: 10, omittingEmptySubsequences: false))
        while let (paths, text) = reader.next() {
            if let paths { found[paths] = String(decoding: text, as: UTF8.self) }
        }
        return found
    }

    private struct Reader {
        let lines: [ArraySlice<UInt8>]
        var place = 0

        mutating func next() -> (DiffFile.Paths?, [UInt8])? {
            while place < lines.count, !starts("diff --git ") { place += 1 }
            guard place < lines.count else { return nil }
            place += 1
            var old: [UInt8]?
            var new: [UInt8]?
            var text: [UInt8] = []
            while place < lines.count, !starts("diff --git ") {
                let line = lines[place]
                if starts("@@ ") {
                    readHunk(into: &text)
                    continue
                }
                if starts("--- ") { old = path(line.dropFirst(4)) }
                if starts("+++ ") { new = path(line.dropFirst(4)) }
                if starts("Binary files ") { text += line + [10] }
                place += 1
            }
            // One side of a new or deleted file is /dev/null: GitLab names the other for both.
            guard let paths = Self.paths(old, new) else { return (nil, text) }
            return (paths, text)
        }

        private static func paths(_ old: [UInt8]?, _ new: [UInt8]?) -> DiffFile.Paths? {
            let nothing = Array("/dev/null".utf8)
            guard let old, let new else { return nil }
            let oldPath = old == nothing ? new.dropFirst(2) : old.dropFirst(2)
            let newPath = new == nothing ? old.dropFirst(2) : new.dropFirst(2)
            return DiffFile.Paths(old: Array(oldPath), new: Array(newPath))
        }

        private func starts(_ prefix: String) -> Bool { lines[place].starts(with: prefix.utf8) }

        /// Takes the header and the lines that it promises, with `\ No newline` after any of them.
        private mutating func readHunk(into text: inout [UInt8]) {
            let header = lines[place]
            text += header + [10]
            place += 1
            guard var (old, new) = Self.counts(header) else { return }
            while place < lines.count, old > 0 || new > 0 {
                let line = lines[place]
                switch line.first {
                case UInt8(ascii: "-"): old -= 1
                case UInt8(ascii: "+"): new -= 1
                case UInt8(ascii: "\\"): break
                default:
                    old -= 1
                    new -= 1
                }
                text += line + [10]
                place += 1
            }
            if place < lines.count, lines[place].first == UInt8(ascii: "\\") {
                text += lines[place] + [10]
                place += 1
            }
        }

        /// The line counts of `@@ -a,b +c,d @@`; 1 where the count is left out.
        private static func counts(_ header: ArraySlice<UInt8>) -> (Int, Int)? {
            let parts = String(decoding: header, as: UTF8.self).split(separator: " ", maxSplits: 3)
            guard parts.count >= 3, parts[1].hasPrefix("-"), parts[2].hasPrefix("+") else {
                return nil
            }
            func count(_ part: Substring) -> Int? {
                let numbers = part.dropFirst().split(separator: ",")
                guard numbers.count == 2 else { return numbers.count == 1 ? 1 : nil }
                return Int(numbers[1])
            }
            guard let old = count(parts[1]), let new = count(parts[2]) else { return nil }
            return (old, new)
        }

        /// Git writes a path with odd bytes in quotes, C-style; one with a space ends in a tab.
        private func path(_ text: ArraySlice<UInt8>) -> [UInt8] {
            guard text.first == UInt8(ascii: "\"") else {
                return Array(text.last == 9 ? text.dropLast() : text)
            }
            var bytes: [UInt8] = []
            var rest = text.dropFirst()
            while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
                guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
                    bytes.append(byte)
                    continue
                }
                if (48...55).contains(escaped) {
                    let digits = [escaped] + rest.prefix(2)
                    rest = rest.dropFirst(2)
                    bytes.append(
                        UInt8(truncatingIfNeeded: digits.reduce(0) { $0 * 8 + Int($1) - 48 }))
                } else {
                    let names: [UInt8: UInt8] = [
                        UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9,
                        UInt8(ascii: "n"): 10, UInt8(ascii: "v"): 11, UInt8(ascii: "f"): 12,
                        UInt8(ascii: "r"): 13,
                    ]
                    bytes.append(names[escaped] ?? escaped)
                }
            }
            return bytes
        }
    }
}
