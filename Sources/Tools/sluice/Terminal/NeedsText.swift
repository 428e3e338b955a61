import FlowModel
import HostAssembly
import SandboxPolicy
import SandboxSupervisor

/// What a script would need, for people.
enum NeedsText {
    static func text(of found: ScriptExamination) -> String {
        let needs = found.needs.needs
        var parts = [title(found)]
        for (verdict, title) in titles {
            let members = needs.filter { $0.verdict == verdict }
            if !members.isEmpty { parts.append(title + "\n" + members.map(entry).joined()) }
        }
        let hosts = found.recording.hosts
        if !hosts.isEmpty {
            parts.append(
                "Hosts it was refused; a node lists those it may reach in 'network: hosts'\n"
                    + hosts.map { "  \($0.meaning)\n" }.joined())
        }
        if found.recording.unlisted > 0 {
            parts.append("and \(found.recording.unlisted) more calls, too many to tell apart\n")
        }
        parts.append(end(of: found))
        if let others = others(found) { parts.append(others) }
        if let fragment = found.fragment {
            parts.append(
                "A profile that would let it make these calls; it loads when each reason is written:"
                    + "\n\n\(fragment)")
        }
        return parts.joined(separator: "\n")
    }

    private static func title(_ found: ScriptExamination) -> String {
        let name = "\(found.work.fileName) under profile '\(found.work.profile)'"
        return found.needs.needs.isEmpty && found.recording.hosts.isEmpty
            ? "\(name): it was refused nothing\n" : "\(name): what it was refused\n"
    }

    private static let titles: [(ScriptNeed.Verdict, String)] = [
        (.grantable, "A profile could allow"),
        (.dangerous, "No profile should allow, so the profile below does not"),
        (.never, "No profile can allow"),
        (.needless, "It can do without"),
    ]

    private static func entry(_ need: ScriptNeed) -> String {
        let times = need.count == 1 ? "once" : "\(need.count) times"
        var text = "  \(need.syscall), \(times)\(place(need.lines))\n"
        for meaning in need.meanings.prefix(mostMeanings) { text += "    it \(meaning)\n" }
        if need.meanings.count > mostMeanings {
            text += "    … and in \(need.meanings.count - mostMeanings) more ways\n"
        }
        for condition in need.conditions { text += "    when: \(condition)\n" }
        text += "    gives away: \(need.givesAway)\n"
        if let remedy = need.remedy { text += "    better: \(remedy)\n" }
        return text
    }

    private static let mostMeanings = 5

    private static func place(_ lines: [Int]) -> String {
        guard let first = lines.first else { return "" }
        return lines.count == 1
            ? ", in line \(first)" : ", in lines \(lines.map(String.init).joined(separator: ", "))"
    }

    private static func end(of found: ScriptExamination) -> String {
        guard let stop = found.stop else {
            return
                "It ran to its end and returned a value, so with this input there is nothing more.\n"
        }
        let text = ReportText.failure(stop, script: found.work.fileName)
        let indented = text.split(separator: "\n").map { "  \($0)\n" }.joined()
        return "It stopped before its end:\n\(indented)"
            + "What it would do after that is not known: change the script or give it what it lacks, "
            + "and ask again.\n"
    }

    private static func others(_ found: ScriptExamination) -> String? {
        var lines: [String] = []
        for name in found.enough {
            lines.append(
                "Profile '\(name)' is enough: it ran to its end there and was refused nothing.\n")
        }
        for name in found.perhapsEnough {
            lines.append(
                "Profile '\(name)' allows each of these calls; it has a network, so the script was not "
                    + "tried there.\n")
        }
        return lines.isEmpty ? nil : lines.joined()
    }
}
