package import FlowModel
package import JSONValue

package enum StepState: String, Sendable, Hashable, CaseIterable {
    case running
    /// For a timer, an approval or a person's word; the reason says which.
    case waiting
    case succeeded
    case failed
    case skipped
    case cancelled

    package var isFinal: Bool { self != .running && self != .waiting }
}

/// What a waiting step waits for.
package enum StepWaiting: String, Sendable, Hashable, CaseIterable {
    case timer
    case approval
    /// A person's word on whether its effect happened.
    case resolution
}

/// What a step is, whatever becomes of it.
package struct StepIdentity: Sendable, Hashable {
    package var path: StepPath
    package var node: String
    /// Of a `for-each` item.
    package var itemKey: String?
    package var itemIndex: Int?
    /// `script`, `operation`, `approval`, `choose`, `flow`, `respond`, `wait`, `set`, `for-each` or `tool`.
    package var kind: String

    package init(
        path: StepPath, node: String, itemKey: String? = nil, itemIndex: Int? = nil, kind: String
    ) {
        self.path = path
        self.node = node
        self.itemKey = itemKey
        self.itemIndex = itemIndex
        self.kind = kind
    }
}

/// Why a step or a run failed: what `nodes.X.error` reads.
package struct StepFailure: Sendable, Hashable {
    /// The exception's class, a limit's name, or a word such as `crashed`, `http-status`, `timeout`.
    package var kind: String
    package var message: String
    /// HTTP status, for connectors.
    package var status: Int?
    /// Tries that were made.
    package var attempts: Int
    /// Line of the script's own file, from 1.
    package var line: Int?
    package var traceback: String?
    /// The step that failed, for the failure of a run.
    package var step: StepPath?

    package init(
        kind: String, message: String, status: Int? = nil, attempts: Int = 0, line: Int? = nil,
        traceback: String? = nil, step: StepPath? = nil
    ) {
        self.kind = kind
        self.message = message
        self.status = status
        self.attempts = attempts
        self.line = line
        self.traceback = traceback
        self.step = step
    }
}

/// A step as the journal holds it.
package struct StepRecord: Sendable, Hashable {
    package var identity: StepIdentity
    package var state: StepState
    package var input: JSON?
    package var output: JSON?
    package var error: StepFailure?
    package var waitsFor: StepWaiting?
    /// Why it was skipped, or waits.
    package var reason: String?
    package var startedAt: Moment?
    package var endedAt: Moment?
    /// When a waiting step goes on by itself.
    package var wakesAt: Moment?
    package var attempts: [AttemptRecord]
    package var approval: ApprovalRecord?
    /// A person's word on an effect in doubt, until the step has acted on it.
    package var resolution: Resolution?
    /// The run in which it was done, when this one took it over.
    package var takenFrom: RunID?

    package init(
        identity: StepIdentity, state: StepState, input: JSON?, output: JSON?,
        error: StepFailure?, waitsFor: StepWaiting?, reason: String?, startedAt: Moment?,
        endedAt: Moment?, wakesAt: Moment?, attempts: [AttemptRecord],
        approval: ApprovalRecord?, resolution: Resolution?, takenFrom: RunID? = nil
    ) {
        self.takenFrom = takenFrom
        self.identity = identity
        self.state = state
        self.input = input
        self.output = output
        self.error = error
        self.waitsFor = waitsFor
        self.reason = reason
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.wakesAt = wakesAt
        self.attempts = attempts
        self.approval = approval
        self.resolution = resolution
    }
}

/// Which steps of a run a list shows, in the order in which they began.
package struct StepFilter: Sendable, Hashable {
    package var path: StepPath?
    package var node: String?
    package var states: Set<StepState>?
    /// Only those after this one: the last of the page before.
    package var after: StepPath?
    /// Below 0: all.
    package var limit: Int

    package init(
        path: StepPath? = nil, node: String? = nil, states: Set<StepState>? = nil,
        after: StepPath? = nil, limit: Int = 50
    ) {
        self.path = path
        self.node = node
        self.states = states
        self.after = after
        self.limit = limit
    }
}

/// One try at a step.
///
/// Without an end it was in flight when its process died.
package struct AttemptRecord: Sendable, Hashable {
    package var number: Int
    package var startedAt: Moment
    package var endedAt: Moment?
    /// One of the six words of an outcome, or `host` when the host could not begin.
    package var outcome: String?
    package var error: StepFailure?
    package var standardOutput: String
    package var standardError: String
    package var denials: [Denial]
    package var usage: Usage?
    /// What held the script, and what was given up; nil for connector steps.
    package var layers: HeldLayers?
    /// Nil for Python and for connector steps.
    package var runtime: RuntimeChoice?
    /// What finds the effect again.
    package var mark: String?

    package init(
        number: Int, startedAt: Moment, endedAt: Moment?, outcome: String?, error: StepFailure?,
        standardOutput: String, standardError: String, denials: [Denial], usage: Usage?,
        layers: HeldLayers?, runtime: RuntimeChoice? = nil, mark: String?
    ) {
        self.number = number
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outcome = outcome
        self.error = error
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.denials = denials
        self.usage = usage
        self.layers = layers
        self.runtime = runtime
        self.mark = mark
    }
}

/// What a person says about a step whose effect is in doubt.
package enum Resolution: String, Sendable, Hashable, CaseIterable {
    /// The effect happened: the step succeeds with output null.
    case done
    /// It did not: try again.
    case retry
    case fail
}
