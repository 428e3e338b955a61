internal import FlowModel
internal import Journal

/// Whether a node whose needs are all settled runs, or why it is skipped.
///
/// A reference is a need: a reader of a skipped or failed node is skipped. An optional reference
/// only waits. `after` needs the node to have been taken, `after: {any: …}` one of them; a case of a
/// `choose` and the target of a `go-to` need to be the one that was taken.
enum NodeGate: Sendable, Hashable {
    case runs
    case skipped(reason: String)

    init(_ node: Node, results: (String) -> NodeResult?) {
        if let reason = Self.reasonToSkip(node, results) {
            self = .skipped(reason: reason)
        } else {
            self = .runs
        }
    }

    private static func reasonToSkip(_ node: Node, _ results: (String) -> NodeResult?) -> String? {
        let activators = node.needs.filter { $0.kind == .chosenBy || $0.kind == .failureOf }
        if !activators.isEmpty, !activators.contains(where: { activates($0, node, results) }) {
            let names = quoted(activators.map(\.node))
            return activators.contains { $0.kind == .chosenBy }
                ? "\(names) did not choose it" : "\(names) did not fail"
        }
        let alternatives = node.needs.filter { $0.kind == .anyOf }.map(\.node)
        if !alternatives.isEmpty, !alternatives.contains(where: { results($0)?.isTaken ?? false }) {
            return "none of \(quoted(alternatives)) was taken"
        }
        let handled = Set(activators.filter { $0.kind == .failureOf }.map(\.node))
        for need in node.needs where !handled.contains(need.node) {
            if let reason = reasonToSkip(need, results) { return reason }
        }
        return nil
    }

    private static func activates(
        _ need: NodeNeed, _ node: Node, _ results: (String) -> NodeResult?
    ) -> Bool {
        guard let result = results(need.node) else { return false }
        if need.kind == .chosenBy {
            return result.state == .succeeded && result.choice == node.name
        }
        return result.state == .failed
    }

    private static func reasonToSkip(
        _ need: NodeNeed, _ results: (String) -> NodeResult?
    ) -> String? {
        let result = results(need.node)
        switch need.kind {
        case .required:
            guard let result, result.state == .succeeded else {
                return "it reads '\(need.node)', which was \(result?.state.rawValue ?? "not run")"
            }
            return result.hasNoItems ? "it reads '\(need.node)', which returned no items" : nil
        case .after:
            guard let result, result.isTaken else {
                return "it comes after '\(need.node)', which was "
                    + (result?.state.rawValue ?? "not run")
            }
            return nil
        case .optional, .anyOf, .chosenBy, .failureOf: return nil
        }
    }

    private static func quoted(_ names: [String]) -> String {
        names.map { "'\($0)'" }.joined(separator: ", ")
    }
}
