/// A text file as lines, for messages that show the line they speak of.
///
/// Lines end at LF or CRLF. Bytes that are no UTF-8 are shown as U+FFFD, so any file can be shown.
package struct SourceText: Sendable {
    let lines: [[Unicode.Scalar]]

    package init(_ bytes: [UInt8]) {
        var lines: [[Unicode.Scalar]] = [[]]
        var scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        for scalar in scalars {
            if scalar == "\n" {
                if lines[lines.count - 1].last == "\r" { lines[lines.count - 1].removeLast() }
                lines.append([])
            } else {
                lines[lines.count - 1].append(scalar)
            }
        }
        self.lines = lines
    }

    package var lineCount: Int { lines.count }

    /// The line without its end; nil when the file has no such line.
    ///
    /// Lines count from 1.
    package func line(_ number: Int) -> String? {
        guard lines.indices.contains(number - 1) else { return nil }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: lines[number - 1])
        return String(text)
    }

    /// The scalar at a place, or a line feed at the end of a line; nil past the end of the file.
    func scalar(at location: SourceLocation) -> Unicode.Scalar? {
        guard lines.indices.contains(location.line - 1) else { return nil }
        let line = lines[location.line - 1]
        if line.indices.contains(location.column - 1) { return line[location.column - 1] }
        return location.line < lines.count ? "\n" : nil
    }

    func next(after location: SourceLocation) -> SourceLocation {
        let length = lines.indices.contains(location.line - 1) ? lines[location.line - 1].count : 0
        if location.column <= length {
            return SourceLocation(line: location.line, column: location.column + 1)
        }
        return SourceLocation(line: location.line + 1, column: 1)
    }
}
