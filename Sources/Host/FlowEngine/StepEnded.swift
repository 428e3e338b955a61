internal import JSONValue
internal import Journal

/// Ends a step from the inside, with what is to be recorded together with its end.
struct StepEnded: Error {
    enum Cause {
        case failed(StepFailure)
        case cancelled
    }

    let cause: Cause
    var entries: [JournalEntry] = []

    init(_ cause: Cause, entries: [JournalEntry] = []) {
        self.cause = cause
        self.entries = entries
    }

    init(_ kind: String, _ message: String) {
        cause = .failed(StepFailure(kind: kind, message: message))
    }
}

/// The work of a step is done; its end is not recorded yet.
struct WorkDone: Sendable {
    var output: JSON
    /// Recorded in the same transaction as the step's end.
    var entries: [JournalEntry] = []
    var covered: JSON?
    /// What a person said, for an approval.
    var decision: ApprovalDecision?
}
