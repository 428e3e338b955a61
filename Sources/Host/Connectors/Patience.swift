internal import LinuxSystem

/// How connectors wait: replaced in tests, so that no test does.
package struct Patience: Sendable {
    package var sleep: @Sendable (Duration) async throws -> Void
    /// Between 0 and 1: spreads clients that failed together.
    package var jitter: @Sendable () -> Double
    /// Seconds since 1970.
    package var now: @Sendable () -> Int64

    package init(
        sleep: @escaping @Sendable (Duration) async throws -> Void = {
            try await Task.sleep(for: $0)
        },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        now: @escaping @Sendable () -> Int64 = {
            ProcessSurroundings.wallClockMilliseconds / 1000
        }
    ) {
        self.sleep = sleep
        self.jitter = jitter
        self.now = now
    }
}

/// When an operation tries again by itself, before its step does.
struct RetryPolicy: Sendable {
    /// Tries in all.
    var attempts: Int
    var firstWait: Duration
    var longestWait: Duration

    /// Tries of a service that was not reached at all: a wrong name or a server that is down should
    /// be said soon, and the step's own `retry` may have more patience.
    static let attemptsUnreached = 2

    /// The wait before try `next` (2 is the first repetition), nil when it is not worth one.
    ///
    /// A service that asks for more than the longest wait is not asked again here: the step's own
    /// `retry` learns how long.
    func wait(
        before next: Int, asked: Duration?, wasReached: Bool = true, jitter: Double
    ) -> Duration? {
        guard next <= (wasReached ? attempts : min(attempts, Self.attemptsUnreached)) else {
            return nil
        }
        if let asked { return asked <= longestWait ? asked : nil }
        let growing = firstWait * Double(1 << min(next - 2, 16))
        return min(growing, longestWait) * (0.75 + jitter / 2)
    }
}
