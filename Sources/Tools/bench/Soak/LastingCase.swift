internal import FlowModel
internal import HostAssembly
internal import JSONValue
internal import LinuxSystem
internal import SandboxSupervisor

/// Ten thousand runs of both languages through one sandbox, whose zygotes are replaced again and again
/// meanwhile: none fails, and what the host holds stays as it was.
enum LastingCase {
    private static let batch = 1000
    private static let runsPerZygote = 100

    /// One batch first, in which everything gets as large as it gets.
    static func measure(_ name: String, _ options: BenchOptions) async throws -> Figure {
        let rounds = options.rounds(10)
        var times: [Duration] = []
        var uses: [HostUse] = []
        let start = MonotonicInstant.now
        try await Sandbox.with { configuration in
            configuration.runsPerZygote = runsPerZygote
        } _: { sandbox in
            for round in 0...rounds {
                times += try await runs(from: round * batch, in: sandbox)
                // What replaced zygotes have left is buried, and the reserve is full.
                try await Task.sleep(for: .milliseconds(500))
                let use = HostUse.now
                StandardStream.output.write("after \((round + 1) * batch) runs: \(use)\n")
                uses.append(use)
            }
        }
        let after = HostUse.now
        StandardStream.output.write("after the sandbox stopped: \(after)\n")
        try check(name, uses, after)
        var figure = Figure(
            name: name, times: times,
            rate: Double(times.count) / ((MonotonicInstant.now - start) / .seconds(1)))
        figure.more = [
            ("host_memory_first", uses.first.map { Double($0.memory) }),
            ("host_memory_last", uses.last.map { Double($0.memory) }),
            ("descriptors_first", uses.first.map { Double($0.descriptors) }),
            ("descriptors_last", uses.last.map { Double($0.descriptors) }),
            ("threads_first", uses.first.map { Double($0.threads) }),
            ("threads_last", uses.last.map { Double($0.threads) }),
            ("zygotes_most", uses.map { Double($0.zygotes) }.max()),
        ]
        return figure
    }

    private static func runs(from first: Int, in sandbox: Sandbox) async throws -> [Duration] {
        try await withThrowingTaskGroup(of: Duration.self) { group in
            for number in first..<first + batch {
                var script = number.isMultiple(of: 2) ? BenchScript.python : .javascript
                script.input = ["a": .integer(Int64(number)), "b": 1]
                script.answer = ["sum": .integer(Int64(number) + 1)]
                group.addTask { [script] in try await sandbox.time(script) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// A zygote of each language serves, and one may be on its way in.
    private static func check(_ name: String, _ uses: [HostUse], _ after: HostUse) throws {
        guard let first = uses.first, let last = uses.last else { return }
        let faults = [
            (last.descriptors > first.descriptors + 30, "descriptors"),
            (last.threads > first.threads + 4, "threads"),
            (uses.contains { $0.zygotes > 4 }, "zygotes"),
            (uses.contains { $0.scripts > 20 }, "script processes"),
            (last.memory > first.memory + 8 << 20, "memory"),
            (after.zygotes + after.scripts > 0, "processes of a sandbox that stopped"),
        ].filter(\.0).map(\.1)
        guard faults.isEmpty else {
            throw HostError("\(name): there are more and more \(faults.joined(separator: ", "))")
        }
    }
}
