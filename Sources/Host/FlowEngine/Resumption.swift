internal import FlowModel
internal import JSONValue
package import Journal

/// A new run that begins in the middle of its flow, not in the journal yet.
package struct Resumption: Sendable {
    package var run: NewRun
    package var taken: TakenSteps
}

/// Why a run cannot be resumed from a node.
package enum ResumptionError: Error, Sendable, Hashable, CustomStringConvertible {
    case notOver(RunState)
    case noSuchNode(String, flow: String, known: [String])
    /// A node that stands before the one that was named.
    case unfinished(String, before: String)
    /// An approval of which a covered node would run again.
    case approvalStandsBefore(String, covered: String)
    case secretIsMissing(input: String)

    package var description: String {
        switch self {
        case .notOver(let state):
            return "the run still goes on: it is \(state.rawValue); wait for its end, or cancel it"
        case .noSuchNode(let name, let flow, let known):
            return "flow '\(flow)' has no node '\(name)'; there are "
                + known.map { "'\($0)'" }.joined(separator: ", ")
        case .unfinished(let node, let before):
            return "'\(node)' stands before '\(before)' and did not finish; resume from '\(node)'"
        case .approvalStandsBefore(let approval, let covered):
            return "approval '\(approval)' was given for '\(covered)' once; resume from "
                + "'\(approval)', so that it is asked again"
        case .secretIsMissing(let input):
            return "the secret input '\(input)' is not kept; start a new run"
        }
    }
}

extension FlowEngine {
    /// A run of the same inputs that takes over what was finished and does not come after `node`.
    ///
    /// Nil when there is no such run. Throws `ResumptionError`, `InputFaults` when the inputs do not fit
    /// any more, and whatever opening its files throws.
    ///
    /// - Parameters:
    ///   - node: of the main flow; it and all that needs it run anew.
    ///   - current: the flow as it is now; nil: the files that the earlier run was pinned to.
    package func resumption(
        of id: RunID, from node: String, with current: ServedFlow?, requestedBy: String?
    ) async throws -> Resumption? {
        guard let detail = try await journal.showRun(id) else { return nil }
        let run = detail.run
        guard run.state.isFinal else { throw ResumptionError.notOver(run.state) }
        let served: ServedFlow
        if let current { served = current } else { served = try await pinnedFlow(of: run) }
        let plan = try ResumptionPlan(served.flow, from: node, steps: detail.steps)
        var inputs = run.inputs.objectValue ?? JSONObject()
        for (name, value) in inputs where value.isNull { inputs[name] = nil }
        for input in served.flow.inputs where input.type == .secret {
            let text = inputs[input.name]?.stringValue
            // What was sealed with a run is gone when the run is over.
            let isGone = text.map { SealedReference.input(in: $0) != nil } ?? input.isRequired
            if isGone { throw ResumptionError.secretIsMissing(input: input.name) }
        }
        var trigger = run.trigger.objectValue ?? JSONObject()
        trigger["resumes"] = ["run": .string(id.text), "from": .string(node)]
        let now = clock.now
        let new = try served.newRun(
            names.next(at: now), trigger: .object(trigger), inputs: inputs, at: now,
            requestedBy: requestedBy)
        return Resumption(run: new, taken: TakenSteps(from: id, nodes: plan.taken))
    }

    private func pinnedFlow(of run: RunRecord) async throws -> ServedFlow {
        let bundle = try await journal.bundle(of: run.id)
        guard let flow = try service.opened.flows(of: bundle)[bundle.entry] else {
            throw EngineError.missingFlow(bundle.entry)
        }
        return ServedFlow(
            flow: flow, bundle: DigestedBundle(bundle), tenant: run.tenant,
            sealing: service.settings.sealing)
    }
}

/// Which nodes run anew, and which stand as they ended.
struct ResumptionPlan {
    /// In the order of the flow.
    let taken: [String]

    init(_ flow: Flow, from name: String, steps: [StepRecord]) throws(ResumptionError) {
        guard flow.nodes.contains(where: { $0.name == name }) else {
            throw .noSuchNode(name, flow: flow.name, known: flow.nodes.map(\.name))
        }
        let again = Self.closure(of: name) { reached in
            flow.nodes.filter { node in node.needs.contains { reached.contains($0.node) } }
                .map(\.name)
        }
        let before = Self.closure(of: name) { reached in
            flow.nodes.filter { reached.contains($0.name) }.flatMap(\.needs).map(\.node)
        }.subtracting(again)
        try Self.checkApprovals(flow, again)
        let pairs = steps.map { ($0.identity.path.text, $0) }
        let records = Dictionary(pairs) { first, _ in first }
        var taken: [String] = []
        for node in flow.nodes where !again.contains(node.name) {
            // What never began, or is another kind of node now, runs as in any run.
            guard let record = records[node.name], record.identity.kind == node.recordedKind else {
                continue
            }
            if Self.isFinished(record, node) {
                // Whether a node is skipped is found out again, and costs nothing.
                if record.state != .skipped { taken.append(node.name) }
            } else if before.contains(node.name) {
                throw .unfinished(node.name, before: name)
            }
        }
        self.taken = taken
    }

    /// SECURITY: an approval was given for what was done once; what it covers is not done again without
    /// asking again.
    private static func checkApprovals(
        _ flow: Flow, _ again: Set<String>
    ) throws(ResumptionError) {
        for node in flow.nodes where !again.contains(node.name) {
            guard case .approval(let approval) = node.work,
                let covered = approval.covers.first(where: again.contains)
            else { continue }
            throw .approvalStandsBefore(node.name, covered: covered)
        }
    }

    private static func isFinished(_ record: StepRecord, _ node: Node) -> Bool {
        switch record.state {
        case .succeeded, .skipped: return true
        case .failed:
            if case .stop = node.onError { return false }
            return true
        case .running, .waiting, .cancelled: return false
        }
    }

    private static func closure(
        of name: String, _ step: (Set<String>) -> [String]
    ) -> Set<String> {
        var reached: Set = [name]
        while true {
            let next = reached.union(step(reached))
            if next == reached { return reached }
            reached = next
        }
    }
}

extension Node {
    /// The word for the node's own step in the journal.
    fileprivate var recordedKind: String { forEach == nil ? kind : "for-each" }
}
