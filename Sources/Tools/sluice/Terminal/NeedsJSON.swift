import FlowModel
import HostAssembly
import JSONValue
import SandboxPolicy
import SandboxSupervisor

/// What a script would need, for machines.
enum NeedsJSON {
    static func object(of found: ScriptExamination) -> JSON {
        [
            "script": .string(found.work.fileName),
            "language": .string(found.work.language.rawValue),
            "profile": .string(found.work.profile.text),
            "complete": .bool(found.stop == nil),
            "report": found.recording.report.json,
            "needs": .array(found.needs.needs.map(need)),
            "hosts": .array(found.recording.hosts.map(\.json)),
            "unlisted": .integer(Int64(found.recording.unlisted)),
            "fragment": found.fragment.map { .string($0) } ?? .null,
            "enough": names(found.enough),
            "perhaps_enough": names(found.perhapsEnough),
        ]
    }

    private static func need(_ need: ScriptNeed) -> JSON {
        [
            "syscall": .string(need.syscall),
            "count": .integer(Int64(need.count)),
            "verdict": .string(need.verdict.rawValue),
            "meanings": .array(need.meanings.map { .string($0) }),
            "lines": .array(need.lines.map { .integer(Int64($0)) }),
            "when": .array(need.conditions.map { .string($0) }),
            "gives_away": .string(need.givesAway),
            "remedy": need.remedy.map { .string($0) } ?? .null,
        ]
    }

    private static func names(_ names: [ProfileName]) -> JSON {
        .array(names.map { .string($0.text) })
    }
}
