import Journal
import Synchronization

/// A journal whose process dies at a chosen write: from then on nothing is stored any more.
///
/// What is recorded later is only written together with the next awaited write, so a death in
/// between loses it: the harshest thing that the real journal may do.
final class StoppingJournal: Journal {
    struct State {
        var writes = 0
        var isDead = false
        var later: [JournalEntry] = []
        var settled: Set<StepPath> = []
    }

    private let inner: any Journal
    private let state = Mutex(State())
    private let lastWrite: Int
    /// Whether the last write itself is still stored, its answer never seen.
    private let keepsLast: Bool

    /// Dies at write number `lastWrite`, counted from 1.
    init(_ inner: any Journal, diesAt lastWrite: Int, keepsLast: Bool) {
        self.inner = inner
        self.lastWrite = lastWrite
        self.keepsLast = keepsLast
    }

    var isDead: Bool { state.withLock { $0.isDead } }
    /// Steps whose end is durable.
    var settled: Set<StepPath> { state.withLock { $0.settled } }

    var redaction: Redaction { inner.redaction }

    private enum Fate { case lives, diesStored, dead }

    func record(_ entries: [JournalEntry], of run: RunID) async throws(JournalError) {
        let fate: Fate = state.withLock { state in
            guard !state.isDead else { return .dead }
            state.writes += 1
            let dies = state.writes >= lastWrite
            if !dies || keepsLast {
                // In the order of the calls: a step's beginning is never written after its end.
                inner.recordLater(state.later, of: run)
            }
            state.later = []
            guard dies else { return .lives }
            state.isDead = true
            return keepsLast ? .diesStored : .dead
        }
        switch fate {
        case .lives:
            try await inner.record(entries, of: run)
            remember(entries)
        case .diesStored:
            try await inner.record(entries, of: run)
            remember(entries)
            throw .store("the process is dead")
        case .dead: throw .store("the process is dead")
        }
    }

    private func remember(_ entries: [JournalEntry]) {
        state.withLock { state in
            for entry in entries {
                if case .stepSettled(let settlement) = entry {
                    state.settled.insert(settlement.identity.path)
                }
            }
        }
    }

    func recordLater(_ entries: [JournalEntry], of run: RunID) {
        state.withLock { state in if !state.isDead { state.later += entries } }
    }

    func createRun(_ run: NewRun) async throws(JournalError) { try await inner.createRun(run) }
    func claimRun(_ id: RunID) async throws(JournalError) { try await inner.claimRun(id) }
    func releaseRun(_ id: RunID) async { await inner.releaseRun(id) }
    func listRuns(_ filter: RunFilter) async throws(JournalError) -> [RunRecord] {
        try await inner.listRuns(filter)
    }
    func showRun(_ id: RunID) async throws(JournalError) -> RunDetail? {
        try await inner.showRun(id)
    }
    func bundle(of run: RunID) async throws(JournalError) -> PinnedBundle {
        try await inner.bundle(of: run)
    }
    func control(of run: RunID) async throws(JournalError) -> RunControl {
        try await inner.control(of: run)
    }
    func requestCancel(_ run: RunID) async throws(JournalError) {
        try await inner.requestCancel(run)
    }
    func decide(
        _ run: RunID, _ step: StepPath, _ decision: ApprovalDecision
    ) async throws(JournalError) {
        try await inner.decide(run, step, decision)
    }
    func resolve(
        _ run: RunID, _ step: StepPath, _ resolution: Resolution
    ) async throws(JournalError) {
        try await inner.resolve(run, step, resolution)
    }
    func deleteRuns(
        endedBefore moment: Moment, limit: Int
    ) async throws(JournalError) -> Int {
        try await inner.deleteRuns(endedBefore: moment, limit: limit)
    }
    func close() async { await inner.close() }
}
