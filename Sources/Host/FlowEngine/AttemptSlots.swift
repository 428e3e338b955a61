internal import Synchronization

/// Lets so many attempts be under way at once, fairly: a free place goes to the flow that has the
/// fewest, and within a flow to who came first.
///
/// A flow that has no place need not wait for the end of others' long attempts: it gets one beyond the
/// count, as long as there are such places.
final class AttemptSlots: Sendable {
    private typealias Continuation = CheckedContinuation<Void, any Error>

    private struct Waiter {
        let number: Int
        let continuation: Continuation
    }

    private struct State {
        /// Below zero while newcomers have places beyond the count.
        var free: Int
        var used: [String: Int] = [:]
        var waiting: [String: [Waiter]] = [:]
        var next = 0

        mutating func take(_ flow: String) {
            free -= 1
            used[flow, default: 0] += 1
        }
    }

    private let state: Mutex<State>
    private let forNewcomers: Int

    /// - Parameter forNewcomers: places beyond the count, each for a flow that has none.
    init(_ count: Int, forNewcomers: Int = 0) {
        state = Mutex(State(free: max(count, 1)))
        self.forNewcomers = max(forNewcomers, 0)
    }

    func use<Answer: Sendable>(
        for flow: String, _ body: () async throws -> Answer
    ) async throws -> Answer {
        try await take(flow)
        defer { give(flow) }
        return try await body()
    }

    private func take(_ flow: String) async throws {
        let number: Int? = state.withLock { state in
            if canTake(flow, state) {
                state.take(flow)
                return nil
            }
            state.next += 1
            return state.next
        }
        guard let number else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(flow, Waiter(number: number, continuation: continuation))
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let place = state.waiting[flow]?.firstIndex(where: { $0.number == number })
                else { return nil }
                return state.waiting[flow]?.remove(at: place)
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    private func canTake(_ flow: String, _ state: State) -> Bool {
        state.free > 0 || state.used[flow] == nil && state.free > -forNewcomers
    }

    private func enqueue(_ flow: String, _ waiter: Waiter) {
        enum Answer {
            case taken, cancelled, waits
        }
        let answer: Answer = state.withLock { state in
            if Task.isCancelled { return .cancelled }
            // A place may have become free between the two looks.
            if canTake(flow, state) {
                state.take(flow)
                return .taken
            }
            state.waiting[flow, default: []].append(waiter)
            return .waits
        }
        switch answer {
        case .taken: waiter.continuation.resume()
        case .cancelled: waiter.continuation.resume(throwing: CancellationError())
        case .waits: break
        }
    }

    private func give(_ flow: String) {
        let next = state.withLock { state -> Waiter? in
            state.free += 1
            let left = state.used[flow, default: 1] - 1
            state.used[flow] = left > 0 ? left : nil
            let candidates = state.waiting.filter { name, queue in
                !queue.isEmpty && canTake(name, state)
            }
            let neediest = candidates.min { left, right in
                let (first, second) = (
                    state.used[left.key, default: 0], state.used[right.key, default: 0]
                )
                return first == second
                    ? left.value[0].number < right.value[0].number : first < second
            }
            guard let name = neediest?.key, let waiter = state.waiting[name]?.removeFirst() else {
                return nil
            }
            if state.waiting[name]?.isEmpty ?? false { state.waiting[name] = nil }
            state.take(name)
            return waiter
        }
        next?.continuation.resume()
    }
}
