internal import JSONValue
internal import Journal

/// What became of a node, as the nodes that read it see it.
struct NodeResult: Sendable {
    /// `succeeded`, `failed`, `skipped` or `cancelled`.
    var state: StepState
    var output: JSON
    /// Of a `for-each`: `{item, key, index, state, output, error}` in input order.
    var items: JSON?
    var error: StepFailure?
    /// An n8n-style node that returned no items skips its readers.
    var hasNoItems = false
    /// Of an approval: the frozen arguments by node.
    var covered: JSON?
    /// Of an approval: what a person said.
    var decision: ApprovalDecision?

    init(
        state: StepState, output: JSON = .null, items: JSON? = nil, error: StepFailure? = nil,
        hasNoItems: Bool = false, covered: JSON? = nil, decision: ApprovalDecision? = nil
    ) {
        self.state = state
        self.output = output
        self.items = items
        self.error = error
        self.hasNoItems = hasNoItems
        self.covered = covered
        self.decision = decision
    }

    /// Whether the run went through the node, with or without success.
    var isTaken: Bool { state == .succeeded || state == .failed }

    /// The node that a `choose` took.
    var choice: String? { output["taken"]?.stringValue }

    /// What `nodes.NAME` reads.
    var view: JSON {
        var object = JSONObject()
        object["state"] = .string(state.rawValue)
        object["output"] = output
        object["items"] = items ?? .null
        object["error"] = error?.json ?? .null
        return .object(object)
    }
}

/// What became of one item of a `for-each`, or of a node without one.
struct StepResult: Sendable {
    var state: StepState
    var output: JSON = .null
    var error: StepFailure?
    var covered: JSON?
    var decision: ApprovalDecision?
}
