import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy
import SeccompFilters

/// Scripts that try the box from inside, one for each promise.
struct SandboxTrial {
    let supervisor: SandboxSupervisor
    let profile: ResolvedProfile
    let canary: Canary

    enum Result {
        /// Every promise was kept; what was tried.
        case held(String)
        /// The first promise that was not kept.
        case broken(String)
        /// What only this profile needs is not on this host: a program, or modules; cause and remedy.
        case notInstalled(cause: String, remedy: String)
    }

    func run() async -> Result {
        do {
            for attempt in [honest, curious, runaway, sleepy, greedy] {
                if let fault = try await attempt() { return .broken(fault) }
            }
            guard profile.language == .python else {
                return .held("honest, runaway, sleeping and greedy scripts were tried")
            }
            let (fault, count) = try await walk()
            if let fault { return .broken(fault) }
            return .held(
                "honest, curious, runaway, sleeping and greedy scripts were tried, and \(count)")
        } catch let error as SandboxSetupError
            where NodeProgram.isMissing(error) || FileSets.isMissing(error)
        {
            return .notInstalled(cause: error.cause, remedy: error.hint)
        } catch {
            return .broken("\(error)")
        }
    }

    private func report(
        _ source: String, input: JSON = ["number": 20], timeout: Duration? = nil
    ) async throws -> StepReport {
        try await supervisor.run(
            ScriptRequest(
                work: ScriptWork(
                    language: profile.language, fileName: "doctor", source: Array(source.utf8),
                    profile: profile.name, input: input),
                tenant: "doctor", timeout: timeout))
    }

    private func text(_ script: (python: String, javascript: String)) -> String {
        profile.language == .python ? script.python : script.javascript
    }

    private func honest() async throws -> String? {
        let report = try await report(text(TrialScripts.honest))
        guard case .returned(let value) = report.outcome, value.integerValue == 42 else {
            return "an honest script ended as \(report.outcome.word)\(reason(report))"
        }
        return nil
    }

    private func reason(_ report: StepReport) -> String {
        guard case .raised(let error) = report.outcome else { return "" }
        return ": \(error.type): \(error.message)"
    }

    /// Python can try the host's calls by itself; JavaScript has no way to make one.
    private func curious() async throws -> String? {
        guard profile.language == .python else { return nil }
        let report = try await report(
            TrialScripts.curious,
            input: ["canary": .string(canary.path), "mark": .string(canary.mark)])
        guard case .returned(let value) = report.outcome, let reached = value.arrayValue else {
            return "a script that tried what is refused ended as \(report.outcome.word)"
                + reason(report)
        }
        if !reached.isEmpty {
            return "a script reached " + reached.compactMap(\.stringValue).joined(separator: ", ")
        }
        for call in ["socket", "kill", "execve"]
        where !report.denials.contains(where: { $0.syscall == call }) {
            return "the refused call '\(call)' was not named"
        }
        return nil
    }

    private func runaway() async throws -> String? {
        try await stopped(text(TrialScripts.spin), "a script that never ends")
    }

    private func sleepy() async throws -> String? {
        try await stopped(text(TrialScripts.sleep), "a script that sleeps")
    }

    private func stopped(_ source: String, _ what: String) async throws -> String? {
        let report = try await report(source, timeout: .milliseconds(300))
        return report.outcome == .exceeded(.wallTime)
            ? nil : "\(what) was \(report.outcome.word), not stopped by its deadline"
    }

    private func greedy() async throws -> String? {
        let report = try await report(text(TrialScripts.greedy))
        return report.outcome == .exceeded(.memory)
            ? nil
            : "a script that takes all memory was \(report.outcome.word), not stopped by its limit"
    }
}

// MARK: - Every call

extension SandboxTrial {
    private static let minusOnes = [UInt64](repeating: .max, count: 6)
    /// Returning from a signal that never came, ending, or waiting for ever says nothing.
    private static let notWalked: Set<String> = [
        "rt_sigreturn", "exit_group", "exit", "pause", "clone",
    ]
    /// Answered ahead of every filter by Linux 6.11 and later; they only harm the caller.
    private static let besideEveryFilter: Set<UInt32> = [335, 336]

    private enum Verdict: Sendable, Hashable {
        case allowed, refused, absent, killed
    }

    /// What the profile says of each call with arguments that are all ones.
    private func verdicts() throws -> [(call: UInt32, verdict: Verdict)] {
        let compiled = try ProfileCompiler.compile(profile, ownProcess: 1)
        return (UInt32(0)...500).filter { number in
            !Self.besideEveryFilter.contains(number)
                && !Self.notWalked.contains(SystemCalls.name(of: number) ?? "")
        }.map { number in
            switch compiled.filter.evaluate(call: number, arguments: Self.minusOnes) {
            case .allow: return (number, .allowed)
            case .error(ProfileCompiler.noSuchCall): return (number, .absent)
            case .error: return (number, .allowed)
            case .notify:
                switch compiled.answer(to: number, arguments: Self.minusOnes) {
                case .error(ProfileCompiler.noSuchCall): return (number, .absent)
                case .error: return (number, .refused)
                default: return (number, .killed)
                }
            default: return (number, .killed)
            }
        }
    }

    /// Makes every call in the box and compares what the kernel did with what the profile says: one
    /// that is allowed unexpectedly is a fault.
    private func walk() async throws -> (fault: String?, count: String) {
        let all = try verdicts()
        let walked = all.filter { $0.verdict != .killed }
        let isUnderFilter = CurrentProcess.isUnderFilter
        var unnamed = 0
        // An outcome names 64 kinds of denial at most.
        for start in stride(from: 0, to: walked.count, by: 60) {
            let part = walked[start..<min(start + 60, walked.count)]
            let numbers = part.map { JSON.integer(Int64($0.call)) }
            let report = try await report(TrialScripts.walk, input: ["numbers": .array(numbers)])
            guard case .returned(let value) = report.outcome, let answers = value.arrayValue,
                answers.count == part.count
            else { return ("a walk over the calls ended as \(report.outcome.word)", "") }
            let named = Set(report.denials.map(\.syscall))
            for (one, answer) in zip(part, answers) {
                let name = SystemCalls.name(of: one.call) ?? "call \(one.call)"
                let errno = answer.integerValue ?? 0
                let isRight: Bool
                switch one.verdict {
                case .refused where errno == 1 && named.contains(name): isRight = true
                case .absent where errno == 38: isRight = true
                case .refused, .absent:
                    // What a filter around the host refuses is refused, but the host never hears of it.
                    isRight = isUnderFilter && [1, 38].contains(errno)
                    unnamed += 1
                default: isRight = true
                }
                if !isRight { return ("the call '\(name)' was made, which nothing allows", "") }
            }
        }
        func count(_ verdict: Verdict) -> Int { all.count { $0.verdict == verdict } }
        return (
            nil,
            "\(all.count) calls with every bit set: \(count(.allowed)) reach the kernel, "
                + "\(count(.refused)) are refused, \(count(.absent)) do not exist, "
                + "\(count(.killed)) would kill"
                + (unnamed > 0
                    ? "; \(unnamed) are answered by a filter around the host, without a name" : "")
        )
    }
}
