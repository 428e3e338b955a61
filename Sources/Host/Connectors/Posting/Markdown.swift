/// One line of Markdown, and whether it is code (CommonMark 0.31, §4.5).
struct MarkdownLine {
    enum Kind: Equatable {
        case prose
        /// The line that opens or closes a block of code.
        case fence
        /// In a block that every forge takes for code.
        case code
        /// In what looks like a block of code.
        case maybeCode
    }

    var bytes: [UInt8]
    var kind: Kind
}

enum MarkdownLines {
    private static let backtick = UInt8(ascii: "`")

    private struct Fence {
        let letter: UInt8
        let count: Int
    }

    static func read(_ text: [UInt8]) -> [MarkdownLine] {
        var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
            .map { MarkdownLine(bytes: Array($0), kind: .prose) }
        let inside = isCertain(lines) ? MarkdownLine.Kind.code : .maybeCode
        var open: Fence?
        for index in lines.indices {
            let line = lines[index].bytes
            if let fence = open {
                lines[index].kind = closes(line, fence) ? .fence : inside
                if closes(line, fence) { open = nil }
            } else if let fence = opening(line) {
                lines[index].kind = .fence
                open = fence
            }
        }
        // A block that nothing closes is no code to a forge that looks for both ends.
        if let last = lines.lastIndex(where: { $0.kind == .fence }), open != nil {
            for index in (last + 1)..<lines.count { lines[index].kind = .maybeCode }
        }
        return lines
    }

    /// Whether there is but one way to read the blocks of code.
    ///
    /// In lists, quotes and front matter a fence may mean something else; with three backticks at the
    /// beginning of a line, alone or before a word, and none of that around them, it cannot.
    private static func isCertain(_ lines: [MarkdownLine]) -> Bool {
        lines.allSatisfy { line in
            let bytes = line.bytes
            if ["---", "+++", ";;;"].contains(where: { bytes.starts(with: $0.utf8) }) {
                return false
            }
            let hasRun = ["```", "~~~"].contains { run in
                bytes.indices.contains { bytes[$0...].starts(with: run.utf8) }
            }
            guard hasRun else { return true }
            return bytes.starts(with: "```".utf8)
                && bytes.dropFirst(3).allSatisfy { Ascii.isWord($0) || "+-#".utf8.contains($0) }
        }
    }

    /// The line that would close a block left open; nil when none is.
    static func openFence(_ lines: [MarkdownLine]) -> [UInt8]? {
        var open: Fence?
        for line in lines where line.kind == .fence {
            open = open == nil ? opening(line.bytes) : nil
        }
        return open.map { [UInt8](repeating: $0.letter, count: $0.count) }
    }

    private static func opening(_ line: [UInt8]) -> Fence? {
        let indent = line.prefix { $0 == 0x20 }.count
        let rest = line.dropFirst(indent)
        guard indent < 4, let letter = rest.first, letter == backtick || letter == UInt8(ascii: "~")
        else { return nil }
        let count = rest.prefix { $0 == letter }.count
        guard count >= 3, letter != backtick || !rest.dropFirst(count).contains(backtick) else {
            return nil
        }
        return Fence(letter: letter, count: count)
    }

    private static func closes(_ line: [UInt8], _ fence: Fence) -> Bool {
        let indent = line.prefix { $0 == 0x20 }.count
        let rest = line.dropFirst(indent)
        let count = rest.prefix { $0 == fence.letter }.count
        return indent < 4 && count >= fence.count
            && rest.dropFirst(count).allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }
}
