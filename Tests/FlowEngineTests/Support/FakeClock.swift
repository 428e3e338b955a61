import Journal
import Synchronization

@testable import FlowEngine

/// A clock that only tests move.
///
/// It starts at noon.
///
/// A jumping clock moves itself to the end of each sleep that is shorter than an hour; longer ones
/// (approvals, the limit of a run) last until the test moves the clock.
final class FakeClock: EngineClock {
    private struct Sleeper {
        let deadline: Moment
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Moment(milliseconds: 1_795_176_000_000)
        var next = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var slept: [Duration] = []
    }

    private let state = Mutex(State())
    private let jumps: Bool

    init(jumps: Bool = true) { self.jumps = jumps }

    var now: Moment { state.withLock { $0.now } }

    /// The sleeps so far that were shorter than an hour, in order.
    var sleeps: [Duration] { state.withLock { $0.slept } }

    func sleep(until deadline: Moment) async throws {
        let number: Int? = state.withLock { state in
            let wait = deadline - state.now
            guard wait > .zero else { return nil }
            let isShort = wait < .seconds(3600)
            if isShort { state.slept.append(wait) }
            if jumps && isShort {
                state.now = deadline
                return nil
            }
            state.next += 1
            return state.next
        }
        try Task.checkCancellation()
        guard let number else { return await Task.yield() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                add(Sleeper(deadline: deadline, continuation: continuation), number)
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number) }?
                .continuation.resume(throwing: CancellationError())
        }
    }

    private func add(_ sleeper: Sleeper, _ number: Int) {
        enum Answer { case due, cancelled, sleeps([CheckedContinuation<Void, Never>]) }
        let answer: Answer = state.withLock { state in
            if Task.isCancelled { return .cancelled }
            if sleeper.deadline <= state.now { return .due }
            state.sleepers[number] = sleeper
            let told = state.watchers.filter { $0.count <= state.sleepers.count }
            state.watchers.removeAll { $0.count <= state.sleepers.count }
            return .sleeps(told.map(\.continuation))
        }
        switch answer {
        case .due: sleeper.continuation.resume()
        case .cancelled: sleeper.continuation.resume(throwing: CancellationError())
        case .sleeps(let told): for watcher in told { watcher.resume() }
        }
    }

    /// Returns once `count` tasks sleep at the same time.
    func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now + duration
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for number in due.keys { state.sleepers.removeValue(forKey: number) }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }
}
