internal import Synchronization

/// Lets so many in at once; the others wait in the order in which they came.
///
/// Waiting ends with the task: a cancelled one gets an error instead of its turn.
final class AtOnceLimit: Sendable {
    private struct Waiter {
        let identifier: UInt64
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var waiters: [Waiter] = []
        var nextIdentifier: UInt64 = 0
        /// Cancelled before they began to wait.
        var cancelled: Set<UInt64> = []
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(free: max(count, 1)))
    }

    func run<Result: Sendable>(
        _ body: @Sendable () async throws(ConnectorFailure) -> Result
    ) async throws(ConnectorFailure) -> Result {
        guard await enter() else { throw ConnectorFailure(.cancelled, "cancelled") }
        defer { leave() }
        return try await body()
    }

    private func enter() async -> Bool {
        let identifier = state.withLock { state in
            state.nextIdentifier += 1
            return state.nextIdentifier
        }
        let isIn = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.contains(identifier) || Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiters.append(Waiter(identifier: identifier, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLock { state in
                guard let place = state.waiters.firstIndex(where: { $0.identifier == identifier })
                else {
                    state.cancelled.insert(identifier)
                    return nil
                }
                return state.waiters.remove(at: place)
            }
            waiter?.continuation.resume(returning: false)
        }
        state.withLock { state in _ = state.cancelled.remove(identifier) }
        return isIn
    }

    private func leave() {
        let next: Waiter? = state.withLock { state in
            if state.waiters.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiters.removeFirst()
        }
        next?.continuation.resume(returning: true)
    }
}
