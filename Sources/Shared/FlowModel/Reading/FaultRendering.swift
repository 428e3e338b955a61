package import YAMLDocuments

extension FlowFault {
    /// As a terminal shows it: `file:line:column: message`, the line with a caret, the hint.
    package func rendered(with source: SourceText) -> String {
        var text = "\(file):\(location.line):\(location.column): \(message)\n"
        if !hidesSource, let line = source.line(location.line), !line.allSatisfy({ $0 == " " }) {
            let excerpt = Excerpt(of: line, column: location.column, marking: offendingText)
            let number = "\(location.line)"
            let margin = String(repeating: " ", count: number.count)
            text += "  \(number) | \(excerpt.line)\n"
            text += "  \(margin) | \(excerpt.marker)\n"
        }
        if let hint { text += "  hint: \(hint)\n" }
        return text
    }
}

extension [FlowFault] {
    /// All of them, with an empty line between two.
    package func rendered(with source: SourceText) -> String {
        map { $0.rendered(with: source) }.joined(separator: "\n")
    }
}

/// A part of a source line that fits a terminal, with a mark under what is wrong.
private struct Excerpt {
    private static let width = 96
    let line: String
    let marker: String

    init(of line: String, column: Int, marking text: String) {
        let scalars = line.unicodeScalars.map { $0 == "\t" ? " " : $0 }
        let mark = min(max(0, column - 1), scalars.count)
        var start = 0
        if scalars.count > Self.width, mark > Self.width * 2 / 3 {
            start = min(mark - Self.width / 3, scalars.count - Self.width / 2)
        }
        let end = min(scalars.count, start + Self.width)
        var shown = String.UnicodeScalarView()
        if start > 0 { shown.append("…") }
        shown.append(contentsOf: scalars[start..<end])
        if end < scalars.count { shown.append("…") }
        self.line = String(shown)
        let offset = mark - start + (start > 0 ? 1 : 0)
        let length = Self.length(of: text, in: scalars[mark..<end])
        marker =
            String(repeating: " ", count: offset) + "^"
            + String(repeating: "~", count: max(0, length - 1))
    }

    /// How much of the line, from the mark on, is the offending text.
    private static func length(of text: String, in rest: ArraySlice<Unicode.Scalar>) -> Int {
        let wanted = Array(text.unicodeScalars)
        for quote in [0, 1] where rest.count >= quote {
            if rest.dropFirst(quote).starts(with: wanted) { return wanted.count + 2 * quote }
        }
        return 1
    }
}
