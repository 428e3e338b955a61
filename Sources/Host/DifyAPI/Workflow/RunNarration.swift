internal import FlowModel
internal import JSONValue
internal import Journal

/// Tells a run as Dify's events, each once, in an order that every client can follow: a node starts
/// after those before it have finished, and finishes before the next.
///
/// It is told from the journal alone, so whoever comes late, or comes again after the host was
/// killed, hears the same.
struct RunNarration: Sendable {
    private struct Place: Sendable {
        var index: Int
        var predecessor: String
    }

    private let tokens: FormTokens
    private var places: [StepPath: Place] = [:]
    private var ended: Set<StepPath> = []
    private var retries: [StepPath: Int] = [:]
    private var asked: Set<StepPath> = []
    private var answered: Set<StepPath> = []
    /// Nodes in the order in which they ended.
    private var endedNodes: [String] = []
    private var count = 0
    private var hasStart = false
    private var isPauseTold = false

    init(tokens: FormTokens) { self.tokens = tokens }

    // MARK: The whole

    static func opening(_ view: RunView, reason: String) -> JSON {
        event(
            "workflow_started", view,
            [
                "id": .string(view.id), "workflow_id": .string(view.workflowID),
                "inputs": view.inputs, "created_at": view.createdAt, "reason": .string(reason),
            ])
    }

    /// What has happened since the last time, the pause or the end of the run included.
    mutating func advance(to view: RunView) -> [JSON] {
        var events: [JSON] = []
        if !hasStart, view.run.startedAt != nil {
            hasStart = true
            events += start(view)
        }
        let steps = view.steps.filter { $0.state != .skipped }
        for step in steps where places[step.identity.path] == nil {
            let moment = NodeEvents.beginning(of: step, in: view.run)
            events += finish(steps, until: moment, view)
            events += begin(step, steps, view)
        }
        for step in steps where !ended.contains(step.identity.path) {
            events += meanwhile(step, view)
        }
        events += finish(steps, until: nil, view)
        // An approval inside a sub-flow has no node, and still needs its answer.
        for step in view.detail.steps where !view.graph.shows(step) {
            events += humanInput(step, view)
        }
        if view.run.state.isFinal { return events + end(view) }
        return events + pause(view)
    }

    private mutating func pause(_ view: RunView) -> [JSON] {
        guard view.isPaused else {
            isPauseTold = false
            return []
        }
        guard !isPauseTold else { return [] }
        isPauseTold = true
        let reasons = view.pauseReasons(tokens)
        return [
            Self.event(
                "workflow_paused", view,
                [
                    "workflow_run_id": .string(view.id),
                    "paused_nodes": .array(reasons.compactMap { $0["node_id"] }),
                    "outputs": [:], "reasons": .array(reasons), "status": "paused",
                    "created_at": view.createdAt, "elapsed_time": .double(view.elapsed),
                    "total_tokens": .integer(view.totalTokens),
                    "total_steps": .integer(Int64(view.totalSteps)),
                ])
        ]
    }

    private mutating func end(_ view: RunView) -> [JSON] {
        var events: [JSON] = []
        if view.run.state == .succeeded, let outputs = view.run.outputs {
            events += endNode(outputs, view)
        }
        return events + [Self.finished(view)]
    }

    static func finished(_ view: RunView) -> JSON {
        var data = view.endJSON
        data["created_by"] = [
            "id": .string(view.trigger?.user ?? ""), "user": .string(view.trigger?.user ?? ""),
        ]
        data["exceptions_count"] = .integer(Int64(view.exceptions))
        data["files"] = []
        return event("workflow_finished", view, .object(data))
    }

    static func event(_ name: String, _ view: RunView, _ data: JSON) -> JSON {
        [
            "event": .string(name), "task_id": .string(view.id),
            "workflow_run_id": .string(view.id), "data": data,
        ]
    }

    // MARK: Start and end

    private mutating func start(_ view: RunView) -> [JSON] {
        count += 1
        let node = TerminalNode(
            view: view, id: view.graph.startID, type: "start", title: "Start", index: count,
            predecessor: nil, moment: view.run.startedAt ?? view.run.createdAt)
        endedNodes.append(view.graph.startID)
        return [
            Self.event("node_started", view, node.started(inputs: view.inputs)),
            Self.event(
                "node_finished", view, node.finished(inputs: view.inputs, outputs: view.inputs)),
        ]
    }

    private mutating func endNode(_ outputs: JSON, _ view: RunView) -> [JSON] {
        count += 1
        let node = TerminalNode(
            view: view, id: view.graph.endID, type: "end", title: "End", index: count,
            predecessor: endedNodes.last, moment: view.run.endedAt ?? view.run.createdAt)
        var events = [Self.event("node_started", view, node.started(inputs: outputs))]
        for output in view.graph.outputs {
            guard let text = outputs[output.name]?.stringValue, !text.isEmpty else { continue }
            let selector = view.graph.selector(of: output)
            if events.count > 1 { events.append(chunk("\n", selector, view)) }
            events.append(chunk(text, selector, view))
        }
        events.append(
            Self.event("node_finished", view, node.finished(inputs: outputs, outputs: outputs)))
        return events
    }

    private func chunk(_ text: String, _ selector: [String], _ view: RunView) -> JSON {
        Self.event(
            "text_chunk", view,
            [
                "text": .string(text),
                "from_variable_selector": .array(selector.map(JSON.string)),
            ])
    }

