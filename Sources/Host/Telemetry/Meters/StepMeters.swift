package import FlowEngine
internal import FlowModel
package import HostAPI
internal import Journal
internal import LinuxSystem
internal import SandboxPolicy

/// What runs and their steps add up to.
package final class StepMeters: Sendable {
    private struct Attempt: Hashable {
        var runtime: String
        var outcome: String
    }

    private struct Step: Hashable {
        var kind: String
        var state: String
    }

    private struct Denied: Hashable {
        var profile: String
        var call: String
    }

    private let attempts = Histograms<Attempt>(
        rest: Attempt(runtime: otherLabel, outcome: otherLabel))
    private let waits = Histograms<String>(rest: otherLabel)
    private let queueWaits = Histograms<Bool>(rest: true)
    private let steps = Counters<Step>(rest: Step(kind: otherLabel, state: otherLabel))
    private let denials = Counters<Denied>(
        limit: 1000, rest: Denied(profile: otherLabel, call: otherLabel))
    private let isCall: @Sendable (String) -> Bool

    /// - Parameter isCall: whether a text is the name of a system call.
    package init(isCall: @escaping @Sendable (String) -> Bool) { self.isCall = isCall }

    package func count(_ run: ObservedRun) {
        guard run.startedAt == nil else { return }
        queueWaits.record(run.drivenAt - run.createdAt, as: true)
    }

    package func count(_ step: ObservedStep) {
        guard step.state != .skipped else { return }
        steps.add(Step(kind: step.step.kind, state: step.state.rawValue))
    }

    package func count(_ attempt: ObservedAttempt) {
        guard let runtime = Self.runtime(of: attempt) else { return }
        attempts.record(
            attempt.endedAt - attempt.begunAt,
            as: Attempt(runtime: runtime, outcome: attempt.ending.outcome))
        waits.record(attempt.begunAt - attempt.askedAt, as: runtime)
        guard !attempt.ending.denials.isEmpty, case .script(_, let profile) = attempt.work else {
            return
        }
        for denial in attempt.ending.denials {
            // SECURITY: a script can make calls that have no name, as many as there are numbers.
            let call = isCall(denial.syscall) ? denial.syscall : otherLabel
            denials.add(Denied(profile: profile.text, call: call), denial.count)
        }
    }

    /// Nil for a sub-flow, whose steps count by themselves.
    private static func runtime(of attempt: ObservedAttempt) -> String? {
        switch attempt.work {
        case .script(.python, _): "python"
        case .script(.javascript, _):
            attempt.ending.runtime?.engine == .node ? "node" : "javascript"
        case .operation: "operation"
        case .flow: nil
        }
    }

    package var figures: [HostFigure] {
        var figures = attempts.all.sorted {
            ($0.key.runtime, $0.key.outcome) < ($1.key.runtime, $1.key.outcome)
        }.map { key, histogram in
            HostFigure(
                "sluice_step_attempt_seconds",
                "How long tries at steps took, from the moment there was a place for them.",
                labels: ["runtime": key.runtime, "outcome": key.outcome], histogram: histogram)
        }
        figures += waits.all.sorted { $0.key < $1.key }.map { runtime, histogram in
            HostFigure(
                "sluice_step_attempt_wait_seconds",
                "How long tries at steps that were ready waited for a place.",
                labels: ["runtime": runtime], histogram: histogram)
        }
        figures.append(
            HostFigure(
                "sluice_run_queue_seconds",
                "How long runs were queued before they began, the time to settle included.",
                histogram: queueWaits.all[true] ?? Histogram()))
        figures += steps.all.sorted {
            ($0.key.kind, $0.key.state) < ($1.key.kind, $1.key.state)
        }.map { key, count in
            HostFigure(
                "sluice_steps_total", "Steps that are over.", .counter,
                labels: ["kind": key.kind, "state": key.state], value: Double(count))
        }
        figures += denials.all.sorted {
            ($0.key.profile, $0.key.call) < ($1.key.profile, $1.key.call)
        }.map { key, count in
            HostFigure(
                "sluice_denials_total",
                "Calls that scripts made and their profile does not allow; connect is also a host "
                    + "that was not allowed.",
                .counter, labels: ["profile": key.profile, "syscall": key.call],
                value: Double(count))
        }
        return figures
    }
}
