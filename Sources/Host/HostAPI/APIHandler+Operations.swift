internal import HTTPListener
internal import JSONValue
internal import Journal
internal import LinuxSystem

/// Which function answers which operation; they stand in `Routes/`, by subject.
extension APIHandler {
    func perform(_ admitted: Admitted, _ request: HTTPRequest) async throws -> HTTPAnswer {
        switch admitted.match.route.operation {
        case .getHealth: return health()
        case .receiveHook:
            let receipt = await backend.receive(request)
            if let note = receipt.note { write(trouble: note, of: request) }
            return receipt.answer
        default:
            guard let caller = admitted.caller else { throw APIFault.noKey }
            return try await perform(
                APICall(request: request, match: admitted.match, caller: caller))
        }
    }

    private func perform(_ call: APICall) async throws -> HTTPAnswer {
        switch call.match.route.operation {
        case .getDoctor: return doctor()
        case .reload: return try reload(call)
        case .getMetrics: return await figures()
        case .listFlows: return try await flows(call)
        case .startRun: return try await startRun(call)
        case .listRuns: return try await runs(call)
        case .getRun: return try await run(call)
        case .cancelRun: return try await cancelRun(call)
        case .watchRun: return try await watchRun(call)
        case .resumeRun: return try await resumeRun(call)
        case .replayStep: return try await replayStep(call)
        case .listApprovals: return try await listApprovals(call)
        case .getApproval: return try await getApproval(call)
        case .decideApproval: return try await decideApproval(call)
        case .listSteps: return try await steps(call)
        case .getStep: return try await step(call)
        case .resolveStep: return try await resolveStep(call)
        case .listDeliveries: return try await deliveries(call)
        case .getDelivery: return try await delivery(call)
        case .redeliver: return try await redeliver(call)
        case .listProfiles: return profiles()
        case .getProfile: return try profile(call)
        case .listKeys: return try keyRows()
        case .createKey: return try createKey(call)
        case .revokeKey: return try revokeKey(call)
        case .listAudit: return try auditRows(call)
        case .getHealth, .receiveHook: throw APIFault.noSuchPath
        }
    }

    /// Durable when it returns.
    func audit(
        _ act: String, _ subject: String, _ call: APICall, detail: String = ""
    ) throws {
        let now = Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds)
        try keys.audit.record(
            by: call.caller.name, act: act, subject: subject, at: now.description, detail: detail,
            peer: call.request.peer.description, request: call.request.id)
    }
}
