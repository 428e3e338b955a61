import LinuxSystem

/// Keeps failures from becoming a storm: after some in a row nothing is started for a while, and for
/// twice as long each time.
struct Brake: Sendable, Hashable {
    private let tolerated: Int
    private let longest: Duration
    private var failures = 0
    private var pause = Duration.milliseconds(500)
    private(set) var until: MonotonicInstant?

    init(tolerating tolerated: Int, longest: Duration = .seconds(30)) {
        self.tolerated = tolerated
        self.longest = longest
    }

    func isPulled(at now: MonotonicInstant) -> Bool { until.map { now < $0 } ?? false }

    /// Whether this failure was one too many.
    mutating func recordFailure(at now: MonotonicInstant) -> Bool {
        failures += 1
        guard failures > tolerated else { return false }
        until = now + pause
        pause = min(pause * 2, longest)
        return true
    }

    mutating func recordSuccess() { self = Brake(tolerating: tolerated, longest: longest) }
}
