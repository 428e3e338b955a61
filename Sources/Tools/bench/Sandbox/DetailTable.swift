internal import FlowModel
internal import HostAssembly
internal import LinuxSystem
internal import SandboxPolicy
internal import SandboxSupervisor
internal import Synchronization

/// Where the time of a prewarmed run goes, and what its processes use: `bench sandbox --detail`.
struct DetailTable {
    private let script: BenchScript
    private let runs: PacedRuns
    private let timelines: [RunTimeline]
    private let spent: ProcessesSpent

    /// - Parameter crowd: scripts of others that run again and again meanwhile.
    static func measure(
        _ script: BenchScript, beside crowd: [BenchScript] = [], _ options: BenchOptions
    ) async throws -> String {
        let seen = Mutex<[RunTimeline]>([])
        let floor = try MeasuringProcess.forkFloor(in: try SupervisorConfiguration.ownFolder())
        let table = try await Sandbox.with { configuration in
            // One zygote throughout, whose figures can be told.
            configuration.runsPerZygote = .max
            configuration.observeRun = { timeline in
                guard timeline.tenant == script.tenant else { return }
                seen.withLock { $0.append(timeline) }
            }
        } _: { sandbox in
            _ = try await PacedRuns.take(
                0, of: script, in: sandbox, pace: options.pace, beside: floor, warmUp: 40)
            let before = ProcessesSpent.now(script.language)
            seen.withLock { $0 = [] }
            let (runs, _) = try await CrowdCase.with(crowd, in: sandbox) {
                try await PacedRuns.take(
                    options.rounds(400), of: script, in: sandbox, pace: options.pace,
                    beside: floor, warmUp: 0)
            }
            // The last one is buried a little later.
            try await Task.sleep(for: .milliseconds(50))
            return DetailTable(
                script: script, runs: runs, timelines: seen.withLock { $0 },
                spent: ProcessesSpent.now(script.language) - before)
        }
        await floor.stop()
        return table.text
    }

    private var text: String {
        let header = [["\(script.language), prewarmed", "p50", "p95", "p99", "unit"]]
        return Report.aligned(header + stations + processes) + "\n"
    }

    private var stations: [[String]] {
        func row(
            _ name: String, _ from: KeyPath<RunTimeline, MonotonicInstant>,
            _ to: KeyPath<RunTimeline, MonotonicInstant>
        ) -> [String] {
            times(name, timelines.map { $0[keyPath: to] - $0[keyPath: from] })
        }
        let woken = zip(runs.times, timelines).map { whole, timeline in
            whole - (timeline.told - timeline.asked)
        }
        return [
            times("fork, exit and wait of a small process", runs.floor),
            times("whole run", runs.times),
            row("  admission, writing the job", \.asked, \.admitted),
            row("  to the lane's thread", \.admitted, \.taken),
            row("  to a script process", \.taken, \.started),
            row("  sending the job", \.started, \.sent),
            row("  until the result's first bytes", \.sent, \.answered),
            row("  until its exit is seen", \.answered, \.ended),
            row("  telling", \.ended, \.told),
            times("  waking the caller, reading the outcome", woken),
            row("afterwards, until it is reaped", \.told, \.reaped),
        ]
    }

    private var processes: [[String]] {
        [
            times("script process: CPU until ready", timelines.map(\.setUpTime)),
            times("script process: CPU of the run", timelines.map { $0.cpuTime - $0.setUpTime }),
            counts("script process: page faults until ready", timelines.map(\.setUpFaults)),
            counts(
                "script process: page faults of the run",
                timelines.map { $0.faults - $0.setUpFaults }),
            mean("zygote: CPU a run", spent.zygoteTime),
            ["zygote: page faults a run", Report.cell(spent.zygoteFaults / count), "", "", ""],
            mean("supervisor: CPU of the lane's thread a run", spent.laneTime),
            mean("this program: CPU of its other threads a run", spent.otherTime),
        ]
    }

    private var count: Double { Double(max(1, runs.times.count)) }

    private func times(_ name: String, _ values: [Duration]) -> [String] {
        let sorted = values.sorted()
        return [name] + [50, 95, 99].map { Report.cell(sorted.percentile($0)) } + ["us"]
    }

    private func counts(_ name: String, _ values: [Int]) -> [String] {
        // The same percentiles as those of times.
        let sorted = values.sorted().map { Duration.microseconds($0) }
        return [name] + [50, 95, 99].map { Report.cell(sorted.percentile($0)) } + [""]
    }

    private func mean(_ name: String, _ value: Duration) -> [String] {
        [name, Report.cell(value / .microseconds(1) / count), "", "", "us, mean"]
    }
}

/// What the processes and threads beside the scripts have used so far.
struct ProcessesSpent {
    var zygoteTime = Duration.zero
    var zygoteFaults = 0.0
    var laneTime = Duration.zero
    var otherTime = Duration.zero

    static func now(_ language: ScriptLanguage) -> ProcessesSpent {
        var spent = ProcessesSpent()
        for zygote in SandboxProcesses.zygotes {
            spent.zygoteTime += ProcessFigures.cpuTime(of: zygote) ?? .zero
            spent.zygoteFaults += Double(ProcessFigures.minorFaults(of: zygote) ?? 0)
        }
        for (name, time) in ProcessFigures.threadTimes {
            if name.hasPrefix("sluice-\(language.rawValue)".prefix(15)) {
                spent.laneTime += time
            } else {
                spent.otherTime += time
            }
        }
        return spent
    }

    static func - (later: ProcessesSpent, earlier: ProcessesSpent) -> ProcessesSpent {
        ProcessesSpent(
            zygoteTime: later.zygoteTime - earlier.zygoteTime,
            zygoteFaults: later.zygoteFaults - earlier.zygoteFaults,
            laneTime: later.laneTime - earlier.laneTime,
            otherTime: later.otherTime - earlier.otherTime)
    }
}

/// The sandbox's processes, told by what they are: a zygote leads a group, its forks are in it.
enum SandboxProcesses {
    static var zygotes: [Int32] { all.filter { ProcessFigures.group(of: $0) == $0 } }

    static var scripts: [Int32] { all.filter { ProcessFigures.group(of: $0) != $0 } }

    private static var all: [Int32] {
        ProcessFigures.children.filter {
            ProcessFigures.name(of: $0)?.hasPrefix("zygote-") ?? false
        }
    }
}
