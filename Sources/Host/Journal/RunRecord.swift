package import JSONValue

package enum RunState: String, Sendable, Hashable, CaseIterable {
    case queued
    case running
    /// For a timer, an approval, or a person's word on a step whose effect is in doubt.
    case waiting
    case succeeded
    case failed
    case cancelled

    package var isFinal: Bool { self == .succeeded || self == .failed || self == .cancelled }
}

/// What a new run begins with.
package struct NewRun: Sendable {
    package var id: RunID
    package var flow: String
    package var tenant: String
    /// The event that started it, such as `{kind: "command"}`; flows read it as `trigger`.
    package var trigger: JSON
    /// By name.
    ///
    /// A secret input stands here as a reference or sealed, never in clear.
    package var inputs: JSON
    package var bundle: DigestedBundle
    package var createdAt: Moment
    /// How a host that serves treats it.
    package var queueing: RunQueueing
    /// What its secret inputs were given, sealed, by the input's name; gone when the run is over.
    package var sealed: [String: [UInt8]] = [:]
    /// Keeps those secrets out of what came with them; not stored.
    package var redaction = Redaction.none

    package init(
        id: RunID, flow: String, tenant: String, trigger: JSON, inputs: JSON, bundle: PinnedBundle,
        createdAt: Moment
    ) {
        self.init(
            id: id, flow: flow, tenant: tenant, trigger: trigger, inputs: inputs,
            bundle: DigestedBundle(bundle), createdAt: createdAt, queueing: RunQueueing())
    }

    package init(
        id: RunID, flow: String, tenant: String, trigger: JSON, inputs: JSON,
        bundle: DigestedBundle, createdAt: Moment, queueing: RunQueueing
    ) {
        self.id = id
        self.flow = flow
        self.tenant = tenant
        self.trigger = trigger
        self.inputs = inputs
        self.bundle = bundle
        self.createdAt = createdAt
        self.queueing = queueing
    }
}

/// When a run begins, which others it excludes, and what follows it.
package struct RunQueueing: Sendable, Hashable {
    package enum WhenBusy: String, Sendable, Hashable {
        /// It waits for the others of its group.
        case queue
        /// The others are cancelled.
        case replace
        /// It is not made.
        case skip
    }

    /// Not before this; nil: at once.
    package var readyAt: Moment?
    /// Runs of a flow with the same text exclude each other; nil: nothing is excluded.
    package var group: String?
    package var whenBusy: WhenBusy
    /// Flow of the bundle that is started when this run fails.
    package var onFailure: String?
    /// Who asked for the run, in the form of an approval's `who`; nil: nobody with a name.
    package var requestedBy: String?

    package init(
        readyAt: Moment? = nil, group: String? = nil, whenBusy: WhenBusy = .queue,
        onFailure: String? = nil, requestedBy: String? = nil
    ) {
        self.readyAt = readyAt
        self.group = group
        self.whenBusy = whenBusy
        self.onFailure = onFailure
        self.requestedBy = requestedBy
    }
}

/// A run as lists print it.
package struct RunRecord: Sendable, Hashable {
    package var id: RunID
    package var flow: String
    package var tenant: String
    package var state: RunState
    package var trigger: JSON
    package var inputs: JSON
    package var outputs: JSON?
    package var error: StepFailure?
    /// What a `respond` node answered: `{status, body}`.
    package var response: JSON?
    package var createdAt: Moment
    package var startedAt: Moment?
    package var endedAt: Moment?
    /// How long processes have driven it, without the time it was parked.
    package var activeTime: Duration
    /// When a parked run has something to do by itself.
    package var wakesAt: Moment?
    package var isCancelRequested: Bool
    /// Process that drove it last.
    package var driver: Int64?

    package init(
        id: RunID, flow: String, tenant: String, state: RunState, trigger: JSON, inputs: JSON,
        outputs: JSON?, error: StepFailure?, response: JSON?, createdAt: Moment,
        startedAt: Moment?, endedAt: Moment?, activeTime: Duration, wakesAt: Moment?,
        isCancelRequested: Bool, driver: Int64?
    ) {
        self.id = id
        self.flow = flow
        self.tenant = tenant
        self.state = state
        self.trigger = trigger
        self.inputs = inputs
        self.outputs = outputs
        self.error = error
        self.response = response
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.activeTime = activeTime
        self.wakesAt = wakesAt
        self.isCancelRequested = isCancelRequested
        self.driver = driver
    }
}

/// Everything about a run, in the order in which its steps began.
package struct RunDetail: Sendable, Hashable {
    package var run: RunRecord
    package var steps: [StepRecord]

    package init(run: RunRecord, steps: [StepRecord]) {
        self.run = run
        self.steps = steps
    }

    package func step(_ path: StepPath) -> StepRecord? { steps.first { $0.identity.path == path } }
}

/// Which runs a list shows, newest first.
package struct RunFilter: Sendable, Hashable {
    package var flow: String?
    package var states: Set<RunState>?
    /// Only runs whose name begins so; a person need not type all of it.
    package var prefix: String?
    /// Only runs older than this one: the last of the page before.
    package var before: RunID?
    /// Only runs that were made then or later.
    package var since: Moment?
    /// Only runs that were made before then.
    package var until: Moment?
    /// Only runs whose trigger is of that kind, such as `webhook`.
    package var trigger: String?
    package var limit: Int

    package init(
        flow: String? = nil, states: Set<RunState>? = nil, prefix: String? = nil,
        before: RunID? = nil, since: Moment? = nil, until: Moment? = nil, trigger: String? = nil,
        limit: Int = 50
    ) {
        self.flow = flow
        self.since = since
        self.until = until
        self.trigger = trigger
        self.states = states
        self.prefix = prefix
        self.before = before
        self.limit = limit
    }
}
