import HostAPI
import FlowEngine
import FlowModel
import JSONValue
import Journal
import LinuxSystem
import Synchronization

/// Shows a run while it goes on: a step's line when it ends, and on a terminal what is under way below.
final class RunProgress: Sendable {
    enum Style: Sendable {
        case terminal
        case lines
        case json

        /// A live display for a person, plain lines for everything else.
        static func fitting(_ stream: StandardStream) -> Style {
            stream.isTerminal ? .terminal : .lines
        }
    }

    private struct State {
        var steps: [StepPath: StepProgress] = [:]
        var order: [StepPath] = []
        var footerLines = 0
    }

    private let run: RunID
    private let style: Style
    private let state = Mutex(State())

    init(run: RunID, style: Style) {
        self.run = run
        self.style = style
        if style != .json { StandardStream.output.write("run \(run)\n") }
    }

    /// Shows events until the run is left.
    func show(_ events: AsyncStream<RunEvent>) async {
        await withTaskGroup(of: Void.self) { group in
            if style == .terminal {
                group.addTask {
                    while !Task.isCancelled {
                        self.refresh()
                        try? await Task.sleep(for: .milliseconds(100))
                    }
                }
            }
            for await event in events { take(event) }
            group.cancelAll()
        }
        state.withLock { eraseFooter(&$0) }
    }

    private func take(_ event: RunEvent) {
        if style == .json {
            if let line = EventJSON.line(event) {
                StandardStream.output.write(Terminal.harmlessJSON(line.text) + "\n")
            }
            return
        }
        state.withLock { state in
            switch event.change {
            case .run, .responded: break
            case .attemptStarted(let step, let number):
                update(step, in: &state) { $0.attempt = number }
            case .attemptEnded(let step, let number, let outcome, let error):
                guard let error else { break }
                let line =
                    "  \(step.path): attempt \(number) \(outcome): \(RunText.cut(error.message, to: 160))\n"
                printAbove(line, &state)
            case .step(let step, let change, let error, let reason):
                if !change.isFinal {
                    update(step, in: &state) { progress in
                        progress.state = change
                        progress.reason = reason
                        if progress.began == nil { progress.began = event.at }
                    }
                    if change == .waiting {
                        printAbove(
                            "\(RunText.glyph(change)) \(step.path)  waiting: \(reason ?? "")\n",
                            &state)
                    }
                    break
                }
                let progress = state.steps.removeValue(forKey: step.path)
                state.order.removeAll { $0 == step.path }
                let ended = EndedStep(
                    step: step, state: change, began: progress?.began, ended: event.at,
                    attempts: progress?.attempt ?? 1, error: error, reason: reason)
                printAbove(ended.line(coloured: style == .terminal), &state)
            }
        }
    }

    private func update(
        _ step: StepIdentity, in state: inout State, _ change: (inout StepProgress) -> Void
    ) {
        if state.steps[step.path] == nil {
            state.steps[step.path] = StepProgress()
            state.order.append(step.path)
        }
        if var progress = state.steps[step.path] {
            change(&progress)
            state.steps[step.path] = progress
        }
    }

    private func printAbove(_ line: String, _ state: inout State) {
        eraseFooter(&state)
        StandardStream.output.write(line)
        drawFooter(&state)
    }

    private func refresh() {
        state.withLock { state in
            eraseFooter(&state)
            drawFooter(&state)
        }
    }

    /// The steps under way, at most eight, none wider than the terminal.
    private func drawFooter(_ state: inout State) {
        guard style == .terminal else { return }
        let width = max(20, (StandardStream.output.columns ?? 80) - 1)
        let now = Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds)
        var lines: [String] = []
        for path in state.order.prefix(8) {
            guard let progress = state.steps[path], progress.state == .running else { continue }
            var line = "▸ \(path)"
            if let began = progress.began { line += "  \(ReportText.milliseconds(now - began))" }
            if progress.attempt > 1 { line += "  attempt \(progress.attempt)" }
            lines.append(String(Terminal.harmless(line).prefix(width)))
        }
        if state.order.count > 8 { lines.append("  and \(state.order.count - 8) more") }
        if !lines.isEmpty { StandardStream.output.write(lines.joined(separator: "\n") + "\n") }
        state.footerLines = lines.count
    }

    private func eraseFooter(_ state: inout State) {
        guard style == .terminal, state.footerLines > 0 else { return }
        StandardStream.output.write("\u{1B}[\(state.footerLines)A\u{1B}[0J")
        state.footerLines = 0
    }

    /// How the run stands when its driver leaves it.
    ///
    /// - Parameter data: ` --data DIR` where the data folder is not the default.
    func conclude(_ summary: RunSummary, data: String) {
        if style == .json {
            StandardStream.output.write(Terminal.harmlessJSON(RunJSON.run(summary.run).text) + "\n")
            return
        }
        StandardStream.output.write(ConclusionText.text(of: summary, data: data))
    }
}

/// What is known of a step that is not over.
private struct StepProgress {
    var state: StepState = .running
    var began: Moment?
    var attempt = 1
    var reason: String?
}
