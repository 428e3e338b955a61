/// A requirements file as its owner wrote it, without anything that would run code of a package or
/// leave the configured index.
package struct RequirementsFile: Sendable, Hashable {
    package struct Requirement: Sendable, Hashable {
        /// Where it begins, from 1.
        package let line: Int
        /// The project's name, in the form that all spellings of it share (PEP 503).
        package let project: String
        /// Joined lines without comments.
        package let text: String
    }

    /// As messages name it.
    package let file: String
    package let requirements: [Requirement]
    /// Options that pip needs, such as `--pre`.
    package let options: [String]

    /// What pip reads: each requirement on the line that it has in the original.
    var normalised: String {
        var lines: [String] = []
        for requirement in requirements {
            while lines.count < requirement.line - 1 { lines.append("") }
            lines.append(requirement.text)
        }
        return (lines + options).joined(separator: "\n") + "\n"
    }

    /// Where a project is asked for; nil when only other packages ask for it.
    func line(of project: String) -> Int? {
        let name = Self.normalisedName(project)
        return requirements.first { $0.project == name }?.line
    }

    /// Throws the first fault with file and line.
    package static func read(
        _ bytes: [UInt8], file: String
    ) throws(PackageError) -> RequirementsFile {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PackageError("\(file): it is not UTF-8; save it as UTF-8")
        }
        var requirements: [Requirement] = []
        var options: [String] = []
        for (line, content) in logicalLines(of: text) {
            do throws(RequirementFault) {
                if content.hasPrefix("-") {
                    if let option = try RequirementSyntax.option(content) { options.append(option) }
                } else {
                    let project = try RequirementSyntax.project(content)
                    requirements.append(
                        Requirement(line: line, project: normalisedName(project), text: content))
                }
            } catch {
                throw PackageError("\(file):\(line): \(error.message)")
            }
        }
        guard !requirements.isEmpty else {
            throw PackageError(
                "\(file): it names no package; write one a line, such as: jinja2==3.1.6")
        }
        return RequirementsFile(file: file, requirements: requirements, options: options)
    }

    /// Lower case, and `-` for every run of `-`, `_` and `.`.
    static func normalisedName(_ name: String) -> String {
        name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
    }

    /// Lines that end in a backslash go on; a comment begins at the start of a line or after a blank.
    private static func logicalLines(of text: String) -> [(line: Int, content: String)] {
        var found: [(Int, String)] = []
        var start = 0
        var content = ""
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, raw) in lines.enumerated() {
            if content.isEmpty { start = index + 1 }
            let isComment = raw.drop { $0.isWhitespace }.hasPrefix("#")
            if raw.hasSuffix("\\"), !isComment {
                content += raw.dropLast() + " "
                continue
            }
            content += raw
            let plain = trimmed(withoutComment(content))
            if !plain.isEmpty { found.append((start, plain)) }
            content = ""
        }
        let rest = trimmed(withoutComment(content))
        return rest.isEmpty ? found : found + [(start, rest)]
    }

    private static func withoutComment(_ line: String) -> Substring {
        var isAfterBlank = true
        for index in line.indices {
            if line[index] == "#", isAfterBlank { return line[..<index] }
            isAfterBlank = line[index].isWhitespace
        }
        return line[...]
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}

struct RequirementFault: Error {
    let message: String
}

/// What one line of a requirements file may be.
///
/// SECURITY: only names with versions. A path, a URL or a source build would run code of a stranger
/// outside the sandbox, and options could bring such things back.
enum RequirementSyntax {
    /// The name of the project; pip checks the rest of the line.
    static func project(_ text: String) throws(RequirementFault) -> String {
        let name = text.prefix { isNamePart($0) }
        let rest = text.dropFirst(name.count).drop { $0.isWhitespace }
        if text.contains("://") || rest.hasPrefix("@") || text.hasPrefix(".") || text.contains("/")
        {
            throw RequirementFault(
                message: "'\(shown(text))' names a file or URL; only packages of an index are "
                    + "installed: write a name with a version, such as jinja2==3.1.6")
        }
        if text.contains("${") {
            throw RequirementFault(
                message: "'\(shown(text))' reads an environment variable; write the value itself")
        }
        guard let first = name.first, first.isLetter || first.isNumber, let last = name.last,
            last.isLetter || last.isNumber,
            rest.isEmpty || "[(<>=!~;".contains(rest.first ?? "x") || rest.hasPrefix("--")
        else {
            throw RequirementFault(
                message: "'\(shown(text))' is no requirement; write a name with a version, such as "
                    + "jinja2==3.1.6")
        }
        try checkOptions(after: rest)
        return String(name)
    }

    private static func checkOptions(after rest: Substring) throws(RequirementFault) {
        for word in rest.split(whereSeparator: \.isWhitespace) where word.hasPrefix("--") {
            guard word.hasPrefix("--hash=") || word == "--hash" else {
                throw RequirementFault(
                    message: "'\(shown(String(word)))' is an option that is not taken here; "
                        + "only --hash goes with a requirement")
            }
        }
    }

    /// The option as pip gets it; nil for one that says what is done anyway.
    static func option(_ text: String) throws(RequirementFault) -> String? {
        let name = String(text.prefix { !$0.isWhitespace && $0 != "=" })
        switch name {
        case "--require-hashes", "--pre": return name
        case "--only-binary", "--prefer-binary": return nil
        case "-r", "--requirement", "-c", "--constraint":
            throw RequirementFault(
                message: "'\(name)' reads another file; write all requirements into this one, "
                    + "as 'pip-compile' does")
        case "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-index",
            "--trusted-host":
            throw RequirementFault(
                message: "'\(name)' chooses an index; that is the host's: write "
                    + "'packages: {index-url: …}' in sluice.yaml, or set PIP_INDEX_URL")
        case "-e", "--editable", "--no-binary":
            throw RequirementFault(
                message:
                    "'\(name)' would run code of the package while it is installed; only wheels "
                    + "are installed: name a version that has one")
        default:
            throw RequirementFault(message: "'\(shown(text))' is an option that is not taken here")
        }
    }

    private static func isNamePart(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }

    /// Short enough for a line; a URL could hold a password.
    private static func shown(_ text: String) -> String {
        let start = text.split(separator: "://", maxSplits: 1).first ?? ""
        let cut = start.count < text.count ? "\(start)://…" : text
        return cut.count > 60 ? "\(cut.prefix(60))…" : cut
    }
}
