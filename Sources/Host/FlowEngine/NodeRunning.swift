internal import FlowModel
internal import JSONValue
internal import Journal

/// How a flow, the main one or a sub-flow, ended.
enum FrameEnd: Sendable {
    case finished(JSON)
    case failed(StepFailure)
}

extension RunDrive {
    /// Runs the nodes of a flow, each as soon as all it needs is settled, and evaluates its outputs.
    func runNodes(of frame: FlowFrame) async throws -> FrameEnd {
        var running = 0
        do {
            return try await runNodes(of: frame, running: &running)
        } catch {
            // The nodes that were cut off are over by now, and so are their tokens.
            for _ in 0..<running { live.giveToken() }
            throw error
        }
    }

    private func runNodes(of frame: FlowFrame, running: inout Int) async throws -> FrameEnd {
        try await withThrowingTaskGroup(of: SettledNode.self) { group in
            var schedule = NodeSchedule(frame.flow)
            while true {
                while let node = schedule.nextReady() {
                    if let result = settleAtOnce(node, in: frame) {
                        if let failure = stopping(node, result) {
                            return try await stop(frame, failure, &group, running: &running)
                        }
                        schedule.settle(node)
                        continue
                    }
                    live.takeToken()
                    running += 1
                    group.addTask {
                        SettledNode(node: node, result: try await self.run(node, in: frame))
                    }
                }
                guard running > 0 else { return try end(of: frame) }
                // Our token goes while we wait; that of the node that ends becomes ours.
                live.giveToken()
                let next = await group.nextResult()
                running -= 1
                guard let settled = try next?.get() else { return try end(of: frame) }
                // Somebody ends the run, or the flow around this one stops.
                if settled.result.state == .cancelled { throw CancellationError() }
                frame.settle(settled.node.name, settled.result)
                if let failure = stopping(settled.node, settled.result) {
                    return try await stop(frame, failure, &group, running: &running)
                }
                schedule.settle(settled.node)
            }
        }
    }

    private struct SettledNode: Sendable {
        let node: Node
        let result: NodeResult
    }

    /// Settles a node that is skipped or that the journal knows the end of; nil: it has to run.
    private func settleAtOnce(_ node: Node, in frame: FlowFrame) -> NodeResult? {
        let path = frame.path.node(node.name)
        if case .skipped(let reason) = NodeGate(node, results: frame.result(of:)) {
            let identity = StepIdentity(path: path, node: node.name, kind: node.kind)
            skip(identity, because: reason)
            let result = NodeResult(state: .skipped)
            frame.settle(node.name, result)
            return result
        }
        guard node.forEach == nil, let record = known[path], record.state.isFinal else {
            return nil
        }
        let result = nodeResult(of: node, StepResult(record))
        frame.settle(node.name, result)
        return result
    }

    private func run(_ node: Node, in frame: FlowFrame) async throws -> NodeResult {
        if let forEach = node.forEach {
            return try await runItems(of: node, forEach, in: frame)
        }
        let path = frame.path.node(node.name)
        let step = StepContext(
            node: node, frame: frame,
            identity: StepIdentity(path: path, node: node.name, kind: node.kind),
            scope: StepScope(frame: frame), record: known[path])
        return nodeResult(of: node, try await runStep(step))
    }

    private func nodeResult(of node: Node, _ step: StepResult) -> NodeResult {
        var hasNoItems = false
        if case .script(let script) = node.work, script.style == .n8n {
            hasNoItems = step.output.arrayValue?.isEmpty ?? false
        }
        return NodeResult(
            state: step.state, output: step.output, error: step.error, hasNoItems: hasNoItems,
            covered: step.covered, decision: step.decision)
    }

    /// The failure that ends the flow, if this is one.
    private func stopping(_ node: Node, _ result: NodeResult) -> StepFailure? {
        guard result.state == .failed, case .stop = node.onError else { return nil }
        return result.error ?? StepFailure(kind: "failed", message: "node '\(node.name)' failed")
    }

    /// Cancels what still runs and waits for its end.
    private func stop(
        _ frame: FlowFrame, _ failure: StepFailure,
        _ group: inout ThrowingTaskGroup<SettledNode, any Error>, running: inout Int
    ) async throws -> FrameEnd {
        frame.stop()
        group.cancelAll()
        while running > 0 {
            live.giveToken()
            let result = await group.nextResult()
            running -= 1
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
        return .failed(failure)
    }

    private func end(of frame: FlowFrame) throws -> FrameEnd {
        var outputs = JSONObject()
        for (name, template) in frame.flow.outputs {
            do throws(ExpressionError) {
                outputs[name] = try template.evaluate(in: StepScope(frame: frame))
            } catch {
                return .failed(
                    StepFailure(kind: "expression", message: "output '\(name)': \(error)"))
            }
        }
        return .finished(.object(outputs))
    }

    /// Skipping needs no flush: a resumed run finds out again that it skips.
    func skip(_ identity: StepIdentity, because reason: String) {
        guard known[identity.path]?.state != .skipped else { return }
        let settlement = StepSettlement(
            identity: identity, state: .skipped, reason: reason, at: clock.now)
        recordLater([.stepSettled(settlement)])
        emit(.step(identity, .skipped, error: nil, reason: reason))
    }
}

/// Which nodes are ready: those whose needs are all settled, in the order of the file.
struct NodeSchedule {
    private let nodes: [Node]
    private var missing: [Int]
    private var readers: [String: [Int]] = [:]
    private var ready: [Int]
    private var taken = 0

    init(_ flow: Flow) {
        nodes = flow.nodes
        let names = Set(flow.nodes.map(\.name))
        missing = flow.nodes.map { node in
            Set(node.needs.map(\.node)).intersection(names).subtracting([node.name]).count
        }
        ready = []
        for (index, node) in flow.nodes.enumerated() {
            if missing[index] == 0 { ready.append(index) }
            for name in Set(node.needs.map(\.node)) where name != node.name {
                readers[name, default: []].append(index)
            }
        }
    }

    mutating func nextReady() -> Node? {
        guard taken < ready.count else { return nil }
        defer { taken += 1 }
        return nodes[ready[taken]]
    }

    mutating func settle(_ node: Node) {
        for index in readers[node.name] ?? [] {
            missing[index] -= 1
            if missing[index] == 0 { ready.append(index) }
        }
    }
}
