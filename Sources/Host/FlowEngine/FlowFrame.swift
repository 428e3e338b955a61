internal import FlowModel
internal import JSONValue
internal import Journal
internal import Synchronization

/// One flow being run: the main flow of a run, or a sub-flow inside one of its steps.
///
/// A sub-flow's steps are steps of the same run, below the step that runs it: one lock, one set of
/// limits, one thing to resume, to cancel and to look at.
final class FlowFrame: Sendable {
    let flow: Flow
    let pinned: PinnedFlow
    /// The pinned files as scripts import them.
    let files: FlowBundle
    /// Below which step the nodes stand; `root` for the main flow.
    let path: StepPath
    let inputs: JSON
    let trigger: JSON
    let vars: JSON
    /// 0 for the main flow.
    let depth: Int
    let parent: FlowFrame?
    /// For each node the approvals that freeze its arguments.
    let approvalsCovering: [String: [String]]

    private struct State {
        var results: [String: NodeResult] = [:]
        var views: [String: JSON] = [:]
        var isStopping = false
    }

    private let state = Mutex(State())

    init(
        flow: Flow, pinned: PinnedFlow, path: StepPath, inputs: JSON, trigger: JSON, vars: JSON,
        parent: FlowFrame?
    ) {
        self.flow = flow
        self.pinned = pinned
        files = pinned.contents
        self.path = path
        self.inputs = inputs
        self.trigger = trigger
        self.vars = vars
        self.parent = parent
        depth = parent.map { $0.depth + 1 } ?? 0
        var covering: [String: [String]] = [:]
        for node in flow.nodes {
            guard case .approval(let approval) = node.work else { continue }
            for covered in approval.covers { covering[covered, default: []].append(node.name) }
        }
        approvalsCovering = covering
    }

    func result(of node: String) -> NodeResult? { state.withLock { $0.results[node] } }

    /// What `nodes.NAME` reads; nil for a node that has no result yet or does not exist.
    func view(of node: String) -> JSON? { state.withLock { $0.views[node] } }

    func settle(_ node: String, _ result: NodeResult) {
        let view = result.view
        state.withLock { state in
            state.results[node] = result
            state.views[node] = view
        }
    }

    /// From now on steps end because the flow stops, here or further out.
    func stop() { state.withLock { $0.isStopping = true } }

    var isStopping: Bool {
        state.withLock { $0.isStopping } || parent?.isStopping ?? false
    }
}
