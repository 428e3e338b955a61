internal import Synchronization

/// Lets so many attempts be under way at once; the others wait in the order in which they came.
final class AttemptSlots: Sendable {
    private struct State {
        var free: Int
        var queue: [(number: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        var next = 0
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: max(count, 1))) }

    func use<Answer: Sendable>(_ body: () async throws -> Answer) async throws -> Answer {
        try await take()
        defer { give() }
        return try await body()
    }

    private func take() async throws {
        let number: Int? = state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            state.next += 1
            return state.next
        }
        guard let number else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(number, continuation)
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.queue.firstIndex { $0.number == number }.map { state.queue.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    private func enqueue(_ number: Int, _ continuation: CheckedContinuation<Void, any Error>) {
        enum Answer {
            case taken, cancelled, waits
        }
        let answer: Answer = state.withLock { state in
            if Task.isCancelled { return .cancelled }
            // A slot may have become free between the two looks.
            if state.free > 0 {
                state.free -= 1
                return .taken
            }
            state.queue.append((number, continuation))
            return .waits
        }
        switch answer {
        case .taken: continuation.resume()
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .waits: break
        }
    }

    private func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard !state.queue.isEmpty else {
                state.free += 1
                return nil
            }
            return state.queue.removeFirst().continuation
        }
        next?.resume()
    }
}
