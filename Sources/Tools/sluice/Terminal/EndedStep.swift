import HostAPI
import FlowEngine
import FlowModel
import JSONValue
import Journal

/// The line of a step that is over: `✓ review[src/a.py:12]   operation   830 ms  2 attempts`.
struct EndedStep {
    let step: StepIdentity
    let state: StepState
    let began: Moment?
    let ended: Moment
    let attempts: Int
    let error: StepFailure?
    let reason: String?

    func line(coloured: Bool) -> String {
        let name = Terminal.shortened(Terminal.harmless(step.path.text))
        var line = "\(RunText.glyph(state)) \(HelpText.padded(name, to: 44))"
        line += HelpText.padded(step.kind, to: 11)
        if let began, state != .skipped {
            line += ReportText.milliseconds(ended - began)
        } else {
            line += state.rawValue
        }
        if attempts > 1 { line += "  \(attempts) attempts" }
        if let reason, !reason.isEmpty { line += "  (\(reason))" }
        line += "\n"
        if let error {
            line += "    \(error.kind): \(RunText.cut(error.message, to: 400))\n"
        }
        return coloured ? paint(line) : line
    }

    private func paint(_ line: String) -> String {
        let colour =
            switch state {
            case .succeeded: "32"
            case .failed: "31"
            case .skipped, .cancelled: "90"
            case .running, .waiting: "33"
            }
        let mark = line.prefix(1)
        return "\u{1B}[\(colour)m\(mark)\u{1B}[0m\(line.dropFirst(1))"
    }
}

/// The last lines of `sluice run`.
enum ConclusionText {
    /// - Parameter data: ` --data DIR` where the data folder is not the default.
    static func text(of summary: RunSummary, data: String) -> String {
        let run = summary.run
        var text = "\n\(run.state.rawValue)"
        if let ended = run.endedAt {
            text += " in \(ReportText.milliseconds(ended - run.createdAt))"
        }
        let counts = StepState.allCases.compactMap { state in
            summary.steps[state].map { "\($0) \(state.rawValue)" }
        }
        text += counts.isEmpty ? "\n" : ": steps \(counts.joined(separator: ", "))\n"
        if let error = run.error {
            let place = error.step.map { "step '\($0)': " } ?? ""
            text += "\(place)\(error.kind): \(Terminal.harmless(error.message))\n"
        }
        for step in summary.waiting {
            text += "waiting: \(step.identity.path): \(step.reason ?? "")\n"
        }
        if let outputs = run.outputs, outputs.objectValue?.isEmpty == false {
            text += "outputs: \(RunText.brief(outputs))\n"
        }
        text += "see: sluice runs show \(run.id)\(data)\n"
        if !run.state.isFinal { text += "go on: sluice run --resume \(run.id)\(data)\n" }
        return text
    }
}

/// Events as lines of JSON.
enum EventJSON {
    static func line(_ event: RunEvent) -> JSON? {
        var object = JSONObject()
        object["at"] = .string(event.at.description)
        switch event.change {
        case .run(let state, let error):
            object["event"] = "run"
            object["state"] = .string(state.rawValue)
            object["error"] = error.map(RunJSON.failure) ?? .null
        case .step(let step, let state, let error, let reason):
            object["event"] = "step"
            identify(step, in: &object)
            object["state"] = .string(state.rawValue)
            object["error"] = error.map(RunJSON.failure) ?? .null
            object["reason"] = reason.map { .string($0) } ?? .null
        // The step's own line follows, and the run shows what it said.
        case .responded: return nil
        case .attemptStarted(let step, let number):
            object["event"] = "attempt"
            identify(step, in: &object)
            object["number"] = .integer(Int64(number))
            object["state"] = "running"
        case .attemptEnded(let step, let number, let outcome, let error):
            object["event"] = "attempt"
            identify(step, in: &object)
            object["number"] = .integer(Int64(number))
            object["outcome"] = .string(outcome)
            object["error"] = error.map(RunJSON.failure) ?? .null
        }
        return .object(object)
    }

    private static func identify(_ step: StepIdentity, in object: inout JSONObject) {
        object["step"] = .string(step.path.text)
        object["node"] = .string(step.node)
        object["key"] = step.itemKey.map { .string($0) } ?? .null
        object["kind"] = .string(step.kind)
    }
}
