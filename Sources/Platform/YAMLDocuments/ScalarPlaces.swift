/// Finds where each character of a scalar's text stands in the file.
///
/// A scalar's text is not what the file shows: quotes, escapes, folded lines and the indentation of
/// a block are gone. This walks both side by side, so that a fault inside the text gets the place
/// that its author sees.
package struct ScalarPlaces {
    private let source: SourceText
    private var place: SourceLocation
    private let style: Style
    private var places: [SourceLocation] = []

    private enum Style {
        case plain, single, double, literal, folded
    }

    /// The places of `node`'s text, one for each Unicode scalar and one for its end.
    package static func of(_ node: YAMLNode, in source: SourceText) -> [SourceLocation] {
        guard case .scalar(let text, let isQuoted) = node.content else { return [node.location] }
        var walk = ScalarPlaces(source: source, start: node.location, isQuoted: isQuoted)
        walk.align(Array(text.unicodeScalars))
        return walk.places
    }

    private init(source: SourceText, start: SourceLocation, isQuoted: Bool) {
        self.source = source
        place = start
        switch source.scalar(at: start) {
        case "'" where isQuoted: style = .single
        case "\"" where isQuoted: style = .double
        case "|" where isQuoted: style = .literal
        case ">" where isQuoted: style = .folded
        default: style = .plain
        }
        switch style {
        case .plain: break
        case .single, .double: place = source.next(after: start)
        case .literal, .folded: place = SourceLocation(line: start.line + 1, column: 1)
        }
    }

    private mutating func align(_ text: [Unicode.Scalar]) {
        var index = 0
        var indentation: Int?
        while index < text.count {
            if style == .literal || style == .folded {
                if place.column == 1 { skipIndentation(&indentation) }
                if style == .folded, isBlank(text[index]), source.scalar(at: place) == "\n" {
                    skipFold(in: text, &index)
                    continue
                }
            } else if style == .double, skipEscapedLineEnd() {
                continue
            } else if isBlank(text[index]), let end = foldedLineEnd() {
                while index < text.count, isBlank(text[index]) {
                    places.append(place)
                    index += 1
                }
                place = end
                continue
            }
            places.append(place)
            step(over: text[index])
            index += 1
        }
        places.append(place)
    }

    private func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\n" }

    /// Moves past what the file shows for one character of the text.
    private mutating func step(over scalar: Unicode.Scalar) {
        switch style {
        case .plain, .literal, .folded:
            place = source.next(after: place)
        case .single:
            place = source.next(after: place)
            if scalar == "'" { place = source.next(after: place) }
        case .double:
            guard source.scalar(at: place) == "\\" else {
                place = source.next(after: place)
                return
            }
            let code = source.scalar(at: source.next(after: place))
            let digits = code == "x" ? 2 : code == "u" ? 4 : code == "U" ? 8 : 0
            for _ in 0..<(2 + digits) { place = source.next(after: place) }
        }
    }

    /// Where a folded line goes on, when nothing but blanks stand before the end of this line.
    private func foldedLineEnd() -> SourceLocation? {
        var next = place
        while let scalar = source.scalar(at: next), scalar == " " || scalar == "\t" {
            next = source.next(after: next)
        }
        guard source.scalar(at: next) == "\n" else { return nil }
        while let scalar = source.scalar(at: next),
            scalar == " " || scalar == "\t" || scalar == "\n"
        {
            next = source.next(after: next)
        }
        return next
    }

    /// `\` at the end of a line in double quotes: nothing of it is in the text.
    private mutating func skipEscapedLineEnd() -> Bool {
        let after = source.next(after: place)
        guard source.scalar(at: place) == "\\", source.scalar(at: after) == "\n" else {
            return false
        }
        place = source.next(after: after)
        while let scalar = source.scalar(at: place), scalar == " " || scalar == "\t" {
            place = source.next(after: place)
        }
        return true
    }

    /// The end of a line of a folded block, and the empty lines after it.
    private mutating func skipFold(in text: [Unicode.Scalar], _ index: inout Int) {
        let isSpace = text[index] == " "
        repeat {
            places.append(place)
            index += 1
        } while !isSpace && index < text.count && text[index] == "\n"
        repeat {
            place = SourceLocation(line: place.line + 1, column: 1)
        } while place.line <= source.lineCount
            && (source.line(place.line) ?? "").allSatisfy { $0 == " " }
    }

    private mutating func skipIndentation(_ indentation: inout Int?) {
        if indentation == nil {
            // The first line that is not empty sets the indentation of the block.
            var line = place.line
            while line <= source.lineCount {
                let text = source.line(line) ?? ""
                if text.contains(where: { $0 != " " }) {
                    indentation = text.prefix { $0 == " " }.count
                    break
                }
                line += 1
            }
        }
        for _ in 0..<(indentation ?? 0) where source.scalar(at: place) == " " {
            place = source.next(after: place)
        }
    }
}
