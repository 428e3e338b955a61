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
        guard let moment = Moment(isoText: text) else {
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

extension Moment {
    /// `2026-11-20`, with `T09:00`, `:30`, `.5` and `Z` or `+09:00` after it; UTC where no offset is.
    init?(isoText text: String) {
        var rest = text.replacing(" ", with: "T")[...]
        var offset = 0
        var time: Substring?
        if let mark = rest.firstIndex(of: "T") {
            var clock = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
            if clock.last == "Z" || clock.last == "z" {
                clock = clock.dropLast()
            } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" || $0 == "T" }) {
                // A `+` of a query that nobody escaped has become a blank.
                let zone = clock[clock.index(after: sign)...].split(separator: ":").map { Int($0) }
                guard (1...2).contains(zone.count), let hours = zone[0],
                    let minutes = zone.count == 2 ? zone[1] : 0
                else { return nil }
                offset = (hours * 60 + minutes) * (clock[sign] == "-" ? -1 : 1)
                clock = clock[..<sign]
            }
            time = clock
        }
        let date = rest.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard date.count == 3, let year = date[0], let month = date[1], let day = date[2],
            (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        guard let clock = Self.clock(time ?? "00:00") else { return nil }
        let days = Self.days(year, month, day)
        self.init(milliseconds: days * 86_400_000 + clock - Int64(offset) * 60_000)
    }

    private static func clock(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), let hours = Int64(parts[0]),
            (0...24).contains(hours)
        else { return nil }
        let minutes = parts.count > 1 ? Int64(parts[1]) : 0
        let seconds = parts.count > 2 ? Double(parts[2]) : 0
        guard let minutes, let seconds, (0...59).contains(minutes), (0..<61).contains(seconds)
        else { return nil }
        return hours * 3_600_000 + minutes * 60_000 + Int64(seconds * 1000)
    }

    /// Days since 1970 in the Gregorian calendar, the year counted from March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }
}
