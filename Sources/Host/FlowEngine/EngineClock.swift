internal import LinuxSystem
package import Journal

/// The time that the engine lives by; tests bring one that they move themselves.
package protocol EngineClock: Sendable {
    var now: Moment { get }
    /// Returns at `deadline` or later. Throws `CancellationError` when the task is cancelled.
    func sleep(until deadline: Moment) async throws
}

extension EngineClock {
    func sleep(for duration: Duration) async throws { try await sleep(until: now + duration) }
}

/// The machine's wall clock, since deadlines outlive the process.
package struct WallClock: EngineClock {
    package init() {}

    package var now: Moment { Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds) }

    package func sleep(until deadline: Moment) async throws {
        // In short pieces: somebody may set the wall clock while we sleep.
        while now < deadline {
            try await Task.sleep(for: min(deadline - now, .seconds(30)))
        }
    }
}
