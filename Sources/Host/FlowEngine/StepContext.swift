internal import FlowModel
internal import JSONValue
internal import Journal

/// One step that is about to run: a node, or one item of it, in its flow.
struct StepContext: Sendable {
    let node: Node
    let frame: FlowFrame
    let identity: StepIdentity
    var scope: StepScope
    /// What the journal knew when this drive began.
    let record: StepRecord?

    var path: StepPath { identity.path }

    /// The value of a template.
    ///
    /// What cannot be evaluated fails the step.
    func evaluate(_ template: Template) throws(StepEnded) -> JSON {
        do throws(ExpressionError) {
            return try template.evaluate(in: scope)
        } catch {
            throw expressionFault(error)
        }
    }

    func evaluate(_ expression: Expression) throws(StepEnded) -> JSON {
        do throws(ExpressionError) {
            return try expression.evaluate(in: scope)
        } catch {
            throw expressionFault(error)
        }
    }

    func holds(_ condition: Expression) throws(StepEnded) -> Bool {
        do throws(ExpressionError) {
            return try condition.isTrue(in: scope)
        } catch {
            throw expressionFault(error)
        }
    }

    private func expressionFault(_ error: ExpressionError) -> StepEnded {
        StepEnded("expression", "\(frame.pinned.folder)/flow.yaml:\(error)")
    }
}

extension Node {
    /// The word for its work in journals and lists.
    var kind: String { work.kind }
}

extension NodeWork {
    var kind: String {
        switch self {
        case .script: "script"
        case .operation: "operation"
        case .approval: "approval"
        case .choose: "choose"
        case .subflow: "flow"
        case .respond: "respond"
        case .wait: "wait"
        case .set: "set"
        }
    }
}

extension JSON {
    /// A value as a key or a mark writes it: text as it is, all else as compact JSON.
    var keyText: String { stringValue ?? text }
}

extension StepResult {
    init(_ record: StepRecord) {
        self.init(
            state: record.state, output: record.output ?? .null, error: record.error,
            covered: record.approval?.covered, decision: record.approval?.decision)
    }
}
