import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor

/// Every program under every holding.
struct LayerTable: Sendable {
    private(set) var verdicts: [EscapeProgram: [Holding: Verdict]] = [:]

    /// Runs all programs under one holding, in warm zygotes.
    static func run(
        _ programs: [EscapeProgram], profile: ProfileName = ProfileName("pure"),
        under holding: Holding, in surroundings: Surroundings
    ) async throws -> [EscapeProgram: Verdict] {
        guard holding != .nothing else { return try surroundings.runPlain(programs) }
        let shipped = try Box.shipped()
        let box = try Box(leavingOut: holding.leftOut) { name, language in
            try ProgramRun.profile(name, language, shipped)
        }
        return try await box.use { box in
            let run = ProgramRun(box: box, profile: profile, input: surroundings.input)
            var verdicts: [EscapeProgram: Verdict] = [:]
            // Two that look for each other must not wait for a place.
            for program in programs where program.way == .pair {
                verdicts[program] = try await run.verdict(of: program)
            }
            return try await withThrowingTaskGroup(of: (EscapeProgram, Verdict).self) { group in
                for program in programs where program.way != .pair {
                    group.addTask { (program, try await run.verdict(of: program)) }
                }
                return try await group.reduce(into: verdicts) { $0[$1.0] = $1.1 }
            }
        }
    }

    /// Every column but the last.
    static func inBoxes(
        _ programs: [EscapeProgram], profile: String, in surroundings: Surroundings
    ) async throws -> LayerTable {
        var table = LayerTable()
        for holding in Holding.allCases where holding != .nothing {
            table.add(
                try await run(
                    programs, profile: ProfileName(profile), under: holding, in: surroundings),
                under: holding)
        }
        return table
    }

    mutating func add(_ column: [EscapeProgram: Verdict], under holding: Holding) {
        for (program, verdict) in column { verdicts[program, default: [:]][holding] = verdict }
    }

    func verdict(of program: EscapeProgram, under holding: Holding) -> Verdict? {
        verdicts[program]?[holding]
    }

    func isBreached(_ program: EscapeProgram, under holding: Holding) -> Bool {
        verdict(of: program, under: holding)?.isBreach ?? false
    }

    /// The layers without which a program gets what it wants.
    func soleHolders(of program: EscapeProgram) -> [Holding] {
        Holding.single.filter { isBreached(program, under: $0) }
    }
}

/// One program in one box.
private struct ProgramRun: Sendable {
    /// Ends the name of a profile that has less memory.
    private static let small = "-small"
    /// Node.js needs a good part of it by itself.
    private static let smallForNode = 96 << 20

    let box: Box
    let profile: ProfileName
    let input: JSON

    static func profile(
        _ name: ProfileName, _ language: ScriptLanguage,
        _ shipped: (ProfileName, ScriptLanguage) throws -> ResolvedProfile
    ) throws -> ResolvedProfile {
        let isSmall = name.text.hasSuffix(small)
        let base = isSmall ? ProfileName(String(name.text.dropLast(small.count))) : name
        let profile = try shipped(base, language)
        let runsNode = profile.runsNode
        return profile.changing(name: name) { limits in
            if isSmall { limits.memory = ByteCount(runsNode ? smallForNode : 32 << 20) }
        }
    }

    func verdict(of program: EscapeProgram) async throws -> Verdict {
        switch program.way {
        case .once: return Verdict(try await report(of: program))
        case .twice:
            _ = try await report(of: program)
            return Verdict(try await report(of: program))
        case .pair:
            // Both zygotes are warm before the two begin.
            for sends in [true, false] {
                let tenant = Self.tenant(sends)
                let source =
                    program.language == .python ? "def main(): return 1" : "function main() {}"
                _ = try await box.run(
                    source, program.language, profile: profile, tenant: tenant)
            }
            async let sender = report(of: program, sends: true)
            async let receiver = report(of: program, sends: false)
            let both = (Verdict(try await sender), Verdict(try await receiver))
            return both.0.isBreach ? both.0 : both.1
        }
    }

    private static func tenant(_ sends: Bool?) -> String {
        sends.map { $0 ? "sender" : "receiver" } ?? "escape"
    }

    private func report(of program: EscapeProgram, sends: Bool? = nil) async throws -> StepReport {
        var given = input.objectValue ?? JSONObject()
        if let sends { given["sends"] = .bool(sends) }
        return try await box.run(
            program: program.path, input: .object(given),
            profile: program.isSmall ? ProfileName(profile.text + Self.small) : profile,
            tenant: Self.tenant(sends), timeout: program.timeout)
    }
}
