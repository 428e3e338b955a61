internal import FlowModel
internal import JSONValue
internal import Journal

/// A run in the words of Dify.
struct RunView: Sendable {
    let detail: RunDetail
    let graph: WorkflowGraph
    let trigger: WorkflowTrigger?

    /// - Parameters:
    ///   - flow: as the run is pinned to it; nil: not known.
    ///   - app: as it is served now.
    init(_ detail: RunDetail, flow: Flow?, app: WorkflowApp) {
        self.detail = detail
        graph = WorkflowGraph(flow ?? app.flow)
        trigger = WorkflowTrigger(detail.run)
    }

    var run: RunRecord { detail.run }
    var id: String { run.id.text }
    var workflowID: String { trigger?.version ?? "" }

    /// The steps that are nodes of the graph, or items of one.
    var steps: [StepRecord] { detail.steps.filter { graph.shows($0) } }

    // MARK: How it stands

    var status: String {
        switch run.state {
        case .queued, .running: "running"
        case .waiting: isPaused ? "paused" : "running"
        case .succeeded: exceptions > 0 ? "partial-succeeded" : "succeeded"
        case .failed: "failed"
        case .cancelled: "stopped"
        }
    }

    /// Whether only a person can move it on.
    var isPaused: Bool {
        run.state == .waiting
            && detail.steps.contains { $0.isOpenQuestion || $0.waitsFor == .resolution }
    }

    /// Failures that the flow went on after, each try counted.
    var exceptions: Int {
        steps.filter { graph.status(of: $0) == .exception }.reduce(0) { count, step in
            count + max(step.attempts.filter { $0.error != nil }.count, 1)
        }
    }

    var totalSteps: Int {
        let taken = steps.filter { $0.state != .skipped }.count
        // The start node, and the end node where it was reached.
        return taken + (run.startedAt == nil ? 0 : 1) + (run.state == .succeeded ? 1 : 0)
    }

    var totalTokens: Int64 { steps.reduce(0) { $0 + $1.tokens } }

    var error: String? {
        switch run.state {
        case .cancelled: "Stopped by user."
        case .failed: run.error?.message ?? "the run failed"
        default: nil
        }
    }

    /// Seconds from its beginning to its end, or to what happened last.
    var elapsed: Double {
        guard let started = run.startedAt else { return 0 }
        let moments = detail.steps.compactMap(\.endedAt) + detail.steps.compactMap(\.startedAt)
        let last = run.endedAt ?? moments.max() ?? started
        return seconds(from: started, to: last)
    }

    var createdAt: JSON { run.createdAt.seconds }
    var finishedAt: JSON { run.endedAt.map(\.seconds) ?? .null }

    var outputs: JSON {
        switch run.state {
        case .succeeded: run.outputs ?? [:]
        default: [:]
        }
    }

    /// The flow's inputs, without the texts of secrets, and what Dify adds to them.
    var inputs: JSON {
        var inputs = JSONObject()
        for (name, value) in run.inputs.objectValue ?? JSONObject() {
            inputs[name] = graph.secrets.contains(name) && !value.isNull ? "******" : value
        }
        inputs["sys.files"] = trigger?.files ?? []
        inputs["sys.user_id"] = .string(trigger?.user ?? "")
        inputs["sys.app_id"] = .string(run.flow)
        inputs["sys.workflow_id"] = .string(workflowID)
        inputs["sys.workflow_run_id"] = .string(id)
        inputs["sys.timestamp"] = createdAt
        return .object(inputs)
    }

    // MARK: Answers

    /// `GET /v1/workflows/run/{id}`: the inputs are a text there.
    var runJSON: JSON {
        [
            "id": .string(id), "workflow_id": .string(workflowID), "status": .string(status),
            "inputs": .string(inputs.text), "outputs": outputs,
            "error": error.map(JSON.string) ?? .null,
            "total_steps": .integer(Int64(totalSteps)), "total_tokens": .integer(totalTokens),
            "created_at": createdAt, "finished_at": finishedAt, "elapsed_time": .double(elapsed),
            "exceptions_count": .integer(Int64(exceptions)),
        ]
    }

    /// What a request in blocking mode is answered with, however the run stands.
    func blockingJSON(_ tokens: FormTokens) -> JSON {
        var data = endJSON
        if status == "paused" {
            let reasons = pauseReasons(tokens)
            data["paused_nodes"] = .array(reasons.compactMap { $0["node_id"] })
            data["reasons"] = .array(reasons)
        }
        return [
            "task_id": .string(id), "workflow_run_id": .string(id), "data": .object(data),
        ]
    }

    /// How it ended, or how it stands.
    var endJSON: JSONObject {
        var data = JSONObject()
        data["id"] = .string(id)
        data["workflow_id"] = .string(workflowID)
        data["status"] = .string(status)
        data["outputs"] = outputs
        data["error"] = error.map(JSON.string) ?? .null
        data["elapsed_time"] = .double(elapsed)
        data["total_tokens"] = .integer(totalTokens)
        data["total_steps"] = .integer(Int64(totalSteps))
        data["created_at"] = createdAt
        data["finished_at"] = finishedAt
        return data
    }

    /// Why a person is needed.
    func pauseReasons(_ tokens: FormTokens) -> [JSON] {
        detail.steps.compactMap { step -> JSON? in
            if step.isOpenQuestion, let approval = step.approval {
                let form = HumanInputForm(run: run.id, step: step, approval: approval)
                return form.pauseReason(tokens)
            }
            guard step.waitsFor == .resolution, step.state == .waiting else { return nil }
            return [
                "TYPE": "scheduled_pause", "node_id": .string(step.identity.path.text),
                "message": .string(step.reason ?? ""),
            ]
        }
    }
}

/// Seconds between two moments, to the millisecond.
func seconds(from: Moment, to: Moment) -> Double {
    Double(max(to.milliseconds - from.milliseconds, 0)) / 1000
}

extension Moment {
    /// Whole seconds since 1970, as Dify writes times.
    var seconds: JSON { .integer(milliseconds / 1000) }
}

extension StepRecord {
    /// Whether it waits for an answer that a person has not given yet.
    var isOpenQuestion: Bool {
        state == .waiting && waitsFor == .approval && approval?.decision == nil
    }

    /// What a model said it used.
    var tokens: Int64 {
        identity.kind == "operation" ? output?["usage"]?["total_tokens"]?.integerValue ?? 0 : 0
    }
}
