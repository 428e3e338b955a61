internal import FlowModel
internal import HostAssembly
internal import JSONValue
internal import LinuxSystem
internal import SandboxPolicy
internal import SandboxSupervisor

/// `bench sandbox`: what it costs to run a small script in a process of its own, with every layer on.
///
/// `paced` waits between runs, so that each finds a script process ready, and `script` is that part of
/// it in which the script process has the job; `sustained` keeps eight runs
/// under way, so that every run pays for the fork of another. The floor is fork, exit and wait of a
/// small program, taken before each language.
enum SandboxBenchmark: Benchmark {
    static let name = "sandbox"

    private static let scripts: [(language: ScriptLanguage, source: String)] = [
        (.python, "def main(a, b):\n    return {'sum': a + b}"),
        (.javascript, "function main({a, b}) { return {sum: a + b}; }"),
    ]

    static func run(into report: inout Report) async throws {
        let folder = try SupervisorConfiguration.ownFolder()
        let sandbox = try await Sandbox.open(allowDegraded: false)
        do {
            for (language, source) in scripts {
                let request = ScriptRequest(
                    work: ScriptWork(
                        language: language, fileName: "bench", source: Array(source.utf8),
                        profile: ProfileName("pure"), input: ["a": 2, "b": 40]),
                    tenant: "bench", timeout: nil)
                let floor = try await ForkFloor.times(in: folder)
                for _ in 0..<20 { try await runOnce(request, in: sandbox) }
                for figure in try await paced(request, in: sandbox, floor: floor) {
                    report.add(figure)
                }
                report.add(try await sustained(request, in: sandbox))
            }
        } catch {
            await sandbox.stop()
            throw error
        }
        await sandbox.stop()
    }

    /// How long the script process had the job.
    @discardableResult
    private static func runOnce(
        _ request: ScriptRequest, in sandbox: Sandbox
    ) async throws -> Duration {
        let report = try await sandbox.run(request)
        guard report.outcome == .returned(["sum": 42]), let usage = report.usage else {
            throw HostError("the benchmark's script ended as \(report.outcome)")
        }
        return usage.wallTime
    }

    private static func paced(
        _ request: ScriptRequest, in sandbox: Sandbox, floor: [Duration]
    ) async throws -> [Figure] {
        var times: [Duration] = []
        var scriptTimes: [Duration] = []
        for _ in 0..<600 {
            try await Task.sleep(for: .milliseconds(4))
            let start = MonotonicInstant.now
            let scriptTime = try await runOnce(request, in: sandbox)
            times.append(MonotonicInstant.now - start)
            scriptTimes.append(scriptTime)
        }
        let name = "sandbox.\(request.work.language)"
        return [
            Figure(name: "\(name).paced", times: times, floor: floor),
            Figure(name: "\(name).script", times: scriptTimes),
        ]
    }

    private static func sustained(
        _ request: ScriptRequest, in sandbox: Sandbox
    ) async throws -> Figure {
        let start = MonotonicInstant.now
        let end = start + .seconds(5)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var count = 0
                    while MonotonicInstant.now < end {
                        try await runOnce(request, in: sandbox)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        let seconds = (MonotonicInstant.now - start) / .seconds(1)
        return Figure(
            name: "sandbox.\(request.work.language).sustained", unit: "runs/s",
            rate: Double(count) / seconds, count: count)
    }
}
