internal import FlowEngine
internal import HTTPListener
internal import JSONValue
internal import Journal

/// Doing a part of a run again: as a new run, or to see what a script does now.
extension APIHandler {
    func resumeRun(_ call: APICall) async throws -> HTTPAnswer {
        let run = try await visibleRun(call)
        let body = try call.members(["from", "files"])
        guard let node = body["from"]?.stringValue, !node.isEmpty else {
            throw APIFault(400, "invalid-body", "'from' names the node that the run begins with")
        }
        let isPinned = try Self.isPinned(body, otherwise: true)
        let id = try await backend.resume(
            run, from: node, isPinned: isPinned, requestedBy: call.caller.name)
        noteAudit("run.resume", "run:\(run.id)", call, detail: "from \(node) as run:\(id)")
        return began(id, run.flow)
    }

    func replayStep(_ call: APICall) async throws -> HTTPAnswer {
        let (run, step) = try await visibleStep(call)
        let body = try call.members(["script", "files"])
        let script = body["script"]?.stringValue
        guard script != nil || body["script"] == nil else {
            throw APIFault(400, "invalid-body", "'script' is a text")
        }
        // SECURITY: who may run flows may not run programs of their own for that reason.
        guard script == nil || call.caller.may(.sandbox) else {
            throw APIFault(
                403, "forbidden", "a script of one's own needs a key that may run scripts as well")
        }
        let isPinned = try Self.isPinned(body, otherwise: false)
        try audit(
            "step.replay", "run:\(run.id) step:\(step.identity.path)", call,
            detail: script == nil ? "" : "with a script that was given")
        let report = try await backend.replay(step, of: run, isPinned: isPinned, script: script)
        let recorded = step.attempts.last
        let isSame =
            recorded?.outcome == report.attempt.outcome
            && (step.output ?? .null) == (report.output ?? .null)
        return .json(
            200,
            [
                "run": .string(run.id.text), "step": .string(step.identity.path.text),
                "files": .string(isPinned ? "pinned" : "current"), "same": .bool(isSame),
                "recorded": Self.result(recorded, step.output),
                "replayed": Self.result(report.attempt, report.output),
            ])
    }

    private static func result(_ attempt: AttemptRecord?, _ output: JSON?) -> JSON {
        guard let attempt, case .object(var object) = RunJSON.attempt(attempt) else {
            return .null
        }
        object["output"] = output ?? .null
        return .object(object)
    }

    private static func isPinned(
        _ body: JSONObject, otherwise: Bool
    ) throws(APIFault) -> Bool {
        switch body["files"]?.stringValue {
        case "pinned": return true
        case "current": return false
        case nil where body["files"] == nil: return otherwise
        default:
            throw APIFault(
                400, "invalid-body",
                "'files' says which: those that the run is pinned to, or the flow's as they are now",
                details: ["pinned", "current"])
        }
    }
}
