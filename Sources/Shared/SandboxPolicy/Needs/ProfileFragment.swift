/// A profile for `sandbox-profiles/` that would give a script what it needs, its reasons left empty.
package enum ProfileFragment {
    /// The YAML text; nil when there is nothing that a profile could give.
    ///
    /// It is the profile that the script ran under with more calls. As long as a reason is empty it
    /// does not load, and says which: who owns the host writes it, or removes the entry. `script` is
    /// what it is named after.
    package static func text(
        of needs: ScriptNeeds, in catalogue: ProfileCatalogue, script: String
    ) -> String? {
        let more = needs.needs.filter { $0.verdict == .grantable }
        guard !more.isEmpty, let document = catalogue.document(of: needs.profile.name),
            let head = head(of: document, of: needs.profile, name: name(for: script, needs.profile))
        else { return nil }
        let language = needs.profile.language
        let base = document.extends[language]?.base ?? "base/\(language.rawValue)"
        let kept = document.allow.compactMap { entry in
            written(entry, without: Set(more.map(\.syscall)), isRefusal: false)
        }
        let refusals = document.refuse.compactMap { entry in
            written(entry, without: Set(more.map(\.syscall)), isRefusal: true)
        }
        return head + "syscalls:\n  extends: {\(language.rawValue): \(base)}\n  allow:\n"
            + kept.joined() + more.map { written($0, script: script) }.joined()
            + (refusals.isEmpty ? "" : "  refuse:\n" + refusals.joined())
    }

    /// Letters, digits and hyphens of the file's name.
    static func name(for file: String, _ profile: ResolvedProfile) -> String {
        let last = file.split(separator: "/").last ?? "script"
        let stem = last.split(separator: ".").first ?? "script"
        let letters = stem.lowercased().map {
            $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-"
        }
        let word = String(letters).split(separator: "-").joined(separator: "-")
        return "\(profile.name)-for-\(word.isEmpty ? "script" : word)"
    }

    private static func head(
        of document: ProfileDocument, of profile: ResolvedProfile, name: String
    ) -> String? {
        guard let limits = document.limits else { return nil }
        let requires = document.requires.map { "\($0.key): \($0.value.rawValue)" }.sorted()
        return """
            # sandbox-profiles/\(name).yaml: complete each 'reason', or remove its entry
            profile: \(name)
            summary: \(quoted("\(document.summary) With the calls that one script needs."))
            limits: {wall-time: \(limits.wallTime.quantityText), \
            cpu-time: \(limits.cpuTime.quantityText), memory: \(limits.memory.quantityText), \
            output: \(limits.output.quantityText), logs: \(limits.logs.quantityText), \
            processes: \(limits.processes)}
            files: [\(document.files.joined(separator: ", "))]
            network: \(document.network)
            requires: {\(requires.joined(separator: ", "))}

            """
    }

    private static func written(_ need: ScriptNeed, script: String) -> String {
        "    # gives away: \(need.givesAway)\n"
            + (need.remedy.map { "    # better: \($0)\n" } ?? "")
            + "    - call: \(need.syscall)\n" + when(need.conditions) + "      reason:\n"
            + "      widens: \(quoted("A recording of \(script) saw it make this call."))\n"
    }

    /// An entry of the profile as it stands, for the calls that are not widened further.
    private static func written(
        _ entry: ProfileDocument.Entry, without more: Set<String>, isRefusal: Bool
    ) -> String? {
        let calls = entry.calls.map(\.name).filter { !more.contains($0) }
        guard let first = calls.first else { return nil }
        var text =
            calls.count == 1
            ? "    - call: \(first)\n" : "    - calls: [\(calls.joined(separator: ", "))]\n"
        text += when(PredicateText.lines(of: entry.alternatives, call: first))
        if isRefusal {
            text += "      answer: \(answer(entry.answer))\n"
            if entry.isQuiet { text += "      quiet: true\n" }
        }
        text += "      reason: \(quoted(entry.reason))\n"
        if let widens = entry.widens { text += "      widens: \(quoted(widens))\n" }
        return text
    }

    private static func answer(_ answer: RefusalAnswer) -> String {
        switch answer {
        case .error(let name): "error \(name)"
        case .kill: "kill"
        }
    }

    private static func when(_ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        return "      when: [\(lines.map(quoted).joined(separator: ", "))]\n"
    }

    /// A text in double quotes, as YAML reads it; a file's name can hold anything.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5c: result += "\\\(scalar)"
            case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0xfeff: result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
