import Synchronization

/// Lets at most so many in at once; the others wait in order of arrival, and nobody overtakes.
final class AdmissionQueue: Sendable {
    /// Told once, with the place in the order of all that ever came: whether there is room now, or
    /// whether the wait was cancelled.
    ///
    /// Called under the queue's lock, so that what it begins is begun in that order too; it must be
    /// quick and must not call the queue.
    typealias Admission = @Sendable (_ arrival: UInt64, _ isAdmitted: Bool) -> Void

    private struct State {
        var free: Int
        var arrivals: UInt64 = 0
        var waiting: [(arrival: UInt64, admit: Admission)] = []
    }

    private let state: Mutex<State>

    init(places: Int) { state = Mutex(State(free: places)) }

    /// Every admission needs one `leave`; a wait can be cancelled by its arrival.
    func enter(_ admit: @escaping Admission) -> UInt64 {
        state.withLock { state in
            state.arrivals += 1
            let arrival = state.arrivals
            if state.free > 0 {
                state.free -= 1
                admit(arrival, true)
            } else {
                state.waiting.append((arrival, admit))
            }
            return arrival
        }
    }

    /// Ends a wait; who has been let in already is not concerned.
    func cancel(_ arrival: UInt64) {
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.arrival == arrival }) else {
                return
            }
            state.waiting.remove(at: index).admit(arrival, false)
        }
    }

    func leave() {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return
            }
            let next = state.waiting.removeFirst()
            next.admit(next.arrival, true)
        }
    }
}
