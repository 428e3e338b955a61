package import JSONValue

/// The durable memory of runs.
///
/// What a method returned from survives the death of the process.
///
/// `Tests/JournalTests/JournalConformance` is the suite that every journal passes.
package protocol Journal: Sendable {
    /// Applied to every text before it is stored.
    var redaction: Redaction { get }

    /// Stores a run in state `queued` with the whole bytes of its bundle (each file once, however
    /// many runs share it).
    ///
    /// Throws `duplicateRun` when the name is taken.
    func createRun(_ run: NewRun) async throws(JournalError)

    /// Makes this journal the only one to drive the run, until `releaseRun` or the process ends.
    ///
    /// Throws `isDriven` while another process (or another caller here) has it.
    func claimRun(_ id: RunID) async throws(JournalError)
    func releaseRun(_ id: RunID) async

    /// Records the entries, all or none, and returns once they are durable.
    func record(_ entries: [JournalEntry], of run: RunID) async throws(JournalError)

    /// Records the entries without waiting: they are durable no later than any `record` after them.
    /// Only for facts that a resumed run finds out again. A loss is thrown by the next `record`.
    func recordLater(_ entries: [JournalEntry], of run: RunID)

    func listRuns(_ filter: RunFilter) async throws(JournalError) -> [RunRecord]
    /// Nil when there is no such run.
    func showRun(_ id: RunID) async throws(JournalError) -> RunDetail?
    func bundle(of run: RunID) async throws(JournalError) -> PinnedBundle

    /// What people have asked of the run since it was loaded.
    func control(of run: RunID) async throws(JournalError) -> RunControl
    /// Durably asks whoever drives the run to cancel it. No effect on a run that is over.
    func requestCancel(_ run: RunID) async throws(JournalError)
    /// Answers an approval. Throws `notAsked` unless it is open, `unknownChoice`, `notAllowed`.
    func decide(
        _ run: RunID, _ step: StepPath, _ decision: ApprovalDecision
    ) async throws(JournalError)
    /// Says what became of an effect in doubt. Throws `notAsked` unless the step waits for that.
    func resolve(
        _ run: RunID, _ step: StepPath, _ resolution: Resolution
    ) async throws(JournalError)

    /// Deletes runs that were over before `moment`, oldest first, and the files that no run needs any
    /// more. Returns how many runs went; fewer than `limit` means that none is left.
    func deleteRuns(endedBefore moment: Moment, limit: Int) async throws(JournalError) -> Int

    func close() async
}

/// What the driver of a run looks at from time to time.
package struct RunControl: Sendable, Hashable {
    /// Grows with each request, decision and resolution.
    package var version: Int64
    package var isCancelRequested: Bool

    package init(version: Int64, isCancelRequested: Bool) {
        self.version = version
        self.isCancelRequested = isCancelRequested
    }
}

/// Replaces secrets in what is about to be stored.
package struct Redaction: Sendable {
    private let replace: (@Sendable (String) -> String)?

    package init(_ replace: @escaping @Sendable (String) -> String) { self.replace = replace }
    private init() { replace = nil }

    /// For a host without secrets.
    package static let none = Redaction()

    package func apply(_ text: String) -> String { replace?(text) ?? text }

    /// Every string and every key, before JSON's escapes could hide what they hold.
    package func apply(_ value: JSON) -> JSON {
        guard let replace else { return value }
        return apply(value, replace)
    }

    private func apply(_ value: JSON, _ replace: (String) -> String) -> JSON {
        switch value {
        case .string(let text): return .string(replace(text))
        case .array(let elements): return .array(elements.map { apply($0, replace) })
        case .object(let object):
            var redacted = JSONObject()
            for (key, member) in object { redacted[replace(key)] = apply(member, replace) }
            return .object(redacted)
        case .null, .bool, .integer, .double, .bigNumber: return value
        }
    }
}
