internal import HostAssembly
internal import LinuxSystem
internal import SandboxSupervisor

/// One run after the other, so far apart that each finds a script process ready, and between any two
/// a sample of what they are compared with.
struct PacedRuns: Sendable {
    var times: [Duration] = []
    var floor: [Duration] = []

    /// The first `warmUp` rounds are not kept.
    static func take(
        _ count: Int, of script: BenchScript, in sandbox: Sandbox, pace: Duration,
        beside comparison: MeasuringProcess, warmUp: Int = 20
    ) async throws -> PacedRuns {
        var runs = PacedRuns()
        for round in -warmUp..<count {
            // The sample stands where the successor of the last run's process is ready by itself.
            try await Task.sleep(for: pace * 5 / 8)
            let floor = try await comparison.sample()
            try await Task.sleep(for: pace * 3 / 8)
            let time = try await sandbox.time(script)
            guard round >= 0 else { continue }
            runs.times.append(time)
            runs.floor.append(floor)
        }
        return runs
    }

    mutating func add(_ other: PacedRuns) {
        times += other.times
        floor += other.floor
    }

    func figure(_ name: String) -> Figure {
        var figure = Figure(name: name, times: times, floor: floor)
        let floor = floor.sorted()
        figure.more = [
            ("p95_ratio", figure.p95.flatMap { p95 in figure.floorP50.map { p95 / $0 } }),
            ("floor_p95", floor.percentile(95)),
        ]
        return figure
    }
}
