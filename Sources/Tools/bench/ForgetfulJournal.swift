internal import JSONValue
internal import Journal
internal import Synchronization

/// A journal that keeps one run and forgets its steps at once: what is left is the engine's own cost.
final class ForgetfulJournal: Journal {
    private struct State {
        var new: NewRun?
        var settlement: RunSettlement?
    }

    private let state = Mutex(State())

    var redaction: Redaction { .none }

    func createRun(_ run: NewRun) async throws(JournalError) { state.withLock { $0.new = run } }
    func claimRun(_ id: RunID) async throws(JournalError) {}
    func releaseRun(_ id: RunID) async {}

    func record(_ entries: [JournalEntry], of run: RunID) async throws(JournalError) {
        for case .runSettled(let settlement) in entries {
            state.withLock { $0.settlement = settlement }
        }
    }

    func recordLater(_ entries: [JournalEntry], of run: RunID) {}

    func listRuns(_ filter: RunFilter) async throws(JournalError) -> [RunRecord] { [] }

    func showRun(_ id: RunID) async throws(JournalError) -> RunDetail? {
        let (new, settlement) = state.withLock { ($0.new, $0.settlement) }
        guard let new else { return nil }
        let run = RunRecord(
            id: id, flow: new.flow, tenant: new.tenant, state: settlement?.state ?? .queued,
            trigger: new.trigger, inputs: new.inputs, outputs: settlement?.outputs,
            error: settlement?.error, response: nil, createdAt: new.createdAt, startedAt: nil,
            endedAt: nil, activeTime: .zero, wakesAt: nil, isCancelRequested: false, driver: nil)
        return RunDetail(run: run, steps: [])
    }

    func bundle(of run: RunID) async throws(JournalError) -> PinnedBundle {
        guard let new = state.withLock({ $0.new }) else { throw .noSuchRun(run) }
        return new.bundle.pinned
    }

    func control(of run: RunID) async throws(JournalError) -> RunControl {
        RunControl(version: 0, isCancelRequested: false)
    }
    func requestCancel(_ run: RunID) async throws(JournalError) {}
    func decide(
        _ run: RunID, _ step: StepPath, _ decision: ApprovalDecision
    ) async throws(JournalError) {}
    func resolve(
        _ run: RunID, _ step: StepPath, _ resolution: Resolution
    ) async throws(JournalError) {}
    func deleteRuns(
        endedBefore moment: Moment, limit: Int
    ) async throws(JournalError) -> Int { 0 }
    func close() async {}
}
