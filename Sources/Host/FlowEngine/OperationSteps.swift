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
}
