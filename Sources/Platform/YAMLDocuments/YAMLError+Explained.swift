extension YAMLError {
    /// The same error with what usually causes it, where the text around the place shows it.
    func explained(by source: SourceText) -> YAMLError {
        // libyaml puts what is missing at the end of the file on a line after the last.
        guard location.line <= source.lineCount, source.scalar(at: location) != nil else {
            let end = SourceLocation(
                line: source.lineCount,
                column: (source.line(source.lineCount) ?? "").unicodeScalars.count + 1)
            return YAMLError(
                location: end, message: "the file ends inside a list, a mapping or a quoted text")
        }
        guard let reason = likelyCause(source) else { return self }
        return YAMLError(location: reason.location, message: reason.message)
    }

    private func likelyCause(_ source: SourceText) -> YAMLError? {
        let here = source.scalar(at: location)
        if let tab = tabInIndentation(source) {
            return YAMLError(
                location: tab, message: "a tab cannot indent; YAML indents with spaces only")
        }
        if here == "{", previous(source) == "$" {
            return YAMLError(
                location: location,
                message: "an expression inside { } or [ ] needs quotes: \"${{ … }}\"")
        }
        if message.hasPrefix("found character that cannot start any token"), let here {
            return YAMLError(
                location: location,
                message: "a plain text cannot begin with '\(here)'; put it in quotes")
        }
        if message.hasPrefix("mapping values are not allowed in this context") {
            return YAMLError(
                location: location,
                message: "a second ': ' in one value, or a key that is indented too far; "
                    + "put a text with ': ' in quotes")
        }
        if message.hasPrefix("could not find expected ':'") {
            return YAMLError(location: location, message: "a key without ':' stands before this")
        }
        if message.hasPrefix("did not find expected ',' or '") {
            return YAMLError(
                location: location,
                message: "expected ',' or the closing bracket here; "
                    + "a text with , [ ] { } in it needs quotes")
        }
        if message.hasPrefix("found unexpected ':'") {
            return YAMLError(
                location: location, message: "a text with ':' at its end needs quotes")
        }
        if message.hasPrefix("did not find expected node content") {
            return YAMLError(location: location, message: "expected a key or a value here")
        }
        if message.hasPrefix("did not find expected key") {
            return YAMLError(
                location: location,
                message: "expected a key here, at the indentation of the keys above")
        }
        if message.hasPrefix("did not find expected '-' indicator") {
            return YAMLError(
                location: location,
                message: "expected '-' here, at the indentation of the list above")
        }
        return nil
    }

    private func previous(_ source: SourceText) -> Unicode.Scalar? {
        guard location.column > 1 else { return nil }
        return source.scalar(at: .init(line: location.line, column: location.column - 1))
    }

    /// A tab before the first other character of the line, at or before the error.
    private func tabInIndentation(_ source: SourceText) -> SourceLocation? {
        guard message.contains("tab") || source.scalar(at: location) == "\t" else { return nil }
        var column = 1
        while true {
            switch source.scalar(at: .init(line: location.line, column: column)) {
            case "\t": return SourceLocation(line: location.line, column: column)
            case " ": column += 1
            default: return nil
            }
        }
    }
}
