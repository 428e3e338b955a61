internal import JSONValue
internal import Journal

/// What an event says of one step.
struct NodeEvents: Sendable {
    let view: RunView
    let step: StepRecord
    /// How many nodes had started when it did, itself counted.
    let index: Int
    let predecessor: String

    private var graph: WorkflowGraph { view.graph }
    private var nodeID: String { graph.nodeID(of: step) }

    /// Names the step among all steps of all runs.
    private var id: JSON { .string("\(view.id)/\(step.identity.path.text)") }

    private var iteration: JSON {
        graph.isItem(step) ? .string(step.identity.node) : .null
    }

    static func beginning(of step: StepRecord, in run: RunRecord) -> Moment {
        step.startedAt ?? step.endedAt ?? run.startedAt ?? run.createdAt
    }

    private var begin: Moment { Self.beginning(of: step, in: view.run) }

    // MARK: Nodes

    var started: JSON {
        let (inputs, isCut) = shownInput
        return .object(
            JSONObject(
                head + [
                    ("inputs", inputs), ("inputs_truncated", .bool(isCut)),
                    ("created_at", begin.seconds), ("extras", [:]), ("iteration_id", iteration),
                    ("loop_id", nil), ("agent_strategy", nil),
                ]))
    }

    var finished: JSON { .object(JSONObject(end(status, error, from: begin, to: step.endedAt))) }

    func retried(_ attempt: AttemptRecord, number: Int) -> JSON {
        let message = attempt.error?.message ?? ""
        let members = end(
            "retry", .string(message), from: attempt.startedAt, to: attempt.endedAt)
        return .object(JSONObject(members + [("retry_index", .integer(Int64(number)))]))
    }

    private var head: [JSONObject.Member] {
        [
            ("id", id), ("node_id", .string(nodeID)),
            ("node_type", .string(graph.type(of: step))), ("title", .string(step.identity.node)),
            ("index", .integer(Int64(index))), ("predecessor_node_id", .string(predecessor)),
        ]
    }

    private func end(
        _ status: String, _ error: JSON, from: Moment, to: Moment?
    ) -> [JSONObject.Member] {
        let (inputs, inputsAreCut) = shownInput
        let (outputs, outputsAreCut) = status == "retry" ? ([:], false) : shownOutput
        let last = to ?? from
        return head + [
            ("inputs", inputs), ("inputs_truncated", .bool(inputsAreCut)),
            ("process_data", [:]), ("process_data_truncated", false),
            ("outputs", outputs), ("outputs_truncated", .bool(outputsAreCut)),
            ("status", .string(status)), ("error", error),
            ("elapsed_time", .double(seconds(from: from, to: last))),
            ("execution_metadata", metadata), ("created_at", begin.seconds),
            ("finished_at", last.seconds), ("files", []), ("iteration_id", iteration),
            ("loop_id", nil),
        ]
    }

    private var status: String { graph.status(of: step)?.rawValue ?? "running" }

    private var error: JSON {
        if graph.status(of: step) == .stopped { return "Stopped by user." }
        return step.error.map { .string($0.message) } ?? .null
    }

    private var metadata: JSON {
        var metadata = JSONObject()
        if step.tokens > 0 {
            metadata["total_tokens"] = .integer(step.tokens)
            // What a model costs is not known here.
            metadata["total_price"] = .null
            metadata["currency"] = .null
        }
        if graph.isItem(step) {
            metadata["iteration_id"] = iteration
            metadata["iteration_index"] = .integer(Int64(step.identity.itemIndex ?? 0))
        }
        return metadata.isEmpty ? .null : .object(metadata)
    }

    // MARK: Iterations

    var iterationStarted: JSON {
        .object(
            JSONObject(
                iterationHead + [
                    ("created_at", begin.seconds), ("extras", [:]),
                    ("metadata", ["iteration_length": step.input?["items"] ?? 0]),
                    ("inputs", step.input ?? [:]), ("inputs_truncated", false),
                ]))
    }

