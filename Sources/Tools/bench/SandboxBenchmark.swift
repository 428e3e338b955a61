internal import FlowModel
internal import HostAssembly
internal import JSONValue
internal import LinuxSystem
internal import SandboxPolicy
internal import SandboxSupervisor

/// `bench sandbox`: what it costs to run a small script in a process of its own, with every layer on.
///
/// `paced` waits between runs, so that each finds a script process ready; `sustained` keeps eight runs
/// under way, so that every run pays for the fork of another. The floor is fork, exit and wait of an
/// empty child of this program, taken before it starts anything else.
enum SandboxBenchmark: Benchmark {
    static let name = "sandbox"

    private static let scripts: [(language: ScriptLanguage, source: String)] = [
        (.python, "def main(a, b):\n    return {'sum': a + b}"),
        (.javascript, "function main({a, b}) { return {sum: a + b}; }"),
    ]

    static func run(into report: inout Report) async throws {
        let floor = try await timesOfFork()
        let sandbox = try await Sandbox.open(allowDegraded: false)
        do {
            for (language, source) in scripts {
                let request = ScriptRequest(
                    work: ScriptWork(
                        language: language, fileName: "bench", source: Array(source.utf8),
                        profile: ProfileName("pure"), input: ["a": 2, "b": 40]),
                    tenant: "bench", timeout: nil)
                for _ in 0..<20 { try await runOnce(request, in: sandbox) }
                report.add(try await paced(request, in: sandbox, floor: floor))
                report.add(try await sustained(request, in: sandbox))
            }
        } catch {
            await sandbox.stop()
            throw error
        }
        await sandbox.stop()
    }

    private static func runOnce(_ request: ScriptRequest, in sandbox: Sandbox) async throws {
        let report = try await sandbox.run(request)
        guard report.outcome == .returned(["sum": 42]) else {
            throw HostError("the benchmark's script ended as \(report.outcome)")
        }
    }

    private static func timesOfFork() async throws -> [Duration] {
        var times: [Duration] = []
        for _ in 0..<200 {
            try await Task.sleep(for: .milliseconds(3))
            times.append(try CurrentProcess.timeOfFork())
        }
        return times
    }

    private static func paced(
        _ request: ScriptRequest, in sandbox: Sandbox, floor: [Duration]
    ) async throws -> Figure {
        var times: [Duration] = []
        for _ in 0..<500 {
            try await Task.sleep(for: .milliseconds(12))
            let start = MonotonicInstant.now
            try await runOnce(request, in: sandbox)
            times.append(MonotonicInstant.now - start)
        }
        return Figure(
            name: "sandbox.\(request.work.language).paced", times: times, floor: floor)
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
