package import FlowModel
package import JSONValue
package import Journal

/// A flow with all that its runs are pinned to: makes new runs of it, whatever starts them.
package struct ServedFlow: Sendable {
    package let flow: Flow
    package let bundle: DigestedBundle
    package let tenant: String
    private let sealing: (any SecretSealing)?

    package init(
        flow: Flow, bundle: DigestedBundle, tenant: String,
        sealing: (any SecretSealing)? = nil
    ) {
        self.flow = flow
        self.bundle = bundle
        self.tenant = tenant
        self.sealing = sealing
    }

    /// A run in state `queued`, not in any journal yet.
    ///
    /// Throws every fault of the inputs at once (`InputFaults`), and `ExpressionError` when the
    /// group of `concurrency` cannot be evaluated.
    ///
    /// - Parameter requestedBy: who asked for it, in the form of an approval's `who`.
    package func newRun(
        _ id: RunID, trigger: JSON, inputs: JSONObject, at moment: Moment,
        requestedBy: String? = nil
    ) throws -> NewRun {
        let admission = InputAdmission(flow: flow, sealing: sealing, giver: .anybody)
        let admitted = try admission.admit(inputs, of: id)
        let event = admitted.redaction.apply(trigger)
        var queueing = RunQueueing(onFailure: flow.onFailure, requestedBy: requestedBy)
        if let rule = flow.concurrency {
            let scope = GroupScope(
                inputs: admitted.inputs, trigger: event,
                vars: bundle.pinned.settings["vars"] ?? .null)
            queueing.group = try rule.group.evaluate(in: scope).keyText
            queueing.whenBusy = RunQueueing.WhenBusy(rawValue: rule.whenBusy) ?? .queue
            queueing.readyAt = rule.settle.map { moment + $0 }
        }
        // What follows a failure has nothing that follows its own, or two flows could go on for ever.
        if trigger["kind"]?.stringValue == FailureTrigger.kind { queueing.onFailure = nil }
        var run = NewRun(
            id: id, flow: flow.name, tenant: tenant, trigger: event, inputs: admitted.inputs,
            bundle: bundle, createdAt: moment, queueing: queueing)
        run.sealed = admitted.sealed
        run.redaction = admitted.redaction
        return run
    }

    private struct GroupScope: ExpressionScope {
        let inputs: JSON
        let trigger: JSON
        let vars: JSON

        func value(of root: String) -> JSON? {
            switch root {
            case "inputs": inputs
            case "trigger": trigger
            case "vars": vars
            default: nil
            }
        }

        func node(_ name: String) -> JSON? { nil }
    }
}

/// What starts a flow that another names under `on-failure`.
enum FailureTrigger {
    static let kind = "failure"

    /// What is known of the failed run, by the names under which the flow may declare inputs.
    static func values(of run: RunRecord) -> JSONObject {
        var values = JSONObject()
        values["flow"] = .string(run.flow)
        values["run"] = .string(run.id.text)
        values["error"] = run.error?.json ?? .null
        values["message"] = .string(run.error?.message ?? "")
        values["inputs"] = run.inputs
        return values
    }

    /// The inputs that the flow declares of those values, each as its type demands.
    static func inputs(of flow: Flow, for run: RunRecord) -> JSONObject {
        let values = values(of: run)
        var inputs = JSONObject()
        for input in flow.inputs where input.type != .secret {
            guard let value = values[input.name] else { continue }
            inputs[input.name] =
                input.type == .string ? .string(value.stringValue ?? value.text) : value
        }
        return inputs
    }
}
