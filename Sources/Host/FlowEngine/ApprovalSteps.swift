internal import FlowModel
internal import JSONValue
internal import Journal

/// A question to people: asked, sent to them, and waited for.
extension RunDrive {
    func ask(_ approval: ApprovalNode, _ step: StepContext) async throws -> WorkDone {
        var asked = step.record?.approval
        if asked == nil {
            let question = try await self.question(approval, step)
            try await record([
                .stepWaits(
                    step.identity, for: .approval, reason: question.ask,
                    until: question.expiresAt, at: clock.now),
                .approvalAsked(path: step.path, question),
            ])
            emit(.step(step.identity, .waiting, error: nil, reason: question.ask))
            asked = question
        }
        guard let asked else { throw CancellationError() }
        let delivery = delivery(of: asked, approval, step)
        var decision = asked.decision
        var isDelivered = delivery?.record?.state.isFinal ?? false
        if decision == nil {
            let word: Word
            (word, isDelivered) = try await hear(asked, isDelivered ? nil : delivery, step)
            if case .decided(let decided) = word { decision = decided }
        }
        let final = decision ?? ApprovalDecision(choice: "expired", by: "", at: clock.now)
        var done = WorkDone(
            output: final.output, covered: service.journal.redaction.apply(asked.covered),
            decision: decision)
        if let delivery, !isDelivered, delivery.record != nil || asked.decision == nil {
            // Nobody needs the message any more.
            done.entries = [
                .stepSettled(
                    StepSettlement(
                        identity: delivery.identity, state: .cancelled,
                        reason: "the question was answered, or expired, before", at: clock.now))
            ]
        }
        return done
    }

    /// The word that the step waits for, and whether its question has been sent, well or not.
    ///
    /// - Parameter delivery: nil: there is nothing to send any more.
    private func hear(
        _ asked: ApprovalRecord, _ delivery: StepContext?, _ step: StepContext
    ) async throws -> (Word, isDelivered: Bool) {
        guard let delivery else {
            return (try await word(at: step.path, until: asked.expiresAt), true)
        }
        // The delivery goes on without a word from outside, so it has a token of its own.
        live.takeToken()
        return try await withThrowingTaskGroup(of: Word?.self) { group in
            group.addTask {
                defer { self.live.giveToken() }
                // A failure is the delivery's own: the question waits as before.
                _ = try await self.runStep(delivery)
                return nil
            }
            group.addTask { try await self.word(at: step.path, until: asked.expiresAt) }
            var isDelivered = false
            var word: Word?
            while let next = await group.nextResult() {
                switch next {
                case .success(nil): isDelivered = true
                case .success(let said?):
                    word = said
                    group.cancelAll()
                case .failure(let error):
                    guard word != nil, error is CancellationError else { throw error }
                }
            }
            guard let word else { throw CancellationError() }
            return (word, isDelivered)
        }
    }

    /// The step that sends the question to people: `NODE/deliver`, an operation like any other.
    ///
    /// SECURITY: its mark names the run, unlike that of `once`: another run asks another question.
    private func delivery(
        of asked: ApprovalRecord, _ approval: ApprovalNode, _ step: StepContext
    ) -> StepContext? {
        guard let operation = approval.deliver, let address = service.settings.approvalAddress
        else { return nil }
        let path = step.path.node("deliver")
        let node = Node(
            name: step.node.name, work: .operation(operation),
            retry: RetryRule(times: 8, wait: .seconds(2), on: nil), timeout: .seconds(60),
            onError: .continueRun, once: .literal(.string("\(run.id) \(step.path)")),
            location: step.node.location)
        var scope = step.scope
        scope.approval = [
            "url": .string(address(run.id, step.path)), "ask": .string(asked.ask),
            "choices": asked.choices, "who": .array(asked.who.map(JSON.string)),
            "risk": .string(asked.risk.rawValue),
            "expires": asked.expiresAt.map { .string($0.description) } ?? .null,
        ]
        return StepContext(
            node: node, frame: step.frame,
            identity: StepIdentity(path: path, node: step.node.name, kind: node.kind),
            scope: scope, record: known[path])
    }

    private func question(
        _ approval: ApprovalNode, _ step: StepContext
    ) async throws -> ApprovalRecord {
        var choices = JSONObject()
        for (name, label) in approval.choices { choices[name] = .string(label) }
        var covered = JSONObject()
        var operations = JSONObject()
        var risk = OperationRisk.low
        for node in step.frame.flow.nodes where approval.covers.contains(node.name) {
            guard case .operation(let operation) = node.work else { continue }
            let arguments = try step.evaluate(operation.arguments)
            covered[node.name] = arguments
            let work = OperationWork(
                operation: operation.operation, connection: operation.connection,
                arguments: arguments)
            let attempt = StepAttempt(
                run: run.id.text, flow: step.frame.flow.name, node: node.name, itemKey: nil,
                number: 1, tenant: run.tenant, timeout: nil, work: .operation(work))
            let own = await service.executors.operations.risk(of: attempt)
            risk = max(risk, own)
            operations[node.name] = [
                "operation": .string(operation.operation),
                "connection": operation.connection.map(JSON.string) ?? .null,
                "risk": .string(own.rawValue),
            ]
        }
        return ApprovalRecord(
            ask: try step.evaluate(approval.ask).keyText, choices: .object(choices),
            who: approval.who, approves: approval.approves, risk: risk,
            covered: .object(covered), operations: .object(operations), askedAt: clock.now,
            expiresAt: approval.expires.map { clock.now + $0 })
    }
}
