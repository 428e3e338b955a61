internal import FlowModel
internal import JSONSchema
internal import JSONValue
internal import Journal
internal import LinuxSystem
internal import SandboxPolicy

/// What one try came to, as the engine judges it.
struct AttemptReport: Sendable {
    /// Nil when the host could not begin.
    var step: StepReport?
    var hostFault: String?
    /// The engine ended it because it took too long.
    var timeout: Duration?
    var isCancelled = false
    /// When there was a place for it; nil when it never got one, or needs none.
    var begunAt: MonotonicInstant?

    init(step: StepReport) { self.step = step }

    init(hostFault: String) { self.hostFault = hostFault }

    static func timedOut(
        after timeout: Duration, report: AttemptReport?, _ plan: AttemptPlan
    ) -> AttemptReport {
        // It may have ended at the last moment: an output that exists is not thrown away.
        if let report, case .returned = report.step?.outcome { return report }
        var cut = report ?? AttemptReport(step: StepReport(outcome: .cancelled))
        if case .script = plan.work {
            cut.step?.outcome = .exceeded(.wallTime)
        } else {
            cut.step?.outcome = .raised(
                RaisedError(
                    type: "timeout", message: "it took longer than \(timeout)", isRetryable: true))
        }
        cut.timeout = timeout
        return cut
    }

    /// Whether it was ended in the middle, so that nobody knows how far it came.
    var wasCutOff: Bool { timeout != nil }

    var isRetryable: Bool {
        if hostFault != nil { return true }
        if case .raised(let error) = step?.outcome { return error.isRetryable }
        return false
    }

    var retryAfter: Duration? {
        if case .raised(let error) = step?.outcome { return error.retryAfter }
        return nil
    }

    var failure: StepFailure? {
        if let hostFault { return StepFailure(kind: "host", message: hostFault) }
        switch step?.outcome {
        case .returned, nil: return nil
        case .raised(let error):
            return StepFailure(
                kind: error.type, message: error.message, status: error.status, line: error.line,
                traceback: error.traceback)
        case .refused(let denial): return StepFailure(kind: "refused", message: denial.meaning)
        case .exceeded(let limit):
            return StepFailure(
                kind: limit.rawValue, message: "it went over its limit on \(limit.rawValue)")
        case .crashed(let signal):
            return StepFailure(kind: "crashed", message: "it was ended by signal \(signal)")
        case .cancelled: return StepFailure(kind: "cancelled", message: "it was cancelled")
        }
    }
}

extension RunDrive {
    /// What is recorded of a try; an output that does not fit `returns` is an error.
    func ending(of report: AttemptReport, _ step: StepContext, number: Int) -> AttemptEnding {
        var failure = report.failure
        if case .returned(let output) = report.step?.outcome {
            failure = step.node.misfit(of: output)
        }
        failure?.attempts = number
        return AttemptEnding(
            path: step.path, number: number, outcome: report.step?.outcome.word ?? "host",
            error: failure, standardOutput: report.step?.standardOutput ?? "",
            standardError: report.step?.standardError ?? "",
            denials: report.step?.denials ?? [], usage: report.step?.usage,
            layers: report.step?.layers, runtime: report.step?.runtime, at: clock.now)
    }
}

extension Node {
    /// Why an output is an error although the work was done: it does not fit `returns`.
    func misfit(of output: JSON) -> StepFailure? {
        let faults = returns?.faults(in: output) ?? []
        guard !faults.isEmpty else { return nil }
        let shown = faults.prefix(5).map(\.description).joined(separator: "; ")
        let rest = faults.count > 5 ? "; and \(faults.count - 5) more" : ""
        return StepFailure(
            kind: "returns", message: "its output does not fit 'returns': \(shown)\(rest)")
    }
}
