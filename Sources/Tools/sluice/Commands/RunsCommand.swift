import HostAPI
import FlowModel
import HostAssembly
import JSONValue
import Journal
import LinuxSystem

/// `sluice runs`: what ran, what happened in it, and a person's word where a run waits for one.
struct RunsCommand: Command {
    let name = "runs"
    let summary = "List runs, show one, or settle what one waits for"
    let forms = [
        "[options]",
        "show RUN [--step STEP] [--full] [--json]",
        "resolve RUN STEP --done|--retry|--fail",
        "decide RUN STEP --choice NAME [--comment TEXT]",
        "cancel RUN",
    ]
    let options = [
        Option("data", "DIR", "the data folder (default ./.sluice)"),
        Option("flow", "NAME", "only runs of this flow"),
        Option("state", "STATE", "only runs in this state"),
        Option("limit", "N", "at most so many (default 20)"),
        Option("step", "STEP", "show only this step"),
        Option("full", nil, "print inputs, outputs and logs whole"),
        Option("done", nil, "the effect in doubt did happen"),
        Option("retry", nil, "it did not: try again"),
        Option("fail", nil, "let the step fail"),
        Option("choice", "NAME", "the choice of an approval"),
        Option("comment", "TEXT", "what goes along with the choice"),
        Option("json", nil, "print JSON"),
    ]
    let notes = """
        RUN is a run's name as the list shows it, or the beginning of one. After resolve and decide,
        `sluice run --resume RUN` goes on with it.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let journal = try await DataFolder(try arguments.value("data") ?? "./.sluice")
            .openExistingJournal()
        do {
            let status = try await perform(arguments, journal)
            await journal.close()
            return status
        } catch {
            await journal.close()
            throw error
        }
    }

    private func perform(
        _ arguments: ParsedArguments, _ journal: any Journal
    ) async throws -> ExitStatus {
        let words = arguments.positional
        switch words.first {
        case nil:
            return try await list(arguments, journal)
        case "show":
            let run = try await find(try arguments.exactly(["show", "RUN"])[1], journal)
            return try await show(run, arguments, journal)
        case "resolve":
            let words = try arguments.exactly(["resolve", "RUN", "STEP"])
            let run = try await find(words[1], journal)
            try await journal.resolve(run, StepPath(words[2]), try resolution(arguments))
            return said("run '\(run)' knows; go on with: sluice run --resume \(run)")
        case "decide":
            let words = try arguments.exactly(["decide", "RUN", "STEP"])
            let run = try await find(words[1], journal)
            try await journal.decide(run, StepPath(words[2]), try decision(arguments))
            return said("run '\(run)' knows; go on with: sluice run --resume \(run)")
        case "cancel":
            let run = try await find(try arguments.exactly(["cancel", "RUN"])[1], journal)
            return try await cancel(run, journal)
        case let word?:
            throw UsageError(
                message: "unknown word '\(word)'; it can be show, resolve, decide or cancel")
        }
    }

    private func list(
        _ arguments: ParsedArguments, _ journal: any Journal
    ) async throws -> ExitStatus {
        let state = try arguments.choice("state", of: RunState.self)
        let limit = try arguments.value("limit").map { text throws(UsageError) in
            guard let number = Int(text), number > 0 else {
                throw UsageError(message: "--limit is '\(text)'; it is a number above 0")
            }
            return number
        }
        let runs = try await journal.listRuns(
            RunFilter(
                flow: try arguments.value("flow"), states: state.map { [$0] }, limit: limit ?? 20))
        if arguments.has("json") {
            StandardStream.output.write(
                Terminal.harmlessJSON(JSON.array(runs.map(RunJSON.run)).text) + "\n")
        } else {
            StandardStream.output.write(RunText.list(runs))
        }
        return .done
    }

    private func show(
        _ id: RunID, _ arguments: ParsedArguments, _ journal: any Journal
    ) async throws -> ExitStatus {
        guard var detail = try await journal.showRun(id) else {
            throw CommandFailure.file("there is no run '\(id)'")
        }
        if let step = try arguments.value("step") {
            detail.steps = detail.steps.filter {
                $0.identity.path.text == step || $0.identity.node == step
            }
            guard !detail.steps.isEmpty else {
                throw CommandFailure.file("run '\(id)' has no step '\(step)'")
            }
        }
        if arguments.has("json") {
            StandardStream.output.write(Terminal.harmlessJSON(RunJSON.detail(detail).text) + "\n")
        } else {
            let text = RunText(isFull: arguments.has("full") || arguments.has("step"))
            StandardStream.output.write(text.detail(detail))
        }
        return .done
    }

    private func cancel(_ id: RunID, _ journal: any Journal) async throws -> ExitStatus {
        let state = try await journal.showRun(id)?.run.state
        if let state, state.isFinal {
            return said("run '\(id)' is over already: \(state.rawValue)")
        }
        try await journal.requestCancel(id)
        guard state == .running else {
            return said("run '\(id)' ends as cancelled with: sluice run --resume \(id)")
        }
        return said("run '\(id)' is asked to stop")
    }

    /// The run whose name begins with `text`, which must be only one.
    private func find(_ text: String, _ journal: any Journal) async throws -> RunID {
        try await RunNames.find(text, in: journal)
    }

    private func resolution(_ arguments: ParsedArguments) throws(UsageError) -> Resolution {
        let given = Resolution.allCases.filter { arguments.has($0.rawValue) }
        guard given.count == 1, let resolution = given.first else {
            throw UsageError(message: "resolve needs one of --done, --retry and --fail")
        }
        return resolution
    }

    private func decision(_ arguments: ParsedArguments) throws(UsageError) -> ApprovalDecision {
        guard let choice = try arguments.value("choice") else {
            throw UsageError(message: "decide needs --choice NAME")
        }
        return ApprovalDecision(
            choice: choice, by: "command-line",
            at: Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds),
            comment: try arguments.value("comment"))
    }

    private func said(_ text: String) -> ExitStatus {
        StandardStream.error.write(text + "\n")
        return .done
    }
}

/// Runs by what a person types of their names.
enum RunNames {
    static func find(_ text: String, in journal: any Journal) async throws -> RunID {
        let runs = try await journal.listRuns(RunFilter(prefix: text, limit: 3))
        if let exact = runs.first(where: { $0.id.text == text }) { return exact.id }
        guard let run = runs.first else {
            throw CommandFailure.file("there is no run '\(text)'; 'sluice runs' lists them")
        }
        guard runs.count == 1 else {
            throw CommandFailure.file(
                "'\(text)' begins the names of several runs, such as \(runs[0].id) and \(runs[1].id)"
            )
        }
        return run.id
    }
}
