import FlowEngine
import FlowModel
import HostAssembly
import JSONValue
import Journal
import LinuxSystem

/// `sluice run`: one run of a flow, shown while it goes on.
struct RunCommand: Command {
    let name = "run"
    let summary = "Run a flow, or go on with a run that was cut off"
    let forms = ["FLOW [options]", "--resume RUN [options]"]
    let options = [
        Option("input", "NAME=VALUE|JSON|@FILE", "an input, or an object of them; may be repeated"),
        Option("event", "FILE|-", "the event that triggers the flow: a webhook's JSON body"),
        Option(
            "config", "FILE", "the host's configuration (default ./sluice.yaml, where there is one)"
        ),
        Option("flows", "DIR", "the folder of flows (default ./flows)"),
        Option("data", "DIR", "the data folder (default ./.sluice)"),
        Option("resume", "RUN", "go on with this run; no finished step runs again"),
        Option(
            "allow-degraded", nil, "run scripts although a required layer is missing, and say so"),
        Option("json", nil, "print each event as a line of JSON, the run last"),
    ]
    let notes = """
        FLOW is a flow's name in the folder of flows, or the path of its folder. A value of --input is
        JSON where it can be read as JSON, else text; for an input of type string it is text. --event
        is a webhook's body, or an object of {"headers", "query", "body"}; the flow's
        `on: webhook: inputs` turn it into inputs.

        Exit status: 0 succeeded or waiting, 1 failed or cancelled, 2 wrong usage or faults in a file.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let host = try await Host.open(
            HostOptions(
                dataFolder: try arguments.value("data") ?? "./.sluice",
                flowsFolder: try arguments.value("flows"),
                configuration: try arguments.value("config"),
                allowDegraded: arguments.has("allow-degraded")))
        do {
            let status = try await perform(arguments, host)
            await host.stop()
            return status
        } catch {
            await host.stop()
            throw error
        }
    }

    private func perform(_ arguments: ParsedArguments, _ host: Host) async throws -> ExitStatus {
        let id: RunID
        if let text = try arguments.value("resume") {
            _ = try arguments.exactly([])
            id = try await RunNames.find(text, in: host.journal)
        } else {
            let flow = try arguments.exactly(["FLOW"])[0]
            let (inputs, texts) = try inputs(arguments)
            let request = try host.request(
                flow: flow, inputs: inputs, texts: texts, event: try event(arguments))
            guard let request else {
                StandardStream.error.write(
                    "ignored: the flow's accept-if is false for this event\n")
                return .done
            }
            id = try await host.engine.start(request)
        }
        let data = try arguments.value("data").map { " --data \($0)" } ?? ""
        ProcessSurroundings.leaveOnInterruption(
            saying: "\nstopped; nothing is lost. Go on: sluice run --resume \(id)\(data)\n")
        let progress = RunProgress(
            run: id, style: arguments.has("json") ? .json : .fitting(.output))
        let events = host.engine.events(of: id)
        async let shown: Void = progress.show(events)
        let summary = try await host.engine.run(id)
        await shown
        progress.conclude(summary, data: data)
        try await host.deleteOldRuns()
        switch summary.run.state {
        case .failed, .cancelled: return .failed
        case .succeeded, .waiting, .queued, .running: return .done
        }
    }

    /// The inputs, and as they were typed those that were typed as NAME=VALUE.
    private func inputs(
        _ arguments: ParsedArguments
    ) throws -> (inputs: JSONObject, texts: [String: String]) {
        var inputs = JSONObject()
        var texts: [String: String] = [:]
        for text in arguments.all("input") {
            if let mark = text.firstIndex(of: "="), !text.hasPrefix("{"), !text.hasPrefix("@") {
                let name = String(text[..<mark])
                let value = String(text[text.index(after: mark)...])
                inputs[name] = (try? JSON.parse(value)) ?? .string(value)
                texts[name] = value
            } else {
                let object = try JSONArgument.value(text, option: "--input").objectValue
                guard let object else {
                    throw UsageError(
                        message: "--input is '\(text)'; write NAME=VALUE, or a JSON object")
                }
                for (name, value) in object {
                    inputs[name] = value
                    texts[name] = nil
                }
            }
        }
        return (inputs, texts)
    }

    private func event(_ arguments: ParsedArguments) throws -> JSON? {
        try arguments.value("event").map { path in
            try JSONArgument.value(path == "-" ? path : "@\(path)", option: "--event")
        }
    }
}
