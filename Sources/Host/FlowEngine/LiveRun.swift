internal import Journal
internal import Synchronization

/// What a waiting step is told.
enum Word: Sendable {
    case decided(ApprovalDecision)
    case resolved(Resolution)
    /// Its own time came.
    case timeIsUp
}

/// The moving parts of one driven run: who waits for a word, and whether anything can still go on.
///
/// Whoever can make progress without a word from outside holds a token. A parent gives its own away
/// while it waits for its children and takes over that of the child that ends. When the last token
/// is gone, only waiting steps are left and the run is parked.
final class LiveRun: Sendable {
    enum Signal: Sendable {
        /// Somebody may have asked something of the run.
        case control
        case noProgress
    }

    /// Why the driver ends its tasks.
    enum Ending: Sendable {
        case parked
        case cancelled
        case outOfTime
    }

    private struct Waiter {
        let continuation: CheckedContinuation<Word, any Error>
        let deadline: Moment?
    }

    private struct State {
        var tokens = 1
        var waiters: [StepPath: Waiter] = [:]
        var ending: Ending?
    }

    let signals: AsyncStream<Signal>
    private let sender: AsyncStream<Signal>.Continuation
    private let state = Mutex(State())

    init() { (signals, sender) = AsyncStream.makeStream(of: Signal.self) }

    var ending: Ending? { state.withLock { $0.ending } }
    func end(_ ending: Ending) { state.withLock { $0.ending = $0.ending ?? ending } }
    func notice() { sender.yield(.control) }
    func finish() { sender.finish() }

    func takeToken() { state.withLock { $0.tokens += 1 } }

    func giveToken() {
        let isLast = state.withLock { state in
            state.tokens -= 1
            return state.tokens == 0
        }
        if isLast { sender.yield(.noProgress) }
    }

    var canProgress: Bool { state.withLock { $0.tokens > 0 } }
    /// When the first of the waiting steps goes on by itself.
    var earliestDeadline: Moment? {
        state.withLock { $0.waiters.values.compactMap(\.deadline).min() }
    }
    var waitingPaths: [StepPath] { state.withLock { Array($0.waiters.keys) } }

    /// Waits until somebody tells `path` a word.
    ///
    /// The caller's token is given away meanwhile.
    ///
    /// `deadline` only says when the run has to be woken should it be parked.
    func waitForWord(at path: StepPath, until deadline: Moment?) async throws -> Word {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.waiters[path] = Waiter(continuation: continuation, deadline: deadline)
                    return false
                }
                if isCancelled { return continuation.resume(throwing: CancellationError()) }
                giveToken()
                // The word may have come before we waited for it.
                notice()
            }
        } onCancel: {
            resume(path, with: .failure(CancellationError()))
        }
    }

    func tell(_ path: StepPath, _ word: Word) { resume(path, with: .success(word)) }

    private func resume(_ path: StepPath, with result: Result<Word, any Error>) {
        let waiter = state.withLock { state in
            let waiter = state.waiters.removeValue(forKey: path)
            if waiter != nil { state.tokens += 1 }
            return waiter
        }
        waiter?.continuation.resume(with: result)
    }
}
