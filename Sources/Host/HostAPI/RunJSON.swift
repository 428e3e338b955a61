internal import FlowModel
package import JSONValue
package import Journal

/// Runs and their steps for machines.
package enum RunJSON {
    package static func run(_ run: RunRecord) -> JSON {
        [
            "id": .string(run.id.text),
            "flow": .string(run.flow),
            "state": .string(run.state.rawValue),
            "trigger_kind": run.trigger["kind"] ?? .null,
            "created_at": .string(run.createdAt.description),
            "started_at": moment(run.startedAt),
            "ended_at": moment(run.endedAt),
            "inputs": run.inputs,
            "outputs": run.outputs ?? .null,
            "error": run.error.map(failure) ?? .null,
        ]
    }

    package static func detail(_ detail: RunDetail) -> JSON {
        guard case .object(var object) = run(detail.run) else { return .null }
        object["trigger"] = detail.run.trigger
        object["response"] = detail.run.response ?? .null
        object["steps"] = .array(detail.steps.map(step))
        return .object(object)
    }

    package static func step(_ step: StepRecord) -> JSON {
        [
            "step": .string(step.identity.path.text),
            "node": .string(step.identity.node),
            "key": step.identity.itemKey.map { .string($0) } ?? .null,
            "kind": .string(step.identity.kind),
            "taken_from": step.takenFrom.map { .string($0.text) } ?? .null,
            "state": .string(step.state.rawValue),
            "reason": step.reason.map { .string($0) } ?? .null,
            "waits_for": step.waitsFor.map { .string($0.rawValue) } ?? .null,
            "wakes_at": moment(step.wakesAt),
            "input": step.input ?? .null,
            "output": step.output ?? .null,
            "error": step.error.map(failure) ?? .null,
            "started_at": moment(step.startedAt),
            "ended_at": moment(step.endedAt),
            "attempts": .array(step.attempts.map(attempt)),
        ]
    }

    static func attempt(_ attempt: AttemptRecord) -> JSON {
        [
            "number": .integer(Int64(attempt.number)),
            "outcome": attempt.outcome.map { .string($0) } ?? .null,
            "error": attempt.error.map(failure) ?? .null,
            "stdout": .string(attempt.standardOutput),
            "stderr": .string(attempt.standardError),
            "denials": .array(attempt.denials.map(\.json)),
            "usage": attempt.usage?.json ?? .null,
            "layers": attempt.layers?.json ?? .null,
            "runtime": attempt.runtime?.json ?? .null,
            "started_at": .string(attempt.startedAt.description),
            "ended_at": moment(attempt.endedAt),
        ]
    }

    package static func failure(_ error: StepFailure) -> JSON {
        [
            "kind": .string(error.kind),
            "message": .string(error.message),
            "status": error.status.map { .integer(Int64($0)) } ?? .null,
            "attempts": .integer(Int64(error.attempts)),
            "line": error.line.map { .integer(Int64($0)) } ?? .null,
            "traceback": error.traceback.map { .string($0) } ?? .null,
            "step": error.step.map { .string($0.text) } ?? .null,
        ]
    }

    private static func moment(_ moment: Moment?) -> JSON {
        moment.map { .string($0.description) } ?? .null
    }
}
