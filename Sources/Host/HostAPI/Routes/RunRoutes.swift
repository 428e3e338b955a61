internal import HTTPListener
internal import JSONValue
internal import Journal

/// Flows and their runs.
extension APIHandler {
    func flows(_ call: APICall) async throws -> HTTPAnswer {
        let flows = try await backend.flows().filter { call.caller.mayTouch($0.name) }
        return .json(200, ["flows": .array(flows.map(\.json))])
    }

    func startRun(_ call: APICall) async throws -> HTTPAnswer {
        let flow = call.part("flow")
        guard call.caller.mayTouch(flow) else { throw APIFault.noSuchFlow }
        let body = try call.members(["inputs"])
        guard let inputs = (body["inputs"] ?? .object(JSONObject())).objectValue else {
            throw APIFault(400, "invalid-body", "'inputs' is no object")
        }
        guard
            let id = try await backend.start(
                flow: flow, inputs: inputs, requestedBy: call.caller.name)
        else { throw APIFault.noSuchFlow }
        noteAudit("run.start", "run:\(id)", call)
        return began(id, flow)
    }

    /// For what is durable already, and says who asked for it: an error would have it done twice.
    func noteAudit(
        _ act: String, _ subject: String, _ call: APICall, detail: String = ""
    ) {
        do {
            try audit(act, subject, call, detail: detail)
        } catch {
            write(
                trouble: "'\(act)' of '\(subject)' is not in the audit log: \(error)",
                of: call.request)
        }
    }

    /// A run that is durable and begins when it is its turn.
    func began(_ id: RunID, _ flow: String) -> HTTPAnswer {
        var answer = HTTPAnswer.json(
            202, ["id": .string(id.text), "flow": .string(flow), "url": .string("/api/runs/\(id)")])
        answer.headers.set("Location", "/api/runs/\(id)")
        return answer
    }

    func runs(_ call: APICall) async throws -> HTTPAnswer {
        var filter = RunFilter(limit: try call.limit(most: 200))
        filter.states = try call.words("state", of: RunState.self)
        filter.before = try call.value("before").map { RunID($0) }
        filter.since = try call.moment("since")
        filter.until = try call.moment("until")
        filter.trigger = try call.value("trigger")
        filter.flow = try call.value("flow")
        if let only = call.caller.flow {
            guard filter.flow == nil || filter.flow == only else {
                return .json(200, ["runs": [], "next": .null])
            }
            filter.flow = only
        }
        let runs = try await backend.runs(filter)
        let next = runs.count == filter.limit ? runs.last?.id.text : nil
        return .json(
            200,
            [
                "runs": .array(runs.map(RunJSON.run)),
                "next": next.map(JSON.string) ?? .null,
            ])
    }

    /// The run with its first steps; `steps_next` says whether there are more of them.
    func run(_ call: APICall) async throws -> HTTPAnswer {
        let run = try await visibleRun(call)
        let most = 1000
        let steps = try await backend.steps(of: run.id, StepFilter(limit: most))
        let detail = RunJSON.detail(RunDetail(run: run, steps: steps))
        guard case .object(var object) = detail else { return .json(200, detail) }
        let next = steps.count == most ? steps.last?.identity.path.text : nil
        object["steps_next"] = next.map(JSON.string) ?? .null
        return .json(200, .object(object))
    }

    func cancelRun(_ call: APICall) async throws -> HTTPAnswer {
        let run = try await visibleRun(call)
        _ = try call.members([])
        try audit("run.cancel", "run:\(run.id)", call)
        try await backend.cancel(run.id)
        return .json(202, RunJSON.run(try await visibleRun(call)))
    }

    func watchRun(_ call: APICall) async throws -> HTTPAnswer {
        RunStream(backend: backend, run: try await visibleRun(call).id).answer
    }

    /// SECURITY: a run of another flow than the key's is as if it were not there.
    func visibleRun(_ call: APICall) async throws -> RunRecord {
        guard let run = try await backend.runRecord(RunID(call.part("run"))),
            call.caller.mayTouch(run.flow)
        else { throw APIFault.noSuchRun }
        return run
    }
}