    /// Of the iteration whose item this step is.
    func iterationNext(in whole: StepRecord) -> JSON {
        [
            "id": .string("\(view.id)/\(whole.identity.path.text)"),
            "node_id": .string(whole.identity.node), "node_type": "iteration",
            "title": .string(whole.identity.node),
            "index": .integer(Int64(step.identity.itemIndex ?? 0)), "created_at": begin.seconds,
            "extras": [:],
        ]
    }

    var iterationCompleted: JSON {
        let items = view.steps.filter { graph.isItem($0) && $0.identity.node == step.identity.node }
            .sorted { ($0.identity.itemIndex ?? 0) < ($1.identity.itemIndex ?? 0) }
        let succeeded = items.filter { $0.state == .succeeded }.map { $0.output ?? .null }
        let (outputs, isCut) = Shortening.shorten(["output": .array(succeeded)])
        let tokens = items.reduce(0) { $0 + $1.tokens }
        let last = step.endedAt ?? begin
        return .object(
            JSONObject(
                iterationHead + [
                    ("outputs", outputs), ("outputs_truncated", .bool(isCut)),
                    ("created_at", begin.seconds), ("extras", [:]), ("inputs", step.input ?? [:]),
                    ("inputs_truncated", false), ("status", .string(status)), ("error", error),
                    ("elapsed_time", .double(seconds(from: begin, to: last))),
                    ("total_tokens", .integer(tokens)),
                    ("execution_metadata", ["total_tokens": .integer(tokens)]),
                    ("finished_at", last.seconds), ("steps", .integer(Int64(items.count))),
                ]))
    }

    private var iterationHead: [JSONObject.Member] {
        [
            ("id", id), ("node_id", .string(nodeID)), ("node_type", "iteration"),
            ("title", .string(step.identity.node)),
        ]
    }

    // MARK: Values

    /// Dify's nodes have objects for inputs and outputs; another value becomes a member of one.
    private var shownInput: (JSON, isCut: Bool) {
        guard let input = step.input else { return (.null, false) }
        if input.objectValue?.keys == ["omitted"] { return (input, true) }
        return Shortening.shorten(input.objectValue == nil ? ["input": input] : input)
    }

    private var shownOutput: (JSON, isCut: Bool) {
        var outputs: JSONObject
        switch step.output {
        case .object(let object)?: outputs = object
        case nil, .null?: outputs = JSONObject()
        case let value?:
            outputs = JSONObject()
            outputs["output"] = value
        }
        if graph.type(of: step) == "llm", outputs["text"] == nil {
            outputs["text"] = outputs["content"]
        }
        if let failure = step.error, graph.status(of: step) == .exception {
            outputs["error_message"] = .string(failure.message)
            outputs["error_type"] = .string(failure.kind)
        }
        if let approval = step.approval, step.state == .succeeded {
            let choice = approval.decision?.choice
            let label = choice.flatMap { approval.choices[$0]?.stringValue }
            outputs["__action_id"] = .string(choice ?? "__timeout")
            outputs["__action_value"] = .string(label ?? "")
            outputs["__rendered_content"] = .string(approval.ask)
        }
        return Shortening.shorten(.object(outputs))
    }
}

/// Cuts what is too large for an event; the whole of it stands in the journal.
enum Shortening {
    /// Bytes of a node's inputs or outputs that an event carries whole, as in Dify.
    static let limit = 1_024_000
    private static let longestText = 10_000
    private static let longestList = 100

    static func shorten(_ value: JSON) -> (JSON, isCut: Bool) {
        value.bytes.count <= limit ? (value, false) : (cut(value), true)
    }

    private static func cut(_ value: JSON) -> JSON {
        switch value {
        case .string(let text) where text.utf8.count > longestText:
            .string(text.prefix(longestText) + "…")
        case .array(let elements): .array(elements.prefix(longestList).map(cut))
        case .object(let object):
            .object(JSONObject(object.members.prefix(longestList).map { ($0.key, cut($0.value)) }))
        default: value
        }
    }
}

extension JSONObject {
    /// Members in order; their keys differ.
    init(_ members: [Member]) {
        self.init(capacity: members.count)
        for (key, value) in members { self[key] = value }
    }
}
