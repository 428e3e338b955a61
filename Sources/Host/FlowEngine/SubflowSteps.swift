internal import FlowModel
internal import JSONValue
internal import Journal
internal import Synchronization

extension RunDrive {
    /// Runs another flow of the bundle inside this step; its outputs are the step's output.
    func runSubflow(
        _ name: String, _ input: [(name: String, value: Template)], _ step: StepContext
    ) async throws -> WorkDone {
        guard let flow = flows[name], let pinned = bundle.flow(name) else {
            throw StepEnded("host", EngineError.missingFlow(name).description)
        }
        let depth = step.frame.depth + 1
        guard depth <= service.limits.nesting else {
            throw StepEnded(
                "nesting", "flows run inside flows more than \(service.limits.nesting) deep")
        }
        var given = JSONObject()
        for (name, template) in input {
            let value = try step.evaluate(template)
            // A missing optional value stays missing, so that the declared default holds.
            if !value.isNull { given[name] = value }
        }
        let admitted: JSON
        do {
            let admission = InputAdmission(flow: flow, sealing: nil, giver: .flow)
            admitted = try admission.admit(given, of: run.id).inputs
        } catch {
            throw StepEnded("inputs", "\(error)")
        }
        let current = CurrentFrame()
        let plan = AttemptPlan(
            input: admitted, recovery: .goOn, grace: .zero,
            runNested: { number in
                let path = number == 1 ? step.path : step.path.again(number)
                let frame = FlowFrame(
                    flow: flow, pinned: pinned, path: path, inputs: admitted,
                    trigger: step.frame.trigger, vars: step.frame.vars, parent: step.frame)
                current.set(frame)
                switch try await self.runNodes(of: frame) {
                case .finished(let outputs): return StepReport(outcome: .returned(outputs))
                case .failed(let failure):
                    return StepReport(
                        outcome: .raised(
                            RaisedError(
                                type: failure.kind, message: failure.message,
                                status: failure.status)))
                }
            }, stopNested: { current.stop() })
        return try await runAttempts(step, plan)
    }
}

/// The frame of the try that is under way.
private final class CurrentFrame: Sendable {
    private let frame = Mutex<FlowFrame?>(nil)
    func set(_ frame: FlowFrame) { self.frame.withLock { $0 = frame } }
    func stop() { frame.withLock { $0 }?.stop() }
}
