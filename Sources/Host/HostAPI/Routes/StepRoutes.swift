internal import HTTPListener
internal import JSONValue
internal import Journal

/// The steps of a run, and a person's word on one of them.
extension APIHandler {
    func steps(_ call: APICall) async throws -> HTTPAnswer {
        let run = try await visibleRun(call)
        let filter = StepFilter(
            node: try call.value("node"), states: try call.words("state", of: StepState.self),
            after: try call.value("after").map { StepPath($0) },
            limit: try call.limit(most: 200))
        let steps = try await backend.steps(of: run.id, filter)
        let next = steps.count == filter.limit ? steps.last?.identity.path.text : nil
        return .json(
            200,
            [
                "steps": .array(steps.map(RunJSON.step)), "next": next.map(JSON.string) ?? .null,
            ])
    }

    func step(_ call: APICall) async throws -> HTTPAnswer {
        let (_, step) = try await visibleStep(call)
        return .json(200, RunJSON.step(step))
    }

    func resolveStep(_ call: APICall) async throws -> HTTPAnswer {
        let (run, step) = try await visibleStep(call)
        let body = try call.members(["resolution"])
        guard let word = body["resolution"]?.stringValue.flatMap(Resolution.init) else {
            throw APIFault(
                400, "invalid-body", "'resolution' says what became of the effect",
                details: Resolution.allCases.map(\.rawValue))
        }
        let path = step.identity.path
        // Kept before it is done: of two that come at once, the second finds nothing to resolve.
        guard step.waitsFor == .resolution else { throw APIFault.notAsked }
        try audit("step.resolve", "run:\(run.id) step:\(path)", call, detail: word.rawValue)
        try await backend.resolve(run.id, path, word)
        return .json(202, RunJSON.step(try await visibleStep(call).1))
    }

    func visibleStep(_ call: APICall) async throws -> (RunRecord, StepRecord) {
        let run = try await visibleRun(call)
        let filter = StepFilter(path: try call.stepPath(), limit: 1)
        guard let step = try await backend.steps(of: run.id, filter).first else {
            throw APIFault.noSuchStep
        }
        return (run, step)
    }
}

extension APIFault {
    package static let notAsked = APIFault(
        409, "not-asked", "the step does not wait for that word")
}
