internal import HTTPListener
internal import JSONValue
internal import Journal

extension APIHandler {
    private var decider: ApprovalDecider { ApprovalDecider(backend: backend, audit: keys.audit) }

    func getApproval(_ call: APICall) async throws -> HTTPAnswer {
        shown(try await decider.approval(ApprovalName(call.part("approval")), for: call.caller))
    }

    func decideApproval(_ call: APICall) async throws -> HTTPAnswer {
        let approval = try await decider.approval(
            ApprovalName(call.part("approval")), for: call.caller)
        let body = try call.members(["choice", "comment", "hash"])
        guard let choice = body["choice"]?.stringValue, let hash = body["hash"]?.stringValue else {
            throw APIFault(
                400, "invalid-body",
                "'choice' and 'hash' are needed; the hash stands in the approval as it is shown")
        }
        let comment = body["comment"] ?? .null
        guard comment.isNull || comment.stringValue != nil else {
            throw APIFault(400, "invalid-body", "'comment' is no text")
        }
        let word = ApprovalDecider.Word(choice: choice, comment: comment.stringValue, seen: hash)
        return shown(try await decider.decide(approval, word, by: call.caller, call.request))
    }

    private func shown(_ approval: ApprovalListing) -> HTTPAnswer {
        .json(200, ApprovalJSON.detail(approval, at: backend.address(of: approval.name)))
    }

    func listApprovals(_ call: APICall) async throws -> HTTPAnswer {
        var filter = ApprovalFilter(limit: try call.limit(most: 200))
        let states = call.values("state").map { ApprovalState(rawValue: $0) }
        guard !states.contains(nil) else {
            throw APIFault.invalidQuery(
                "'state' is none of the states", details: ApprovalState.allCases.map(\.rawValue))
        }
        if !states.isEmpty { filter.states = Set(states.compactMap { $0 }) }
        if let text = try call.value("before") {
            guard text.utf8.allSatisfy({ (48...57).contains($0) }), text.utf8.count <= 18,
                let cursor = Int64(text)
            else {
                throw APIFault.invalidQuery("'before' is the 'next' of a page")
            }
            filter.before = cursor
        }
        filter.flow = try call.value("flow")
        if let only = call.caller.flow {
            guard filter.flow == nil || filter.flow == only else {
                return .json(200, ["approvals": [], "next": .null])
            }
            filter.flow = only
        }
        let approvals = try await backend.approvals(filter)
        let next = approvals.count == filter.limit ? approvals.last?.cursor : nil
        return .json(
            200,
            [
                "approvals": .array(approvals.map(ApprovalJSON.summary)),
                "next": next.map { .string(String($0)) } ?? .null,
            ])
    }
}
