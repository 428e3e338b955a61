/// Where an approval stands.
package enum ApprovalState: String, Sendable, Hashable, CaseIterable {
    case waiting
    case decided
    /// Nobody answered in time.
    case expired
    /// Its run ended, or is asked to, before anybody answered.
    case cancelled
}

/// An approval with its place, as lists and pages show it.
package struct ApprovalListing: Sendable, Hashable {
    /// How the question is sent to people (`deliver`).
    package struct Delivery: Sendable, Hashable {
        package var state: StepState
        package var error: StepFailure?
    }

    package var run: RunID
    package var flow: String
    package var step: StepPath
    /// Who asked for the run; nil: nobody with a name.
    package var requestedBy: String?
    package var state: ApprovalState
    package var record: ApprovalRecord
    package var delivery: Delivery?
    /// Where the next page begins after this one.
    package var cursor: Int64

    /// What a decision has to repeat.
    package var hash: String { record.hash(of: run, step) }
}

/// Which approvals a list shows, newest first.
package struct ApprovalFilter: Sendable, Hashable {
    package var flow: String?
    package var states: Set<ApprovalState>
    package var run: RunID?
    /// The cursor of the last one of the page before.
    package var before: Int64?
    package var limit: Int
    /// Whether what is covered is read too; it can be large.
    package var isWhole: Bool

    package init(
        flow: String? = nil, states: Set<ApprovalState> = [.waiting], run: RunID? = nil,
        before: Int64? = nil, limit: Int = 50, isWhole: Bool = false
    ) {
        self.flow = flow
        self.states = states
        self.run = run
        self.before = before
        self.limit = limit
        self.isWhole = isWhole
    }
}
