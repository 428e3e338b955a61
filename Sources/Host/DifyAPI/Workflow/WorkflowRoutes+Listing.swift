internal import FlowModel
internal import HTTPListener
internal import HostAPI
internal import JSONValue
internal import Journal

extension WorkflowRoutes {
    /// The stream of a run that the client comes back to.
    func resume(
        _ id: String?, _ client: WorkflowClient, _ request: HTTPRequest
    ) async throws -> HTTPAnswer {
        let user = try WorkflowBody.user(request.queryValue("user"))
        let view = try await view(id, of: client)
        guard view.trigger?.user == user else { throw WorkflowFault.noRun }
        return WorkflowStream(
            backend: backend, run: view.run.id, app: client.app, tokens: tokens,
            pingInterval: settings.pingInterval,
            closesOnPause: !flag("continue_on_pause", request),
            begins: flag("include_state_snapshot", request) ? .withSnapshot : .now
        ).answer
    }

    private func flag(_ name: String, _ request: HTTPRequest) -> Bool {
        request.queryValue(name)?.lowercased() == "true"
    }

    // MARK: Logs

    func logs(_ client: WorkflowClient, _ request: HTTPRequest) async throws -> HTTPAnswer {
        let page = try number("page", request, 1...99_999, otherwise: 1)
        let limit = try number("limit", request, 1...100, otherwise: 20)
        var filter = AppRunFilter(
            flow: client.app.flow.name, offset: (page - 1) * limit, limit: limit)
        filter.keyword = request.queryValue("keyword").flatMap { $0.isEmpty ? nil : $0 }
        filter.user = request.queryValue("created_by_end_user_session_id")
        filter.since = try moment("created_at__after", request)
        filter.until = try moment("created_at__before", request)
        filter.states = try states(request.queryValue("status"))
        // No run here was started by an account.
        if request.queryValue("created_by_account") != nil { filter.states = [] }
        let (runs, total) = try await backend.listRuns(filter)
        return .json(
            200,
            [
                "page": .integer(Int64(page)), "limit": .integer(Int64(limit)),
                "total": .integer(Int64(total)), "has_more": .bool(page * limit < total),
                "data": .array(runs.map(Self.log)),
            ])
    }

    private func states(_ status: String?) throws(WorkflowFault) -> Set<RunState>? {
        switch status {
        case nil, "": return nil
        case "succeeded", "partial-succeeded": return [.succeeded]
        case "failed": return [.failed]
        case "stopped": return [.cancelled]
        case "running": return [.queued, .running, .waiting]
        default: throw .invalid("status must be one of: succeeded, failed, stopped")
        }
    }

    private func number(
        _ name: String, _ request: HTTPRequest, _ range: ClosedRange<Int>, otherwise: Int
    ) throws(WorkflowFault) -> Int {
        guard let text = request.queryValue(name), !text.isEmpty else { return otherwise }
        guard let number = Int(text), range.contains(number) else {
            throw .invalid(
                "\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private func moment(
        _ name: String, _ request: HTTPRequest
    ) throws(WorkflowFault) -> Moment? {
        guard let text = request.queryValue(name), !text.isEmpty else { return nil }
        // A `+` of a query that nobody escaped has become a blank; a time without a zone is in UTC.
        let time = text.replacing(" ", with: "+")
        guard
            let moment = Moment(rfc3339: time) ?? Moment(rfc3339: time + "Z")
                ?? Moment(rfc3339: time + ":00Z")
        else {
            throw .invalid("\(name) must be a time of ISO 8601, such as 2026-11-20T09:00:00Z")
        }
        return moment
    }

    private static func log(_ record: AppRunRecord) -> JSON {
        let run = record.run
        let isOver = run.state.isFinal
        let status =
            switch run.state {
            case .queued, .running, .waiting: "running"
            case .succeeded: record.failures > 0 ? "partial-succeeded" : "succeeded"
            case .failed: "failed"
            case .cancelled: "stopped"
            }
        let error: JSON =
            run.state == .cancelled
            ? "Stopped by user." : run.error.map { .string($0.message) } ?? .null
        let elapsed = run.startedAt.map { seconds(from: $0, to: run.endedAt ?? $0) } ?? 0
        // The start node, and the end node where it was reached.
        let added = (run.startedAt == nil ? 0 : 1) + (run.state == .succeeded ? 1 : 0)
        return [
            "id": .string(run.id.text),
            "workflow_run": [
                "id": .string(run.id.text),
                "version": .string(WorkflowTrigger(run)?.version ?? ""),
                "status": .string(status), "triggered_from": "app-run", "error": error,
                "elapsed_time": .double(elapsed), "total_tokens": .integer(record.tokens),
                "total_steps": .integer(Int64(record.steps + added)),
                "created_at": run.createdAt.seconds,
                "finished_at": isOver ? run.endedAt.map(\.seconds) ?? .null : .null,
                "exceptions_count": .integer(Int64(run.state == .succeeded ? record.failures : 0)),
            ],
            "details": nil, "created_from": "service-api", "created_by_role": "end_user",
            "created_by_account": nil,
            "created_by_end_user": [
                "id": .string(record.user), "type": "service_api", "is_anonymous": false,
                "session_id": .string(record.user),
            ],
            "created_at": run.createdAt.seconds,
        ]
    }
}
