import Synchronization

/// Lets at most so many in at once; the others wait in order of arrival.
final class AdmissionQueue: Sendable {
    private struct State {
        var free: Int
        var nextTicket: UInt64 = 0
        /// How many came, ever.
        var arrivals: UInt64 = 0
        var waiting: [(ticket: UInt64, resume: CheckedContinuation<Bool, Never>)] = []
        /// Cancelled before they began to wait.
        var cancelled: Set<UInt64> = []
    }

    private let state: Mutex<State>

    init(places: Int) { state = Mutex(State(free: places)) }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits for a place; false when the task is cancelled first.
    ///
    /// Every true needs one `leave`.
    ///
    /// `arrival` becomes its place in the order of all that ever came.
    func enter(noting arrival: inout UInt64) async -> Bool {
        let ticket = state.withLock { state -> UInt64? in
            state.arrivals += 1
            arrival = state.arrivals
            guard state.free == 0 else {
                state.free -= 1
                return nil
            }
            state.nextTicket += 1
            return state.nextTicket
        }
        guard let ticket else { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wait(as: ticket, resuming: $0) }
        } onCancel: {
            cancel(ticket)
        }
    }

    private func wait(as ticket: UInt64, resuming continuation: CheckedContinuation<Bool, Never>) {
        let answer = state.withLock { state -> Bool? in
            if state.cancelled.remove(ticket) != nil { return false }
            if state.free > 0 {
                state.free -= 1
                return true
            }
            state.waiting.append((ticket, continuation))
            return nil
        }
        if let answer { continuation.resume(returning: answer) }
    }

    private func cancel(_ ticket: UInt64) {
        let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else {
                state.cancelled.insert(ticket)
                return nil
            }
            return state.waiting.remove(at: index).resume
        }
        continuation?.resume(returning: false)
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().resume
        }
        next?.resume(returning: true)
    }
}
