internal import FlowModel
internal import JSONSchema
internal import JSONValue
internal import Journal
internal import LinuxSystem
internal import Synchronization

/// A tool call that was answered.
struct ToolMemory: Sendable {
    let input: JSON
    /// Nil when the call failed.
    let output: JSON?
    /// Tries at this place, counted on when it is asked for something else.
    let tries: Int

    static func all(in steps: [StepRecord]) -> [StepPath: ToolMemory] {
        var all: [StepPath: ToolMemory] = [:]
        for step in steps where step.identity.kind == "tool" {
            all[step.identity.path] = ToolMemory(
                input: step.input ?? .null, output: step.output,
                tries: step.attempts.last?.number ?? 0)
        }
        return all
    }
}

extension RunDrive {
    /// Runs the tool that a model called as a step of its own.
    ///
    /// When the same model asks the same at the same place of its conversation again, after a restart
    /// or a retry, it is given the answer that the journal has.
    func callTool(
        _ call: ToolCall, of tools: [ToolNode], _ step: StepContext
    ) async throws -> ToolAnswer {
        guard let tool = tools.first(where: { $0.description.name == call.name }) else {
            let known = tools.map(\.description.name).joined(separator: ", ")
            return .failure("there is no tool '\(call.name)'; there are: \(known)")
        }
        if let fault = fault(in: call.arguments, for: tool) { return .failure(fault) }
        let path = step.path.tool(call.sequence)
        let input: JSON = ["tool": .string(call.name), "arguments": call.arguments]
        let asked = service.journal.redaction.apply(input)
        let memory = toolAnswers.withLock { $0[path] }
        if let output = memory?.output, memory?.input == asked { return .value(output) }
        try countStep()
        let node = Node(
            name: "\(step.node.name).\(call.name)", work: tool.work, timeout: step.node.timeout,
            location: step.node.location)
        var scope = step.scope
        scope.tool = call.arguments
        let inner = StepContext(
            node: node, frame: step.frame,
            identity: StepIdentity(path: path, node: node.name, kind: "tool"), scope: scope,
            record: known[path])
        let tries = memory?.tries ?? 0
        let answer = try await runTool(tool, inner, input: input, triesBefore: tries)
        var output: JSON?
        if case .value(let value) = answer { output = value }
        let new = ToolMemory(input: asked, output: output, tries: tries + 1)
        toolAnswers.withLock { $0[path] = new }
        return answer
    }

    private func fault(in arguments: JSON, for tool: ToolNode) -> String? {
        do throws(JSONSchemaError) {
            let faults = try JSONSchema(tool.description.arguments).faults(in: arguments)
            guard !faults.isEmpty else { return nil }
            let shown = faults.prefix(5).map(\.description).joined(separator: "; ")
            return "the arguments do not fit: \(shown)"
        } catch {
            return "the tool's schema is no JSON Schema: \(error)"
        }
    }

    /// One try: whether a failed tool is called again is for the model to decide.
    private func runTool(
        _ tool: ToolNode, _ step: StepContext, input: JSON, triesBefore: Int
    ) async throws -> ToolAnswer {
        let begunAt = MonotonicInstant.now
        do {
            var plan = try toolPlan(tool, step)
            plan.input = input
            plan.triesBefore = triesBefore
            plan.takesSlot = false
            let done = try await runAttempts(step, plan)
            let output = service.journal.redaction.apply(done.output)
            let settlement = StepSettlement(
                identity: step.identity, state: .succeeded, output: output, at: clock.now)
            try await record(done.entries + [.stepSettled(settlement)])
            emit(.step(step.identity, .succeeded, error: nil, reason: nil))
            observe(step, .succeeded, nil, since: begunAt)
            return .value(output)
        } catch let ended as StepEnded {
            guard case .failed(let failure) = ended.cause else { throw CancellationError() }
            let settlement = StepSettlement(
                identity: step.identity, state: .failed, error: failure, at: clock.now)
            try await record(ended.entries + [.stepSettled(settlement)])
            emit(.step(step.identity, .failed, error: failure, reason: nil))
            observe(step, .failed, failure, since: begunAt)
            return .failure("\(failure.kind): \(failure.message)")
        }
    }

    private func toolPlan(_ tool: ToolNode, _ step: StepContext) throws -> AttemptPlan {
        switch tool.work {
        case .script(let script):
            let work = try scriptWork(script, step)
            return AttemptPlan(recovery: .runAgain, grace: .seconds(2), work: .script(work))
        case .operation(let operation):
            let work = OperationWork(
                operation: operation.operation, connection: operation.connection,
                arguments: try step.evaluate(operation.arguments))
            // SECURITY: a model only reads; what writes is no tool, whatever the flow says.
            guard service.operations[operation.operation]?.effect == .read else {
                throw StepEnded("refused", "'\(operation.operation)' writes and is no tool")
            }
            return AttemptPlan(recovery: .runAgain, grace: .seconds(2), work: .operation(work))
        default: throw StepEnded("refused", "a tool is a script or an operation that only reads")
        }
    }
}
