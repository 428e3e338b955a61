internal import Synchronization

/// How many requests there may be at once, and how many of them run; the others wait in order of arrival.
final class RunGate: Sendable {
    private struct State {
        var requests = 0
        var running = 0
        var arrivals: UInt64 = 0
        var waiting: [(arrival: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Waits that were cancelled before they had begun.
        var cancelled: Set<UInt64> = []
    }

    private let mostRequests: Int
    private let places: Int
    private let state = Mutex(State())

    init(requests: Int, workers: Int) {
        mostRequests = requests
        places = workers
    }

    /// Counts a request; false when there are too many.
    ///
    /// Every counted one needs one `leave`.
    func come() -> Bool {
        state.withLock { state in
            guard state.requests < mostRequests else { return false }
            state.requests += 1
            return true
        }
    }

    func leave() { state.withLock { $0.requests -= 1 } }

    /// Those that wait for a place.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits for a place to run; false when the task is cancelled before there is one.
    ///
    /// Every place that was given needs one `stop`.
    func start() async -> Bool {
        let arrival = state.withLock { state in
            state.arrivals += 1
            return state.arrivals
        }
        let isGiven = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if state.cancelled.contains(arrival) { return false }
                    if state.running < places {
                        state.running += 1
                        return true
                    }
                    state.waiting.append((arrival, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                guard let index = state.waiting.firstIndex(where: { $0.arrival == arrival }) else {
                    state.cancelled.insert(arrival)
                    return nil as CheckedContinuation<Bool, Never>?
                }
                return state.waiting.remove(at: index).continuation
            }
            waiting?.resume(returning: false)
        }
        state.withLock { _ = $0.cancelled.remove(arrival) }
        return isGiven
    }

    /// Gives the place to whoever has waited longest.
    func stop() {
        let next = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil as CheckedContinuation<Bool, Never>?
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
