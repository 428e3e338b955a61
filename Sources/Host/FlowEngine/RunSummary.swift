package import JSONValue
package import Journal

/// How a run stands when its driver leaves it.
package struct RunSummary: Sendable {
    package var run: RunRecord
    /// Steps by state.
    package var steps: [StepState: Int]
    /// What a waiting run waits for.
    package var waiting: [StepRecord]

    init(_ detail: RunDetail) {
        run = detail.run
        steps = [:]
        for step in detail.steps { steps[step.state, default: 0] += 1 }
        waiting = detail.steps.filter { $0.state == .waiting }
    }
}

/// What a new run is made from.
package struct RunRequest: Sendable {
    package var bundle: PinnedBundle
    package var tenant: String
    /// By name, as the trigger or the caller gave them.
    package var inputs: JSONObject
    package var trigger: JSON

    package init(bundle: PinnedBundle, tenant: String, inputs: JSONObject, trigger: JSON) {
        self.bundle = bundle
        self.tenant = tenant
        self.inputs = inputs
        self.trigger = trigger
    }
}
