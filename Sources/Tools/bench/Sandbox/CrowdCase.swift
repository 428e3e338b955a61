internal import FlowModel
internal import HostAssembly
internal import LinuxSystem
internal import SandboxPolicy
internal import SandboxSupervisor

/// Honest runs of one tenant, alone and beside another tenant's fork bomb, memory bomb and flood of
/// output, each of which is started again as soon as it has ended.
enum CrowdCase {
    static let hostile = [
        "import os\ndef main():\n while True:\n  try: os.fork()\n  except OSError: pass",
        "def main():\n kept = []\n while True: kept.append(bytes(1 << 20))",
        "def main():\n while True: print('x' * 1000)",
    ].map { source in
        var script = BenchScript(language: .python, source: source)
        script.tenant = "hostile"
        return script
    }

    static func measure(
        _ name: String, _ script: BenchScript, _ options: BenchOptions
    ) async throws -> Figure {
        let floor = try MeasuringProcess.forkFloor(in: try SupervisorConfiguration.ownFolder())
        var alone = PacedRuns()
        var beside = PacedRuns()
        var ended = 0
        try await Sandbox.with { sandbox in
            for script in hostile { _ = try await sandbox.run(script.request) }
            for _ in 0..<3 {
                alone.add(try await runs(of: script, in: sandbox, beside: floor, options))
                let (runs, count) = try await with(hostile, in: sandbox) {
                    try await Self.runs(of: script, in: sandbox, beside: floor, options)
                }
                beside.add(runs)
                ended += count
            }
        }
        await floor.stop()
        var figure = beside.figure(name)
        let aloneP99 = alone.times.sorted().percentile(99)
        figure.ratio = aloneP99.flatMap { alone in figure.p99.map { $0 / alone } }
        figure.floorP50 = nil
        figure.more = [("alone_p99", aloneP99), ("hostile_runs", Double(ended))]
        return figure
    }

    private static func runs(
        of script: BenchScript, in sandbox: Sandbox, beside floor: MeasuringProcess,
        _ options: BenchOptions
    ) async throws -> PacedRuns {
        try await PacedRuns.take(
            options.rounds(400), of: script, in: sandbox, pace: options.pace, beside: floor)
    }

    /// With how many hostile runs ended meanwhile.
    static func with(
        _ hostile: [BenchScript], in sandbox: Sandbox, _ body: () async throws -> PacedRuns
    ) async throws -> (PacedRuns, Int) {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for script in hostile {
                group.addTask {
                    var count = 0
                    while !Task.isCancelled {
                        let report = try await sandbox.run(script.request)
                        if case .returned = report.outcome {
                            throw HostError("a hostile script returned: \(script.source)")
                        }
                        count += 1
                    }
                    return count
                }
            }
            let runs = try await body()
            group.cancelAll()
            return (runs, try await group.reduce(0, +))
        }
    }
}
