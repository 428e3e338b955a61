package import FlowModel
package import JSONValue

/// One fact about a run that the engine records.
package enum JournalEntry: Sendable {
    case runStarted(at: Moment, driver: Int64)
    case runSettled(RunSettlement)
    /// Of several, the first counts.
    case runResponded(JSON)
    /// A step begins or goes on; its state becomes `running`.
    case stepStarted(StepIdentity, input: JSON?, at: Moment)
    case attemptStarted(path: StepPath, number: Int, mark: String?, at: Moment)
    case attemptEnded(AttemptEnding)
    case stepWaits(StepIdentity, for: StepWaiting, reason: String, until: Moment?, at: Moment)
    case approvalAsked(path: StepPath, ApprovalRecord)
    /// A step is over, or was never begun (`skipped`).
    case stepSettled(StepSettlement)
}

/// The state that a run is left in by the process that drove it.
package struct RunSettlement: Sendable {
    package var state: RunState
    package var outputs: JSON?
    package var error: StepFailure?
    /// For `waiting`.
    package var wakesAt: Moment?
    /// How long this process drove it.
    package var activeTime: Duration
    package var at: Moment

    package init(
        state: RunState, outputs: JSON? = nil, error: StepFailure? = nil, wakesAt: Moment? = nil,
        activeTime: Duration, at: Moment
    ) {
        self.state = state
        self.outputs = outputs
        self.error = error
        self.wakesAt = wakesAt
        self.activeTime = activeTime
        self.at = at
    }
}

package struct AttemptEnding: Sendable {
    package var path: StepPath
    package var number: Int
    /// One of the six words of an outcome, or `host` when the host could not begin.
    package var outcome: String
    package var error: StepFailure?
    package var standardOutput: String
    package var standardError: String
    package var denials: [Denial]
    package var usage: Usage?
    package var layers: HeldLayers?
    package var runtime: RuntimeChoice?
    package var at: Moment

    package init(
        path: StepPath, number: Int, outcome: String, error: StepFailure? = nil,
        standardOutput: String = "", standardError: String = "", denials: [Denial] = [],
        usage: Usage? = nil, layers: HeldLayers? = nil, runtime: RuntimeChoice? = nil,
        at: Moment
    ) {
        self.path = path
        self.number = number
        self.outcome = outcome
        self.error = error
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.denials = denials
        self.usage = usage
        self.layers = layers
        self.runtime = runtime
        self.at = at
    }
}

package struct StepSettlement: Sendable {
    package var identity: StepIdentity
    package var state: StepState
    package var output: JSON?
    package var error: StepFailure?
    package var reason: String?
    package var at: Moment

    package init(
        identity: StepIdentity, state: StepState, output: JSON? = nil, error: StepFailure? = nil,
        reason: String? = nil, at: Moment
    ) {
        self.identity = identity
        self.state = state
        self.output = output
        self.error = error
        self.reason = reason
        self.at = at
    }
}
