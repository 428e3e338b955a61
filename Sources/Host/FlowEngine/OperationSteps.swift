internal import FlowModel
internal import JSONValue
internal import Journal

extension RunDrive {
    func runOperation(_ operation: OperationNode, _ step: StepContext) async throws -> WorkDone {
        let arguments = try step.evaluate(operation.arguments)
        let approval = try approval(of: arguments, step)
        let mark = try step.node.once.map { once in
            service.settings.makeMark(
                MarkSubject(
                    flow: step.frame.flow.name, node: step.node.name,
                    itemKey: step.identity.itemKey, once: try step.evaluate(once).keyText))
        }
        let work = OperationWork(
            operation: operation.operation, connection: operation.connection, arguments: arguments,
            mark: mark, tools: operation.tools.map(\.description),
            toolRounds: operation.toolRounds, toolTokens: operation.toolTokens)
        // An operation that nobody described is taken to write.
        let reads = service.operations[operation.operation]?.effect == .read
        var plan = AttemptPlan(
            input: arguments, mark: mark, recovery: reads ? .runAgain : .lookUp,
            grace: .seconds(2), work: .operation(work), approval: approval)
        if !operation.tools.isEmpty {
            plan.callTool = { try await self.callTool($0, of: operation.tools, step) }
        }
        return try await runAttempts(step, plan)
    }

    /// A person's word for exactly these arguments; nil when nobody gave it.
    ///
    /// SECURITY: what an approval covers is sent exactly as it was approved, or not at all. Only a
    /// decision that stands in the journal counts, never what the flow makes of it.
    private func approval(
        of arguments: JSON, _ step: StepContext
    ) throws(StepEnded) -> StepApproval? {
        guard step.identity.itemKey == nil else { return nil }
        var word: StepApproval?
        for name in step.frame.approvalsCovering[step.node.name] ?? [] {
            guard let result = step.frame.result(of: name),
                let covered = result.covered?[step.node.name]
            else { continue }
            if service.journal.redaction.apply(arguments) != covered {
                throw StepEnded(
                    "approval-void",
                    "its arguments are no longer those that '\(name)' was asked about")
            }
            guard let decision = result.decision,
                let node = step.frame.flow.nodes.first(where: { $0.name == name }),
                case .approval(let approval) = node.work,
                approval.approves.contains(decision.choice)
            else { continue }
            word = StepApproval(node: name, by: decision.by, choice: decision.choice)
        }
        return word
    }

    // MARK: Approvals

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
        var decision = asked?.decision
        if decision == nil {
            switch try await word(at: step.path, until: asked?.expiresAt) {
            case .decided(let decided): decision = decided
            case .timeIsUp, .resolved: break
            }
        }
        let final = decision ?? ApprovalDecision(choice: "expired", by: "", at: clock.now)
        return WorkDone(
            output: final.output, covered: service.journal.redaction.apply(asked?.covered ?? .null),
            decision: decision)
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
