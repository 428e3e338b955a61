package import JSONValue
package import Journal
internal import Synchronization

/// Something that happened to a run, for who watches it live.
///
/// The journal holds the same and more.
package struct RunEvent: Sendable {
    package enum Change: Sendable {
        case run(RunState, StepFailure?)
        case step(StepIdentity, StepState, error: StepFailure?, reason: String?)
        /// What a `respond` node answers: `{status, body}`.
        case responded(JSON)
        case attemptStarted(StepIdentity, number: Int)
        /// `outcome` is one of the six words, or `host`.
        case attemptEnded(StepIdentity, number: Int, outcome: String, error: StepFailure?)
    }

    package let run: RunID
    package let at: Moment
    package let change: Change
}

/// Hands events to those who watch.
///
/// A watcher that is slow is never lost an event: they queue up.
final class EventHub: Sendable {
    private struct Watcher {
        let run: RunID
        let continuation: AsyncStream<RunEvent>.Continuation
    }

    private struct State {
        var watchers: [Int: Watcher] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    func watch(_ run: RunID) -> AsyncStream<RunEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: RunEvent.self)
        let number = state.withLock { state in
            state.next += 1
            state.watchers[state.next] = Watcher(run: run, continuation: continuation)
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.watchers.removeValue(forKey: number) }
        }
        return stream
    }

    /// Whether building an event is worth the trouble.
    var isWatched: Bool { state.withLock { !$0.watchers.isEmpty } }

    func send(_ event: RunEvent) {
        let watchers = state.withLock { $0.watchers.values.filter { $0.run == event.run } }
        for watcher in watchers { watcher.continuation.yield(event) }
    }

    /// Ends the streams of a run that is no longer driven.
    func finish(_ run: RunID) {
        let watchers = state.withLock { $0.watchers.values.filter { $0.run == run } }
        for watcher in watchers { watcher.continuation.finish() }
    }
}