    // MARK: Steps

    private func node(_ step: StepRecord, _ view: RunView) -> NodeEvents {
        let place = places[step.identity.path]
        return NodeEvents(
            view: view, step: step, index: place?.index ?? count,
            predecessor: place?.predecessor ?? view.graph.startID)
    }

    private mutating func begin(
        _ step: StepRecord, _ steps: [StepRecord], _ view: RunView
    ) -> [JSON] {
        count += 1
        places[step.identity.path] = Place(
            index: count, predecessor: view.graph.predecessor(of: step, among: endedNodes))
        let events = node(step, view)
        if view.graph.isIteration(step) {
            return [Self.event("iteration_started", view, events.iterationStarted)]
        }
        var told: [JSON] = []
        if view.graph.isItem(step),
            let whole = steps.first(where: { $0.identity.path.text == step.identity.node })
        {
            told.append(Self.event("iteration_next", view, events.iterationNext(in: whole)))
        }
        return told + [Self.event("node_started", view, events.started)]
    }

    /// What comes between a node's start and its end.
    private mutating func meanwhile(_ step: StepRecord, _ view: RunView) -> [JSON] {
        var events: [JSON] = []
        let failed = step.attempts.filter { $0.error != nil && $0.endedAt != nil }
        let told = retries[step.identity.path] ?? 0
        for (number, attempt) in failed.enumerated().dropFirst(told) {
            let isFollowed = step.attempts.contains { $0.number > attempt.number }
            guard isFollowed || step.state == .waiting && step.waitsFor == .timer else { continue }
            retries[step.identity.path] = number + 1
            events.append(
                Self.event(
                    "node_retry", view, node(step, view).retried(attempt, number: number + 1)))
        }
        return events + humanInput(step, view)
    }

    private mutating func finish(
        _ steps: [StepRecord], until moment: Moment?, _ view: RunView
    ) -> [JSON] {
        let over = steps.filter { step in
            guard places[step.identity.path] != nil, !ended.contains(step.identity.path),
                view.graph.status(of: step) != nil, let end = step.endedAt
            else { return false }
            return moment.map { end <= $0 } ?? true
        }
        // An iteration ends after its items, whatever the clock says.
        let inOrder = over.sorted { left, right in
            let sides = [left, right].map { step in
                (
                    step.endedAt?.milliseconds ?? 0, view.graph.isIteration(step) ? 1 : 0,
                    places[step.identity.path]?.index ?? 0
                )
            }
            return sides[0] < sides[1]
        }
        var events: [JSON] = []
        for step in inOrder {
            events += meanwhile(step, view)
            ended.insert(step.identity.path)
            let node = node(step, view)
            if view.graph.isIteration(step) {
                events.append(Self.event("iteration_completed", view, node.iterationCompleted))
            } else {
                events.append(Self.event("node_finished", view, node.finished))
            }
            if !view.graph.isItem(step) { endedNodes.append(step.identity.node) }
        }
        return events
    }

    private mutating func humanInput(_ step: StepRecord, _ view: RunView) -> [JSON] {
        guard let approval = step.approval else { return [] }
        let form = HumanInputForm(run: view.run.id, step: step, approval: approval)
        var events: [JSON] = []
        if asked.insert(step.identity.path).inserted {
            events.append(
                Self.event(
                    "human_input_required", view,
                    form.required(nodeID: view.graph.nodeID(of: step), tokens)))
        }
        guard step.state == .succeeded || approval.decision != nil,
            answered.insert(step.identity.path).inserted
        else { return events }
        let (name, data) = form.answered(nodeID: view.graph.nodeID(of: step))
        return events + [Self.event(name, view, data)]
    }
}

/// The start or the end of the graph, which is no step.
private struct TerminalNode {
    let view: RunView
    let id: String
    let type: String
    let title: String
    let index: Int
    let predecessor: String?
    let moment: Moment

    private var head: [JSONObject.Member] {
        [
            ("id", .string("\(view.id)/\(id)")), ("node_id", .string(id)),
            ("node_type", .string(type)), ("title", .string(title)),
            ("index", .integer(Int64(index))),
            ("predecessor_node_id", predecessor.map(JSON.string) ?? .null),
        ]
    }

    func started(inputs: JSON) -> JSON {
        let (inputs, isCut) = Shortening.shorten(inputs)
        return .object(
            JSONObject(
                head + [
                    ("inputs", inputs), ("inputs_truncated", .bool(isCut)),
                    ("created_at", moment.seconds), ("extras", [:]), ("iteration_id", nil),
                    ("loop_id", nil), ("agent_strategy", nil),
                ]))
    }

    func finished(inputs: JSON, outputs: JSON) -> JSON {
        let (inputs, inputsAreCut) = Shortening.shorten(inputs)
        let (outputs, outputsAreCut) = Shortening.shorten(outputs)
        return .object(
            JSONObject(
                head + [
                    ("inputs", inputs), ("inputs_truncated", .bool(inputsAreCut)),
                    ("process_data", [:]), ("process_data_truncated", false),
                    ("outputs", outputs), ("outputs_truncated", .bool(outputsAreCut)),
                    ("status", "succeeded"), ("error", nil), ("elapsed_time", 0.0),
                    ("execution_metadata", nil), ("created_at", moment.seconds),
                    ("finished_at", moment.seconds), ("files", []), ("iteration_id", nil),
                    ("loop_id", nil),
                ]))
    }
}
