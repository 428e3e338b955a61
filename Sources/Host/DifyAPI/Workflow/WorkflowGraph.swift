internal import FlowModel
internal import JSONValue
internal import Journal

/// A flow as the graph that Dify's clients draw: which steps are nodes, and of which type.
///
/// A start and an end node are added, since clients begin and end with them. Steps of sub-flows and
/// calls of tools are inside their node; items of a `for-each` are nodes inside an iteration.
struct WorkflowGraph: Sendable {
    enum Status: String, Sendable { case succeeded, failed, exception, stopped }

    let startID: String
    let endID: String
    /// Names of inputs that are secrets.
    let secrets: Set<String>
    let outputs: [(name: String, value: Template)]
    private let nodes: [String: Node]

    init(_ flow: Flow) {
        nodes = Dictionary(flow.nodes.map { ($0.name, $0) }) { first, _ in first }
        // No name of a node begins with `_`.
        startID = nodes["start"] == nil ? "start" : "_start"
        endID = nodes["end"] == nil ? "end" : "_end"
        secrets = Set(flow.inputs.filter { $0.type == .secret }.map(\.name))
        outputs = flow.outputs
    }

    func shows(_ step: StepRecord) -> Bool { isNode(step) || isItem(step) }

    private func isNode(_ step: StepRecord) -> Bool {
        step.identity.path.text == step.identity.node
    }

    func isItem(_ step: StepRecord) -> Bool {
        guard let key = step.identity.itemKey else { return false }
        return step.identity.path == StepPath.root.node(step.identity.node).item(key)
    }

    func isIteration(_ step: StepRecord) -> Bool { step.identity.kind == "for-each" }

    /// SECURITY: names of nodes hold no `.`, so an item's node is never taken for another one.
    func nodeID(of step: StepRecord) -> String {
        guard shows(step) else { return step.identity.path.text }
        return isItem(step) ? "\(step.identity.node).item" : step.identity.node
    }

    func type(of step: StepRecord) -> String {
        switch step.identity.kind {
        case "script": return "code"
        case "approval": return "human-input"
        case "choose": return "if-else"
        case "respond": return "answer"
        case "set": return "template-transform"
        case "for-each": return "iteration"
        case "operation": break
        default: return "tool"
        }
        guard case .operation(let operation)? = nodes[step.identity.node]?.work else {
            return "tool"
        }
        if operation.operation.hasPrefix("llm/") { return "llm" }
        return operation.operation.hasPrefix("http/") ? "http-request" : "tool"
    }

    /// How a step ended; nil while it goes on, and for one that was skipped.
    func status(of step: StepRecord) -> Status? {
        switch step.state {
        case .running, .waiting, .skipped: return nil
        case .cancelled: return .stopped
        case .succeeded: return step.error == nil ? .succeeded : .exception
        case .failed:
            switch nodes[step.identity.node]?.onError {
            case .stop?, nil: return .failed
            case .continueRun?, .useDefault?, .goTo?: return .exception
            }
        }
    }

    /// The node that a step came after: of those that it needs, the one that ended last.
    func predecessor(of step: StepRecord, among ended: [String]) -> String {
        if isItem(step) { return step.identity.node }
        let needs = Set(nodes[step.identity.node]?.needs.map(\.node) ?? [])
        return ended.last { needs.contains($0) } ?? startID
    }

    /// Where an output comes from, as `from_variable_selector` has it.
    func selector(of output: (name: String, value: Template)) -> [String] {
        guard case .expression(let expression) = output.value else { return [endID, output.name] }
        let parts = expression.source.split(separator: ".", omittingEmptySubsequences: false)
        let isPath = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte)
                        || (97...122).contains(byte) || byte == 45 || byte == 95
                }
        }
        guard isPath, parts.count >= 3, parts[0] == "nodes", parts[2] == "output" else {
            return [endID, output.name]
        }
        return [String(parts[1])] + parts.dropFirst(3).map(String.init)
    }
}
