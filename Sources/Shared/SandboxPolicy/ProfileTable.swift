/// The tables of `sandbox-profiles/README.md`: what `sluice explain --table` prints.
package enum ProfileTable {
    package static func markdown(of catalogue: ProfileCatalogue) -> String {
        catalogue.names.map { name in
            let profiles = catalogue.languages(of: name).compactMap { catalogue.resolve(name, $0) }
            return section(name, profiles)
        }.joined(separator: "\n")
    }

    private static func section(_ name: ProfileName, _ profiles: [ResolvedProfile]) -> String {
        guard let first = profiles.first else { return "" }
        let limits = first.limits
        var text = "## \(name)\n\n\(first.summary)\n\n"
        text += "Limits: wall-time \(limits.wallTime.quantityText), "
        text += "cpu-time \(limits.cpuTime.quantityText), memory \(limits.memory.quantityText), "
        text += "output \(limits.output.quantityText), logs \(limits.logs.quantityText), "
        text += "processes \(limits.processes). "
        text += "Files: \(first.files.isEmpty ? "none" : first.files.joined(separator: ", ")). "
        text += "Network: \(first.network).\n"
        for profile in profiles { text += allowed(profile) + refused(profile) }
        return text
    }

    private static func allowed(_ profile: ResolvedProfile) -> String {
        let filtered = profile.allowances.filter { !$0.alternatives.contains([]) }.count
        var text = "\n### \(profile.name), \(profile.language.rawValue): allowed\n\n"
        text += "\(profile.allowances.count) calls, \(filtered) of them under a condition.\n\n"
        text += "| call | condition | reason |\n|---|---|---|\n"
        for allowance in profile.allowances {
            let condition = PredicateText.text(of: allowance.alternatives, call: allowance.call)
            text += row([
                code(allowance.call), condition.map(code) ?? "", allowance.reason,
            ])
        }
        return text
    }

    private static func refused(_ profile: ResolvedProfile) -> String {
        var text = "\n### \(profile.name), \(profile.language.rawValue): refused\n\n"
        text += "Every call that stands in neither table answers EPERM and is named.\n\n"
        text += "| calls | answer | reason |\n|---|---|---|\n"
        var seen: Set<String> = []
        for refusal in profile.refusals {
            let key = "\(refusal.answer) \(refusal.isQuiet) \(refusal.reason)"
            guard seen.insert(key).inserted else { continue }
            let group = profile.refusals.filter {
                $0.answer == refusal.answer && $0.isQuiet == refusal.isQuiet
                    && $0.reason == refusal.reason
            }
            let calls = group.map { member in
                let condition = PredicateText.text(of: member.alternatives, call: member.call)
                return code(member.call) + (condition.map { " (\(code($0)))" } ?? "")
            }
            text += row([calls.joined(separator: ", "), answer(refusal), refusal.reason])
        }
        return text
    }

    private static func answer(_ refusal: Refusal) -> String {
        let words =
            switch refusal.answer {
            case .kill: "killed"
            case .error(let name): name
            }
        return refusal.isQuiet ? "\(words), not recorded" : words
    }

    private static func code(_ text: String) -> String { "`\(text)`" }

    private static func row(_ cells: [String]) -> String {
        let safe = cells.map { cell in
            cell.map { $0 == "|" ? "\\|" : String($0) }.joined()
        }
        return "| \(safe.joined(separator: " | ")) |\n"
    }
}
