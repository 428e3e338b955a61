internal import FlowModel
internal import JSONValue
internal import Journal
internal import SandboxPolicy

extension RunDrive {
    func runScript(_ script: ScriptNode, _ step: StepContext) async throws -> WorkDone {
        let work = try scriptWork(script, step)
        var recovery = AttemptPlan.Recovery.runAgain
        if service.settings.hasNetwork(script.profile), !script.isRepeatable {
            recovery = .askPerson(
                reason: "profile '\(script.profile)' has a network and the node does not say "
                    + "'repeatable: true'")
        }
        let plan = AttemptPlan(
            input: work.input, recovery: recovery, grace: .seconds(2), work: .script(work))
        return try await runAttempts(step, plan)
    }

    func scriptWork(_ script: ScriptNode, _ step: StepContext) throws -> ScriptWork {
        guard let file = step.frame.pinned.file(script.path) else {
            throw StepEnded(
                .failed(
                    StepFailure(
                        kind: "host",
                        message: EngineError.missingFile(
                            flow: step.frame.flow.name, path: script.path
                        ).description)))
        }
        let input = try step.evaluate(script.input)
        return ScriptWork(
            language: script.language, fileName: script.path, source: file.bytes,
            modules: step.frame.files.modules(for: script),
            style: script.style, mode: script.mode, profile: script.profile,
            runtime: script.runtime, input: input,
            context: script.style == .n8n ? context(of: step, input: input) : nil,
            packages: script.environment, network: script.network)
    }

    /// What an n8n-style script sees of the run: its items, and those of each node before it.
    private func context(of step: StepContext, input: JSON) -> JSON {
        var nodes = JSONObject()
        for node in step.frame.flow.nodes {
            guard let result = step.frame.result(of: node.name), result.state == .succeeded else {
                continue
            }
            nodes[node.name] = Self.items(result.output)
        }
        return ["items": Self.items(input), "nodes": .object(nodes)]
    }

    /// A list of items: `{json: …}` objects, made of a plain value where it is none yet.
    static func items(_ value: JSON) -> JSON {
        let elements = value.arrayValue ?? [value]
        return .array(elements.map { $0["json"] == nil ? ["json": $0] : $0 })
    }
}
