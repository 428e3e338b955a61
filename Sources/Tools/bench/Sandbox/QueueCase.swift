internal import FlowModel
internal import HostAssembly
internal import JSONValue
internal import LinuxSystem
internal import SandboxSupervisor
internal import Synchronization

/// A thousand runs asked for at once; how long each waited for its script process.
///
/// Throws when one is lost, answered with another's result, or served before one that came earlier.
enum QueueCase {
    private static let count = 1000

    static func measure(_ name: String, _ options: BenchOptions) async throws -> Figure {
        let seen = Mutex<[RunTimeline]>([])
        let memory = Mutex<[Int]>([])
        var duration = Duration.zero
        try await Sandbox.with { configuration in
            configuration.observeRun = { timeline in seen.withLock { $0.append(timeline) } }
        } _: { sandbox in
            for _ in 0..<50 { try await sandbox.time(.python) }
            try await Task.sleep(for: .milliseconds(100))
            seen.withLock { $0 = [] }
            let start = MonotonicInstant.now
            try await askForAll(in: sandbox, noting: memory)
            duration = MonotonicInstant.now - start
            try await Task.sleep(for: .milliseconds(100))
            memory.withLock { $0.append(ProcessFigures.residentMemory ?? 0) }
        }
        let timelines = seen.withLock { $0 }.sorted { $0.arrival < $1.arrival }
        guard timelines.count == count else {
            throw HostError("\(name): \(timelines.count) of \(count) runs had a script process")
        }
        try checkOrder(timelines, name)
        var figure = Figure(
            name: name, times: timelines.map { $0.started - $0.asked },
            rate: Double(count) / (duration / .seconds(1)))
        let sizes = memory.withLock { $0 }.map(Double.init)
        figure.more = [
            ("host_memory_before", sizes.first), ("host_memory_most", sizes.max()),
            ("host_memory_after", sizes.last),
        ]
        return figure
    }

    /// All have been asked for before the first has ended, from one task, so that there is an order.
    private static func askForAll(in sandbox: Sandbox, noting memory: borrowing Mutex<[Int]>)
        async throws
    {
        memory.withLock { $0.append(ProcessFigures.residentMemory ?? 0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                var script = BenchScript.python
                script.input = ["a": .integer(Int64(number)), "b": 1]
                script.answer = ["sum": .integer(Int64(number) + 1)]
                group.addImmediateTask { [script] in try await sandbox.time(script) }
            }
            var ended = 0
            while try await group.next() != nil {
                ended += 1
                guard ended.isMultiple(of: 50) else { continue }
                memory.withLock { $0.append(ProcessFigures.residentMemory ?? 0) }
            }
        }
    }

    /// Served in order of arrival.
    private static func checkOrder(_ timelines: [RunTimeline], _ name: String) throws {
        let wrong = zip(timelines, timelines.dropFirst()).filter { $0.started > $1.started }
        guard let (later, earlier) = wrong.first else { return }
        throw HostError(
            "\(name): \(wrong.count) runs were served too late: number \(earlier.arrival) before "
                + "number \(later.arrival)")
    }
}
