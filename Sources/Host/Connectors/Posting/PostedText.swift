/// Text of scripts and models on its way into somebody's discussion.
///
/// It keeps what a reader sees, and loses what a forge would obey: quick actions, mentions, closing
/// keywords, remote images, HTML and our own marks. Only blocks of code that no forge can take for
/// anything else are left alone; which backticks pair up inside a paragraph is not guessed at, so
/// code between two of them keeps its look and may hold a zero-width space. Works on bytes: to a
/// forge an accent after a backtick is no part of the backtick.
enum PostedText {
    /// U+200B: parts two letters for a parser and not for a reader.
    private static let gap = Array("\u{200B}".utf8)

    static func harmless(_ text: String) -> String {
        let lines = MarkdownLines.read(visible(text))
        var output = plain(lines).map { line in
            switch line.kind {
            case .prose: withoutCommand(line.bytes[...])
            // A leading space keeps it from being a command, should this be no code after all.
            case .maybeCode: (line.bytes.first == UInt8(ascii: "/") ? [0x20] : []) + line.bytes
            case .fence: line.bytes
            case .code: withoutMarks(line.bytes)
            }
        }
        // What follows, our mark, would otherwise be shown as code.
        if let fence = MarkdownLines.openFence(lines) { output.append(fence) }
        return String(decoding: Array(output.joined(separator: [0x0a])), as: UTF8.self)
    }

    /// A text for between two backticks: on one line, without backticks.
    static func codeSpan(_ text: String) -> String {
        let bytes = visible(text).map {
            $0 == UInt8(ascii: "`") || $0 == 0x0a ? UInt8(ascii: "'") : $0
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Without control characters and without what reverses the direction of what is read.
    private static func visible(_ text: String) -> [UInt8] {
        var scalars = String.UnicodeScalarView()
        var previous: UInt32 = 0
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0d: scalars.append("\n")
            case 0x0a where previous == 0x0d: break
            case 0x09, 0x0a: scalars.append(scalar)
            case 0x00..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069: break
            default: scalars.append(scalar)
            }
            previous = scalar.value
        }
        return Array(String(scalars).utf8)
    }

    /// Our marks in code are shown to the reader, and still must not look like marks.
    private static func withoutMarks(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            output.append(byte)
            if byte == UInt8(ascii: "<"), bytes[(index + 1)...].starts(with: "!--".utf8) {
                output += gap
            }
        }
        return output
    }

    /// The same lines with everything parted that a forge would obey, but for certain code.
    ///
    /// Neighbouring lines are read together, since a keyword may stand at the end of one.
    private static func plain(_ lines: [MarkdownLine]) -> [MarkdownLine] {
        var output: [MarkdownLine] = []
        var start = 0
        while start < lines.count {
            guard lines[start].kind != .code else {
                output.append(lines[start])
                start += 1
                continue
            }
            let end = lines[start...].firstIndex { $0.kind == .code } ?? lines.count
            let text = Array(lines[start..<end].map(\.bytes).joined(separator: [0x0a]))
            let parted = plain(text).split(separator: 0x0a, omittingEmptySubsequences: false)
            for (line, bytes) in zip(lines[start..<end], parted) {
                output.append(MarkdownLine(bytes: Array(bytes), kind: line.kind))
            }
            start = end
        }
        return output
    }

    /// `/merge` at the beginning of a line is an order to GitLab; `\/merge` shows the same.
    private static func withoutCommand(_ line: ArraySlice<UInt8>) -> [UInt8] {
        let indent = line.prefix { $0 == 0x20 || $0 == 0x09 }
        let rest = line.dropFirst(indent.count)
        guard rest.first == UInt8(ascii: "/"), let letter = rest.dropFirst().first,
            Ascii.isLetter(letter)
        else { return Array(line) }
        return indent + [UInt8(ascii: "\\")] + rest
    }

    private static func plain(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var place = 0
        while place < text.count {
            let byte = text[place]
            output.append(byte)
            place += 1
            let isAfterWord = place > 1 && Ascii.isWord(text[place - 2])
            let next = place < text.count ? text[place] : 0x20
            switch byte {
            case UInt8(ascii: "@") where !isAfterWord && (Ascii.isWord(next) || next == 0x2e):
                output += gap
            case UInt8(ascii: "!") where next == UInt8(ascii: "["):
                // An image becomes a link: nothing is fetched until somebody clicks.
                output += gap
            case UInt8(ascii: "<") where Ascii.isLetter(next) || "/!?".utf8.contains(next):
                output += gap
            default:
                guard !isAfterWord, let end = ClosingKeyword.end(in: text, at: place - 1) else {
                    continue
                }
                output += text[place..<end] + gap
                place = end
            }
        }
        return output
    }
}

/// `Closes #1`, which closes issue 1 when it reaches a description or a commit.
enum ClosingKeyword {
    private static let words = [
        "closes", "closed", "closing", "close", "fixes", "fixed", "fixing", "fix", "resolves",
        "resolved", "resolving", "resolve", "implements", "implemented", "implementing",
        "implement",
    ].map { Array($0.utf8) }

    /// The end of a keyword that begins at `place` and is followed by something it would close.
    static func end(in text: [UInt8], at place: Int) -> Int? {
        guard "cfriCFRI".utf8.contains(text[place]),
            let word = words.first(where: { word in
                text[place...].prefix(word.count).map { $0 | 0x20 } == word
            })
        else { return nil }
        let end = place + word.count
        var rest = text[end...]
        if rest.first == UInt8(ascii: ":") { rest = rest.dropFirst() }
        guard let blank = rest.first, isBlank(blank) else { return nil }
        rest = rest.drop(while: isBlank)
        for filler in ["issues", "issue"]
        where rest.prefix(filler.utf8.count).map({ $0 | 0x20 }) == Array(filler.utf8) {
            rest = rest.dropFirst(filler.utf8.count).drop(while: isBlank)
        }
        return isReference(rest) ? end : nil
    }

    /// `#1`, `!2`, `group/project#3`, `GH-4`, `JIRA-5` or a URL.
    private static func isReference(_ text: ArraySlice<UInt8>) -> Bool {
        let start = text.prefix(8).map { $0 | 0x20 }
        if start.starts(with: "http://".utf8) || start.starts(with: "https://".utf8) { return true }
        let name = text.prefix { Ascii.isWord($0) || "./-".utf8.contains($0) }
        let rest = text.dropFirst(name.count)
        if let sign = rest.first, sign == UInt8(ascii: "#") || sign == UInt8(ascii: "!") {
            return rest.dropFirst().first.map(Ascii.isDigit) ?? false
        }
        let parts = name.split(separator: UInt8(ascii: "-"))
        return parts.count == 2 && parts[0].count > 1
            && parts[0].allSatisfy { Ascii.isWord($0) && !(97...122).contains($0) }
            && Ascii.isDigit(parts[1][parts[1].startIndex])
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a
    }
}

enum Ascii {
    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) && byte < 0x80 }
    static func isWord(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
    }
}
