internal import FlowModel
internal import HostAssembly
internal import LinuxSystem
internal import SandboxPolicy

/// As many runs as two processors carry, with eight under way, so that every run pays for the fork of
/// another; in between, the same number of times a program that is started for every run.
enum SustainedCase {
    private static let underWay = 8

    static func measure(
        _ name: String, _ script: BenchScript, against cold: ColdProgram, _ options: BenchOptions
    ) async throws -> [Figure] {
        let program = try cold.prepare()
        var warm = Window()
        var started = Window()
        try await Sandbox.with { sandbox in
            for _ in 0..<50 { try await sandbox.time(script) }
            for _ in 0..<3 {
                warm.add(try await window(of: script, in: sandbox, options.time(.seconds(3))))
                guard let program else { continue }
                started.add(try await program.window(options.time(.seconds(2)), atOnce: 4))
            }
        }
        var figure = Figure(name: name, times: warm.times, rate: warm.rate)
        if program != nil { figure.ratio = warm.rate / started.rate }
        let worst = warm.rates.min()
        figure.more = [("rate_least", worst), ("rate_most", warm.rates.max())]
        guard program != nil else { return [figure] }
        return [figure, Figure(name: cold.name, times: started.times, rate: started.rate)]
    }

    static func window(
        of script: BenchScript, in sandbox: Sandbox, _ duration: Duration,
        underWay: Int = underWay
    ) async throws -> Window {
        let start = MonotonicInstant.now
        let end = start + duration
        let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for _ in 0..<underWay {
                group.addTask {
                    var times: [Duration] = []
                    while MonotonicInstant.now < end {
                        times.append(try await sandbox.time(script))
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Window(times: times, lasting: MonotonicInstant.now - start)
    }
}

/// Runs that followed each other without a pause, and how long that went on.
struct Window: Sendable {
    private(set) var times: [Duration] = []
    private(set) var duration = Duration.zero
    /// Of each window that was added.
    private(set) var rates: [Double] = []

    init() {}

    init(times: [Duration], lasting duration: Duration) {
        self.times = times
        self.duration = duration
        rates = [Double(times.count) / (duration / .seconds(1))]
    }

    var rate: Double { Double(times.count) / (duration / .seconds(1)) }

    mutating func add(_ other: Window) {
        times += other.times
        duration += other.duration
        rates += other.rates
    }
}
