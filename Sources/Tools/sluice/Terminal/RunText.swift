import FlowModel
import JSONValue
import Journal

/// Runs and their steps for people.
struct RunText {
    /// Whether values and logs are printed whole; else long ones are cut, and say so.
    let isFull: Bool

    static func list(_ runs: [RunRecord]) -> String {
        guard !runs.isEmpty else { return "no runs\n" }
        var text = HelpText.padded("RUN", to: 22) + HelpText.padded("STATE", to: 12)
        text +=
            HelpText.padded("FLOW", to: 28) + HelpText.padded("STARTED (UTC)", to: 21) + "TIME\n"
        for run in runs {
            let ended = run.endedAt.map { ReportText.milliseconds($0 - run.createdAt) } ?? "-"
            text +=
                HelpText.padded(run.id.text, to: 22) + HelpText.padded(run.state.rawValue, to: 12)
            text += HelpText.padded(run.flow, to: 28)
            text += HelpText.padded(Self.seconds(run.createdAt), to: 21) + ended + "\n"
        }
        return text
    }

    func detail(_ detail: RunDetail) -> String {
        let run = detail.run
        var text = "run \(run.id) of \(run.flow): \(run.state.rawValue)\n"
        text += "  started \(Self.seconds(run.createdAt)) UTC"
        if let ended = run.endedAt {
            text += ", took \(ReportText.milliseconds(ended - run.createdAt))"
        }
        text += "\n"
        if let error = run.error { text += failure(error, label: "failed") }
        text += value("inputs", run.inputs)
        if let outputs = run.outputs { text += value("outputs", outputs) }
        if let response = run.response { text += value("response", response) }
        for step in detail.steps { text += "\n" + self.step(step) }
        return text
    }

    private func step(_ step: StepRecord) -> String {
        var text = "\(Self.glyph(step.state)) \(step.identity.path)  \(step.identity.kind)"
        text += "  \(step.state.rawValue)"
        if let began = step.startedAt, let ended = step.endedAt {
            text += "  \(ReportText.milliseconds(ended - began))"
        }
        if step.attempts.count > 1 { text += "  \(step.attempts.count) attempts" }
        text += "\n"
        if let reason = step.reason { text += "  reason: \(reason)\n" }
        if let approval = step.approval { text += "  asks: \(approval.ask)\n" }
        if let error = step.error { text += failure(error, label: "error") }
        if let input = step.input { text += value("input", input) }
        if let output = step.output { text += value("output", output) }
        for attempt in step.attempts { text += self.attempt(attempt, of: step) }
        return text
    }

    private func attempt(_ attempt: AttemptRecord, of step: StepRecord) -> String {
        var text = ""
        if step.attempts.count > 1 {
            text += "  attempt \(attempt.number): \(attempt.outcome ?? "cut off")"
            if let error = attempt.error { text += ": \(error.message)" }
            text += "\n"
        }
        text += log("stdout", attempt.standardOutput) + log("stderr", attempt.standardError)
        for denial in attempt.denials { text += ReportText.line(for: denial) }
        if let layers = attempt.layers, layers.isDegraded {
            text += ReportText.line(for: layers)
        }
        if let runtime = attempt.runtime, runtime.engine == .node {
            text += ReportText.line(for: runtime)
        }
        if let usage = attempt.usage { text += "  used: \(ReportText.summary(of: usage))\n" }
        return text
    }

    private func failure(_ error: StepFailure, label: String) -> String {
        var text = "  \(label): "
        if let step = error.step { text += "step '\(step)': " }
        text += "\(error.kind): \(error.message)"
        if let status = error.status { text += " (status \(status))" }
        if let line = error.line { text += " (line \(line))" }
        text += "\n"
        if let traceback = error.traceback, isFull { text += indented(traceback) }
        return text
    }

    private func value(_ label: String, _ value: JSON) -> String {
        let compact = value.text
        guard isFull else { return "  \(label): \(Self.cut(compact, to: 200))\n" }
        guard compact.utf8.count > 80 else { return "  \(label): \(compact)\n" }
        return "  \(label):\n" + indented(value.prettyText)
    }

    private func log(_ label: String, _ text: String) -> String {
        guard !text.isEmpty else { return "" }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard !isFull, lines.count > 6 else { return "  \(label):\n" + indented(text) }
        let shown = lines.prefix(5).joined(separator: "\n")
        return "  \(label):\n" + indented(shown) + "    … \(lines.count - 5) more lines (--full)\n"
    }

    private func indented(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines.map { "    \(Terminal.harmless(String($0)))\n" }.joined()
    }

    static func glyph(_ state: StepState) -> String {
        switch state {
        case .running: "▸"
        case .waiting: "◷"
        case .succeeded: "✓"
        case .failed: "✗"
        case .skipped: "-"
        case .cancelled: "■"
        }
    }

    /// A value on as many lines as it needs where those are few, else the beginning of it on one.
    static func brief(_ value: JSON) -> String {
        let pretty = value.prettyText
        guard pretty.split(separator: "\n").count > 30 else { return pretty }
        return cut(value.text, to: 300)
    }

    static func cut(_ text: String, to limit: Int) -> String {
        let text = Terminal.harmless(text)
        guard text.count > limit else { return text }
        return text.prefix(limit) + "… (\(text.count) characters; runs show --full has all)"
    }

    /// Date and time to the second, with a blank between.
    static func seconds(_ moment: Moment) -> String {
        String(moment.description.prefix(19)).split(separator: "T").joined(separator: " ")
    }
}
