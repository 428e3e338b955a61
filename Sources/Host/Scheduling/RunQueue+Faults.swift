internal import FlowEngine
internal import Journal
internal import Synchronization

/// A journal that cannot be written, for a full disk say: the queue rests, tries, and goes on by itself.
extension RunQueue {
    /// What keeps the journal from being written; nil: it can be, as far as anybody knows.
    package var fault: QueueFault? { state.withLock { $0.fault } }

    /// Something could not be written or read: nothing begins until the journal can be written again,
    /// which is tried after a while, and then after a longer one.
    package func noticeFailure(_ error: any Error) {
        guard !Task.isCancelled else { return }
        let now = clock.now
        let retryAt = state.withLock { state -> Moment? in
            // Those that were under way when it began are no news.
            if let fault = state.fault, fault.retryAt > now { return nil }
            state.failuresInARow += 1
            let retryAt = now + .seconds(min(1 << min(state.failuresInARow - 1, 4), 10))
            state.fault = QueueFault(
                fault: (error as? JournalError)?.storeFault ?? .other,
                since: state.fault?.since ?? now, retryAt: retryAt)
            return retryAt
        }
        guard let retryAt else { return }
        // The runs that were cut off stand there as if their process had died.
        lastDuties.withLock { $0.orphans = nil }
        hub.send(.journalFailed(reason: "\(error)", until: retryAt))
    }

    /// Whether the journal can be written, found out by writing to it where it failed before.
    func isWritable(at now: Moment) async -> Bool {
        guard let fault = state.withLock({ $0.fault }) else { return true }
        guard fault.retryAt <= now else { return false }
        do {
            try await journal.probe()
        } catch {
            noticeFailure(error)
            return false
        }
        state.withLock { $0.fault = nil }
        hub.send(.journalRecovered(since: fault.since))
        return true
    }
}
