internal import FlowEngine
internal import Journal
internal import LinuxSystem
internal import Synchronization

/// Looks at a run whenever something happened to it.
struct RunWatch: Sendable {
    let backend: any WorkflowBackend
    let run: RunID

    /// A run that another process drives tells nothing, so it is looked at from time to time.
    private static let longestLook = Duration.seconds(2)
    private static let tick = Duration.seconds(1)
    /// Reading a run takes at most this part of the time: the journal is for everybody.
    private static let restAfterReading = 3

    /// Calls `look` at once and whenever the run may have changed, until it says that it has seen all;
    /// `tick` is called about every second.
    ///
    /// Ends with `CancellationError` when the client goes away; the run goes on.
    func follow(
        look: () async throws -> Bool, tick: () async throws -> Void
    ) async throws {
        let wakes = Wakes()
        try await withThrowingTaskGroup(of: Void.self) { group in
            // The first subscription stands before the first look: nothing between them is lost.
            let first = backend.events(of: run)
            group.addTask { await listen(first, wakes) }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: Self.tick)
                    wakes.wake()
                }
            }
            defer { group.cancelAll() }
            if try await look() { return }
            var looked = MonotonicInstant.now
            for await _ in wakes.stream {
                try Task.checkCancellation()
                if wakes.takeChange() || MonotonicInstant.now - looked >= Self.longestLook {
                    let began = MonotonicInstant.now
                    if try await look() { return }
                    looked = .now
                    let rest = (looked - began) * Self.restAfterReading
                    try await Task.sleep(for: min(rest, .milliseconds(500)))
                }
                try await tick()
            }
            // The stream of wakes ends with the task alone.
            throw CancellationError()
        }
    }

    /// The run when it is over, when only a person can move it on, or when the time is up.
    ///
    /// Nil when there is no such run.
    func untilItRests(within limit: Duration) async throws -> RunDetail? {
        let end = MonotonicInstant.now + limit
        var last: RunDetail?
        try await follow {
            last = try await backend.run(run)
            guard let last else { return true }
            return last.run.state.isFinal || last.waitsForPerson || MonotonicInstant.now >= end
        } tick: {
        }
        return last
    }

    /// Hears of changes, from one driver of the run after the other.
    private func listen(_ first: AsyncStream<RunEvent>, _ wakes: Wakes) async {
        var events = first
        while !Task.isCancelled {
            for await event in events where event.isOfInterest { wakes.change() }
            // Its driver has left it: what it did last may have come before we listened again.
            events = backend.events(of: run)
            wakes.change()
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}

extension RunDetail {
    fileprivate var waitsForPerson: Bool {
        run.state == .waiting && steps.contains { $0.isOpenQuestion || $0.waitsFor == .resolution }
    }
}

extension RunEvent {
    /// Tries are told with their step.
    fileprivate var isOfInterest: Bool {
        if case .attemptStarted(_, let number) = change { return number > 1 }
        return true
    }
}

/// Wakes one waiter, however often it was woken meanwhile.
private final class Wakes: Sendable {
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let isChanged = Mutex(false)

    init() {
        (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func wake() { continuation.yield() }

    func change() {
        isChanged.withLock { $0 = true }
        continuation.yield()
    }

    func takeChange() -> Bool {
        isChanged.withLock { changed in
            defer { changed = false }
            return changed
        }
    }
}
