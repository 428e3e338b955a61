/// What pip said, as one line with what, why and remedy.
struct PipMessages {
    private let lines: [String]
    private let requirements: RequirementsFile
    /// What is looked for, in words.
    private let wanted: String

    init(_ log: [UInt8], requirements: RequirementsFile, isPure: Bool) {
        wanted = isPure ? "a wheel of pure Python" : "a wheel for Python \(PipRun.version)"
        lines = String(decoding: log.suffix(256 << 10), as: UTF8.self)
            .split(whereSeparator: \.isNewline).map(String.init)
        self.requirements = requirements
    }

    /// Why it failed.
    var explanation: String {
        hostFailure ?? hashFailure ?? indexFailure ?? syntaxFailure ?? absence ?? conflict
            ?? rest
    }

    private func line(containing text: String) -> String? { lines.first { $0.contains(text) } }

    private var hostFailure: String? {
        if line(containing: "No module named pip") != nil {
            return "pip is not there; install Debian's python3-pip (scripts/setup does)"
        }
        if line(containing: "No space left on device") != nil
            || line(containing: "Disk quota exceeded") != nil
        {
            return "the disk is full; free some space and install again"
        }
        if line(containing: "File too large") != nil || line(containing: "MemoryError") != nil {
            return "a package is larger than what may be installed; leave it out"
        }
        if line(containing: "no program is started while packages are installed") != nil,
            line(containing: "sdist") ?? line(containing: "setup.py") ?? line(
                containing: "metadata")
                ?? line(containing: "git ") != nil
        {
            return
                "\(place(of: latest)) needs source code that would have to be run to install it; "
                + "only wheels are installed: name a version that has one"
        }
        return nil
    }

    private var hashFailure: String? {
        if line(containing: "DO NOT MATCH THE HASHES") != nil {
            let name = lines.compactMap { Self.word(before: " from ", in: $0) }.first ?? latest
            return "\(place(of: name)) is not the file whose hash the requirements give; "
                + "somebody changed it, or the hash is of another file"
        }
        guard
            line(containing: "Hashes are required in --require-hashes mode") != nil
                || line(containing: "In --require-hashes mode, all requirements must have") != nil
        else { return nil }
        let missing = lines.compactMap { line in
            line.contains("--hash=") ? Self.word(before: " --hash=", in: line) : nil
        }.first
        let name = missing.map { place(of: $0) } ?? requirements.file
        return "\(name) has no hash, but others have; give each one a --hash, also those that "
            + "packages need ('pip-compile --generate-hashes' does)"
    }

    private var indexFailure: String? {
        let broken = lines.first { $0.contains("connection broken by") }
        guard let broken = broken ?? line(containing: "Could not fetch URL") else { return nil }
        let causes = [
            ("Name or service not known", "its name cannot be resolved"),
            ("Temporary failure in name resolution", "its name cannot be resolved"),
            ("Connection refused", "nobody answers there"),
            ("timed out", "it does not answer in time"),
            ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
            ("ProxyError", "the proxy does not let it through"),
        ]
        let cause = causes.first { broken.contains($0.0) }?.1 ?? "the connection breaks"
        return "the package index cannot be reached: \(cause); set 'packages: {index-url: …}' in "
            + "sluice.yaml or PIP_INDEX_URL to one that can"
    }

    private var syntaxFailure: String? {
        guard let line = line(containing: "Invalid requirement:") else { return nil }
        let words = line.split(separator: "'", omittingEmptySubsequences: false)
        let text = words.count > 1 ? String(words[1].prefix(60)) : "a line"
        let number = line.split(separator: "(from line ").last.flatMap {
            Int($0.prefix { $0.isNumber })
        }
        let place = number.map { "\(requirements.file):\($0): " } ?? "\(requirements.file): "
        return
            "\(place)'\(text)' is no requirement; write a name with a version, such as jinja2==3.1.6"
    }

    private var absence: String? {
        guard let line = line(containing: "Could not find a version that satisfies") else {
            return nil
        }
        let after = line.split(separator: "satisfies the requirement ").last.map(String.init) ?? ""
        let requirement = String(after.prefix { $0 != " " })
        let versions = after.split(separator: "(from versions: ").last.map { $0.dropLast() } ?? ""
        let by = Self.asker(in: after)
        if versions == "none" {
            return "\(place(of: requirement))\(by) is not on the index as \(wanted); "
                + "check its spelling: packages that come as source only are not installed"
        }
        let known = versions.split(separator: ", ").suffix(5).joined(separator: ", ")
        return "\(place(of: requirement))\(by) is not on the index as \(wanted); "
            + "its newest versions there are \(known)"
    }

    private var conflict: String? {
        guard
            line(containing: "conflicting dependencies") != nil
                || line(containing: "ResolutionImpossible") != nil
                || line(containing: "Double requirement given") != nil
        else { return nil }
        let what =
            lines.first { $0.contains("Cannot install ") }.map { line in
                line.split(separator: "Cannot install ").last.map {
                    $0.split(separator: " because")
                }?
                .first.map(String.init) ?? "these packages"
            } ?? "these packages"
        return
            "\(requirements.file): \(named(what)) need versions of a package that exclude each other; "
            + "loosen one of them, or use two environments"
    }

    /// `-r FILE (line 3)` as the requirement that stands there.
    private func named(_ text: String) -> String {
        let parts = text.split(separator: "-r ", omittingEmptySubsequences: false)
        return parts.dropFirst().reduce(String(parts.first ?? "")) { all, part in
            let number = part.split(separator: "(line ").last.flatMap {
                Int($0.prefix { $0.isNumber })
            }
            let found = requirements.requirements.first { $0.line == number }
            guard let found, let end = part.firstIndex(of: ")") else { return all + part }
            let requirement = found.text.prefix { !$0.isWhitespace && $0 != ";" }
            return all + requirement + part[part.index(after: end)...]
        }
    }

    private var rest: String {
        let errors = lines.filter { $0.contains("ERROR:") && !$0.hasSuffix("Exception:") }
        let error = errors.last ?? lines.last ?? "it said nothing"
        let text = error.split(separator: "ERROR: ").last.map(String.init) ?? error
        return "pip says: \(text.count > 200 ? "\(text.prefix(200))…" : text)"
    }

    /// What pip worked on when it failed.
    private var latest: String {
        lines.last { $0.hasPrefix("Collecting ") }.map { String($0.dropFirst(11)) } ?? "a package"
    }

    /// `FILE:LINE: 'REQUIREMENT'`, without a line where only another package asks for it.
    private func place(of requirement: String) -> String {
        let words = requirement.drop { $0.isWhitespace }.prefix { !$0.isWhitespace }
        let name = String(words.prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) })
        guard let line = requirements.line(of: name) else {
            return "\(requirements.file): '\(words)'"
        }
        return "\(requirements.file):\(line): '\(words)'"
    }

    /// ` (which NAME needs)` for a requirement of a package.
    private static func asker(in text: String) -> String {
        guard let start = text.split(separator: "(from ").dropFirst().first,
            !start.hasPrefix("versions")
        else { return "" }
        let name = start.prefix { $0 != ")" && $0 != "-" && $0 != " " }
        return name.isEmpty || name.hasPrefix("/") ? "" : " (which \(name) needs)"
    }

    private static func word(before mark: String, in line: String) -> String? {
        guard line.contains(mark) else { return nil }
        return line.split(separator: mark).first?.split(separator: " ").last.map(String.init)
    }
}
