internal import FlowModel
internal import JSONValue
internal import Journal
internal import LinuxSystem

extension RunDrive {
    /// Runs a node once for each item, so many at once, and gathers what became of them in order.
    ///
    /// `when`, `retry`, `timeout` and `on-error` hold per item. No items is success.
    func runItems(
        of node: Node, _ forEach: ForEach, in frame: FlowFrame
    ) async throws -> NodeResult {
        let identity = StepIdentity(
            path: frame.path.node(node.name), node: node.name, kind: "for-each")
        let whole = StepContext(
            node: node, frame: frame, identity: identity, scope: StepScope(frame: frame),
            record: known[identity.path])
        let begunAt = MonotonicInstant.now
        let result = try await runItems(whole, forEach)
        if whole.record?.state.isFinal != true {
            observe(whole, result.state, result.error, since: begunAt)
        }
        return result
    }

    private func runItems(
        _ whole: StepContext, _ forEach: ForEach
    ) async throws -> NodeResult {
        let (node, frame) = (whole.node, whole.frame)
        do {
            let steps = try itemSteps(whole, forEach)
            if whole.record == nil {
                started(whole, input: ["items": .integer(Int64(steps.count))])
            }
            let atOnce = max(forEach.atOnce ?? service.limits.itemsAtOnce, 1)
            let results = try await runAll(steps, atOnce: atOnce, node)
            return try await settleItems(whole, steps, results)
        } catch let ended as StepEnded {
            guard case .failed(let failure) = ended.cause else { throw CancellationError() }
            return try await failWhole(whole, failure)
        } catch is CancellationError where endsForGood(frame) {
            let result = NodeResult(state: .cancelled)
            try await settle(whole, result)
            return result
        }
    }

    private func itemSteps(
        _ whole: StepContext, _ forEach: ForEach
    ) throws(StepEnded) -> [StepContext] {
        let value = try whole.evaluate(forEach.items)
        guard let items = value.arrayValue else {
            throw StepEnded(
                "for-each", "'\(forEach.items.source)' is \(value.typeName), not a list")
        }
        var steps: [StepContext] = []
        var indexes: [String: Int] = [:]
        for (index, item) in items.enumerated() {
            var scope = whole.scope
            scope.item = item
            var step = StepContext(
                node: whole.node, frame: whole.frame, identity: whole.identity, scope: scope,
                record: nil)
            var key = String(index)
            if let template = forEach.key { key = try step.evaluate(template).keyText }
            if let other = indexes.updateValue(index, forKey: key) {
                throw StepEnded(
                    "duplicate-key", "items \(other) and \(index) have the same key '\(key)'")
            }
            let identity = StepIdentity(
                path: whole.path.item(key), node: whole.node.name, itemKey: key, itemIndex: index,
                kind: whole.node.kind)
            step = StepContext(
                node: whole.node, frame: whole.frame, identity: identity, scope: scope,
                record: known[identity.path])
            steps.append(step)
        }
        return steps
    }

    private func runAll(
        _ steps: [StepContext], atOnce: Int, _ node: Node
    ) async throws -> [StepResult?] {
        var results: [StepResult?] = steps.map { step in
            guard let record = step.record, record.state.isFinal else { return nil }
            return StepResult(record)
        }
        if results.contains(where: { stops(node, $0) }) { return results }
        var running = 0
        do {
            try await runWaiting(steps, &results, atOnce, &running)
        } catch {
            // The items that were cut off are over by now, and so are their tokens.
            for _ in 0..<running { live.giveToken() }
            throw error
        }
        return results
    }

    private func runWaiting(
        _ steps: [StepContext], _ results: inout [StepResult?], _ atOnce: Int, _ running: inout Int
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, StepResult).self) { group in
            var waiting = results.indices.filter { results[$0] == nil }[...]
            while true {
                while running < atOnce, let index = waiting.popFirst() {
                    live.takeToken()
                    running += 1
                    group.addTask { (index, try await self.runStep(steps[index])) }
                }
                guard running > 0 else { return }
                // Our token goes while we wait; that of the item that ends becomes ours.
                live.giveToken()
                let next = await group.nextResult()
                running -= 1
                guard let (index, result) = try next?.get() else { return }
                results[index] = result
                // Somebody ends the run, or the flow stops for another reason.
                if result.state == .cancelled { throw CancellationError() }
                guard stops(steps[index].node, result) else { continue }
                // The others end now, here and, since the flow ends too, everywhere in it.
                steps[index].frame.stop()
                group.cancelAll()
                while running > 0 {
                    live.giveToken()
                    let late = await group.nextResult()
                    running -= 1
                    switch late {
                    case .success((let index, let result)): results[index] = result
                    case .failure(let error) where error is CancellationError: break
                    case .failure(let error): throw error
                    case nil: return
                    }
                }
                return
            }
        }
    }

    private func stops(_ node: Node, _ result: StepResult?) -> Bool {
        guard let result, result.state == .failed, case .stop = node.onError else { return false }
        return true
    }

    private func settleItems(
        _ whole: StepContext, _ steps: [StepContext], _ results: [StepResult?]
    ) async throws -> NodeResult {
        var items: [JSON] = []
        var outputs: [JSON] = []
        for (index, step) in steps.enumerated() {
            let result = results[index] ?? StepResult(state: .cancelled)
            if result.state == .succeeded { outputs.append(result.output) }
            var object = JSONObject()
            object["item"] = step.scope.item ?? .null
            object["key"] = .string(step.identity.itemKey ?? "")
            object["index"] = .integer(Int64(index))
            object["state"] = .string(result.state.rawValue)
            object["output"] = result.output
            object["error"] = result.error?.json ?? .null
            items.append(.object(object))
        }
        let failed = results.compactMap(\.self).first { $0.state == .failed }
        var state = StepState.succeeded
        if failed != nil {
            // With `continue` the node as a whole is fine; its items tell the rest.
            switch whole.node.onError {
            case .stop, .goTo: state = .failed
            case .continueRun, .useDefault: break
            }
        }
        let result = NodeResult(
            state: state, output: .array(outputs), items: .array(items),
            error: state == .failed ? failed?.error : nil)
        // The outputs stand with the items; the whole is not stored twice.
        try await settle(whole, result)
        return result
    }

    private func failWhole(
        _ whole: StepContext, _ failure: StepFailure
    ) async throws -> NodeResult {
        var failure = failure
        failure.step = whole.path
        var result = NodeResult(state: .failed, items: .array([]), error: failure)
        if case .useDefault(let template) = whole.node.onError,
            let output = try? template.evaluate(in: whole.scope)
        {
            result.state = .succeeded
            result.output = service.journal.redaction.apply(output)
        }
        try await settle(whole, result)
        return result
    }

    private func settle(_ whole: StepContext, _ result: NodeResult) async throws {
        if whole.record?.state.isFinal ?? false { return }
        let settlement = StepSettlement(
            identity: whole.identity, state: result.state, error: result.error, at: clock.now)
        try await record([.stepSettled(settlement)])
        emit(.step(whole.identity, result.state, error: result.error, reason: nil))
    }
}
