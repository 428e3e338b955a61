internal import FlowModel
internal import HostAssembly
internal import JSONValue
internal import LinuxSystem
internal import SandboxPolicy
internal import SandboxSupervisor

/// Five hundred scripts that are killed at once: how long until the last process is gone, and with it the
/// last process namespace.
///
/// Throws when that takes longer than the promise, or when anything is left.
enum KilledCrowdCase {
    private static let count = 500
    private static let promise = Duration.milliseconds(250)
    /// The last of them use up the processors; the others sleep, or starting them would take minutes.
    private static let spinning = 20
    private static let reserve = 4

    static func measure(_ name: String, _ options: BenchOptions) async throws -> Figure {
        let (times, namespaces) = try await Sandbox.with { configuration in
            configuration.parallelRuns = count + 1
            configuration.childrenPerZygote = reserve
            configuration.runsPerZygote = 100 * count
            let profile = configuration.profile
            configuration.profile = { name, language in
                var profile = try profile(name, language)
                profile.limits.wallTime = .seconds(600)
                profile.limits.cpuTime = .seconds(600)
                return profile
            }
        } _: { sandbox in
            var times: [Duration] = []
            var all: Set<String> = []
            for round in 1...options.rounds(8) {
                let (time, namespaces) = try await killAll(in: sandbox)
                times.append(time)
                all.formUnion(namespaces)
                StandardStream.output.write(
                    "round \(round): 500 runs killed at once were gone after \(times[round - 1])\n")
            }
            return (times, all)
        }
        guard ProcessFigures.children.isEmpty, Namespaces.seen.isDisjoint(with: namespaces) else {
            throw HostError("\(name): processes or namespaces are left after the sandbox stopped")
        }
        let slowest = times.max() ?? .zero
        guard slowest <= promise else {
            throw HostError("\(name): \(count) runs were gone after \(slowest), not \(promise)")
        }
        return Figure(name: name, times: times)
    }

    private static func killAll(in sandbox: Sandbox) async throws -> (Duration, Set<String>) {
        try await withThrowingTaskGroup(of: StepOutcome.self) { group in
            for number in 0..<count {
                let body = number < count - spinning ? "time.sleep(600)" : "while True: pass"
                let script = BenchScript(
                    language: .python, source: "import time\ndef main():\n    \(body)", input: [:])
                group.addImmediateTask { try await sandbox.run(script.request).outcome }
            }
            // It came last, and runs begin in order of arrival: all of them have begun.
            try await sandbox.time(
                BenchScript(
                    language: .python, source: "import time\ndef main():\n    return 1", input: [:],
                    answer: 1))
            let pids = SandboxProcesses.scripts
            let namespaces = Set(pids.compactMap { Namespaces.namespace(of: $0) })
            guard pids.count >= count, namespaces.count >= count else {
                throw HostError("\(pids.count) runs in \(namespaces.count) namespaces")
            }

            let start = MonotonicInstant.now
            group.cancelAll()
            // Those that wait for the next runs stay, in whatever place of the list they are.
            var left = pids
            while left.count > reserve {
                left.removeAll { ProcessFigures.name(of: $0) == nil }
                try await Task.sleep(for: .milliseconds(1))
            }
            let time = MonotonicInstant.now - start
            for try await outcome in group where outcome != .cancelled {
                throw HostError("a killed run ended as \(outcome)")
            }
            return (time, namespaces)
        }
    }
}

/// Process namespaces that any process of this machine is in.
enum Namespaces {
    static var seen: Set<String> {
        let processes = ((try? UserFiles.list("/proc")) ?? []).compactMap { Int32($0) }
        return Set(processes.compactMap { namespace(of: $0) })
    }

    static func namespace(of pid: Int32) -> String? {
        FolderTree.target(of: "/proc/\(pid)/ns/pid")
    }
}
