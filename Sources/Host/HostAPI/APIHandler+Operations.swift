internal import HTTPListener
internal import JSONValue
internal import Journal
internal import LinuxSystem

extension APIHandler {
    func perform(_ admitted: Admitted, _ request: HTTPRequest) async throws -> HTTPAnswer {
        switch admitted.match.route.operation {
        case .getHealth: return health()
        case .receiveHook:
            let receipt = await backend.receive(request)
            if let note = receipt.note { write(trouble: note, of: request) }
            return receipt.answer
        case .getMetrics: return await figures()
        case .listKeys:
            return .json(200, ["keys": .array(try keys.list().map(\.json))])
        case .listAudit:
            let limit = try limit(request, most: 1000)
            return .json(200, ["audit": .array(try keys.audit.latest(limit))])
        case .listFlows, .startRun, .listRuns, .getRun, .cancelRun, .watchRun:
            guard let caller = admitted.caller else { throw APIFault.noKey }
            return try await perform(admitted.match, caller, request)
        }
    }

    private func perform(
        _ match: RouteMatch, _ caller: Caller, _ request: HTTPRequest
    ) async throws -> HTTPAnswer {
        switch match.route.operation {
        case .listFlows:
            let flows = try await backend.flows().filter { caller.mayTouch($0.name) }
            return .json(200, ["flows": .array(flows.map(\.json))])
        case .startRun: return try await start(match.parts["flow"] ?? "", caller, request)
        case .listRuns: return try await list(caller, request)
        case .getRun:
            return .json(200, RunJSON.detail(try await visibleRun(match, caller)))
        case .cancelRun:
            let detail = try await visibleRun(match, caller)
            try audit("run.cancel", "run:\(detail.run.id)", caller, request)
            try await backend.cancel(detail.run.id)
            let now = try await visibleRun(match, caller)
            return .json(202, RunJSON.run(now.run))
        case .watchRun:
            return RunStream(backend: backend, run: try await visibleRun(match, caller).run.id)
                .answer
        default: throw APIFault.noSuchPath
        }
    }

    /// SECURITY: a run of another flow than the key's is as if it were not there.
    private func visibleRun(_ match: RouteMatch, _ caller: Caller) async throws -> RunDetail {
        guard let text = match.parts["run"], let detail = try await backend.run(RunID(text)),
            caller.mayTouch(detail.run.flow)
        else { throw APIFault.noSuchRun }
        return detail
    }

    private func start(
        _ flow: String, _ caller: Caller, _ request: HTTPRequest
    ) async throws -> HTTPAnswer {
        guard caller.mayTouch(flow) else { throw APIFault.noSuchFlow }
        let body = try bodyObject(request)
        if let key = body.keys.first(where: { $0 != "inputs" }) {
            throw APIFault(400, "invalid-body", "the body has only 'inputs'", details: [key])
        }
        guard let inputs = (body["inputs"] ?? .object(JSONObject())).objectValue else {
            throw APIFault(400, "invalid-body", "'inputs' is no object")
        }
        guard
            let id = try await backend.start(flow: flow, inputs: inputs, requestedBy: caller.name)
        else { throw APIFault.noSuchFlow }
        try audit("run.start", "run:\(id)", caller, request)
        var answer = HTTPAnswer.json(
            202, ["id": .string(id.text), "flow": .string(flow), "url": .string("/api/runs/\(id)")])
        answer.headers.set("Location", "/api/runs/\(id)")
        return answer
    }

    private func list(_ caller: Caller, _ request: HTTPRequest) async throws -> HTTPAnswer {
        var filter = RunFilter(limit: try limit(request, most: 200))
        let known: Set = ["flow", "state", "limit", "before"]
        if let name = request.query.first(where: { !known.contains($0.name) })?.name {
            throw APIFault(400, "invalid-query", "there is no such filter", details: [name])
        }
        let states = request.query.filter { $0.name == "state" }.map { item in
            RunState(rawValue: item.value)
        }
        guard !states.contains(nil) else {
            throw APIFault(
                400, "invalid-query", "'state' is none of the states",
                details: RunState.allCases.map(\.rawValue))
        }
        if !states.isEmpty { filter.states = Set(states.compactMap { $0 }) }
        filter.before = request.queryValue("before").map { RunID($0) }
        filter.flow = request.queryValue("flow")
        if let only = caller.flow {
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

    private func limit(_ request: HTTPRequest, most: Int) throws(APIFault) -> Int {
        guard let text = request.queryValue("limit") else { return 50 }
        guard let number = Int(text), (1...most).contains(number) else {
            throw APIFault(400, "invalid-query", "'limit' is a number from 1 to \(most)")
        }
        return number
    }

    /// An empty body is an empty object.
    private func bodyObject(_ request: HTTPRequest) throws(APIFault) -> JSONObject {
        if request.body.isEmpty { return JSONObject() }
        let type = request.headers["content-type"]?.lowercased() ?? "application/json"
        guard type.hasPrefix("application/json") else {
            throw APIFault(415, "unsupported-type", "the body must be application/json")
        }
        let value: JSON
        do {
            value = try JSON.parse(request.body)
        } catch {
            throw APIFault(
                400, "invalid-json", "the body is no JSON",
                details: ["line \(error.line), column \(error.column)"])
        }
        guard let object = value.objectValue else {
            throw APIFault(400, "invalid-body", "the body is no object")
        }
        return object
    }

    private func audit(
        _ act: String, _ subject: String, _ caller: Caller, _ request: HTTPRequest
    ) throws {
        let now = Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds)
        try keys.audit.record(
            by: caller.name, act: act, subject: subject, at: now.description, detail: "",
            peer: request.peer.description, request: request.id)
    }

    private func health() -> HTTPAnswer {
        guard let examination = backend.examination() else {
            return .json(200, ["status": "starting", "layers": .null, "profiles": .null])
        }
        return .json(
            200,
            [
                "status": examination.isReady ? "ok" : "degraded",
                "layers": examination.layers, "profiles": examination.profiles,
            ])
    }

    private func figures() async -> HTTPAnswer {
        let text = APIMetrics.text(metrics.figures + (await backend.figures()))
        return HTTPAnswer(
            status: 200,
            headers: ["Content-Type": "text/plain; version=0.0.4", "Cache-Control": "no-store"],
            body: .bytes(Array(text.utf8)))
    }
}
