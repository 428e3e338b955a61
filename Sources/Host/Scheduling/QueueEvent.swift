package import Journal
internal import Synchronization

/// Something that the queue did, for logs and live views.
package enum QueueEvent: Sendable {
    case began(RunID, flow: String)
    /// A process left it in this state: over, or waiting.
    case left(RunID, flow: String, RunState)
    /// It could not be driven at all and was ended as failed.
    case abandoned(RunID, flow: String, reason: String)
    /// Another run was started because this one failed.
    case followed(RunID, by: RunID, flow: String)
    /// A failed run's `on-failure` flow could not be started.
    case cannotFollow(RunID, reason: String)
    case fired(flow: String, runs: Int, missed: Bool)
    case cannotFire(flow: String, reason: String)
    /// Runs that were in the midst of it when their process died.
    case recovered(Int)
    /// Nothing is started, since nothing could be written; at `until` that is tried again.
    case journalFailed(reason: String, until: Moment)
    /// The journal can be written again.
    case journalRecovered(since: Moment)
    /// Something of the journal cannot be read; it was left as it is, and the rest goes on.
    case leftDamaged(what: String, reason: String)
    case deleted(runs: Int, deliveries: Int)
    case draining
}

/// What keeps the journal from being written.
package struct QueueFault: Sendable, Hashable {
    package var fault: StoreFault
    package var since: Moment
    /// When it is tried again.
    package var retryAt: Moment

    /// SECURITY: for clients too, so it names no file.
    package var words: String {
        fault == .full
            ? "the disk of the host's journal is full" : "the host's journal cannot be written"
    }
}

/// Hands the queue's events to those who watch; who is slow loses the oldest of a thousand.
final class QueueEventHub: Sendable {
    private struct State {
        var watchers: [Int: AsyncStream<QueueEvent>.Continuation] = [:]
        var next = 0
        var isFinished = false
    }

    private let state = Mutex(State())
    private let observe: (@Sendable (QueueEvent) -> Void)?

    /// - Parameter observe: hears every event, whoever watches.
    init(_ observe: (@Sendable (QueueEvent) -> Void)?) { self.observe = observe }

    func watch() -> AsyncStream<QueueEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: QueueEvent.self, bufferingPolicy: .bufferingNewest(1000))
        let number = state.withLock { state -> Int? in
            guard !state.isFinished else { return nil }
            state.next += 1
            state.watchers[state.next] = continuation
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.watchers.removeValue(forKey: number) }
        }
        return stream
    }

    func send(_ event: QueueEvent) {
        observe?(event)
        for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.yield(event) }
    }

    func finish() {
        let watchers = state.withLock { state in
            state.isFinished = true
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.finish() }
    }
}
