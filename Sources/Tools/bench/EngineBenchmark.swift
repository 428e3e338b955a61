internal import FlowEngine
internal import FlowModel
internal import Foundation
internal import JSONValue
internal import Journal
internal import LinuxSystem
internal import SandboxPolicy
internal import SeccompFilters
internal import Telemetry

/// `bench engine`: what a step costs beside its script, whose executor answers at once here.
///
/// `engine.cpu.*` is processor time of all threads a step, in microseconds, without the journal's
/// writing (a journal that forgets); `.counted` is the same with the figures of `/metrics`. `engine.durable.*` is steps a second with every end durable in
/// SQLite, by the number of items under way at once, which are the writers that share a flush;
/// its p50 is processor time a step, the writing included. `journal.durable.*` is the journal alone.
enum EngineBenchmark: Benchmark {
    static let name = "engine"

    static func run(_ options: BenchOptions, into report: inout Report) async throws {
        report.add(try await cpu("engine.cpu.chain", EngineFlows.chain, steps: 400, items: 0))
        report.add(try await cpu("engine.cpu.items", EngineFlows.items, steps: 2000, items: 2000))
        let meters = HostMeters(isCall: { SystemCalls.knownNames.contains($0) })
        report.add(
            try await cpu(
                "engine.cpu.items.counted", EngineFlows.items, steps: 2000, items: 2000,
                observer: meters))
        for writers in [1, 16, 64] {
            let items = writers == 1 ? 1500 : 6000
            report.add(try await durable(writers: writers, items: items))
        }
        for writers in [1, 16, 64] { report.add(try await journalAlone(writers: writers)) }
    }

    private static func cpu(
        _ name: String, _ flow: String, steps: Int, items: Int,
        observer: (any EngineObserver)? = nil
    ) async throws -> Figure {
        var times: [Duration] = []
        for round in 0..<12 {
            let journal = ForgetfulJournal()
            let engine = EngineFlows.engine(journal, observer: observer)
            let id = try await engine.start(EngineFlows.request(flow, items: items))
            let before = ProcessorTime.now
            let summary = try await engine.run(id)
            // The first rounds warm up.
            if round >= 2 { times.append((ProcessorTime.now - before) / steps) }
            try EngineFlows.check(summary)
        }
        return Figure(name: name, times: times)
    }

    private static func durable(writers: Int, items: Int) async throws -> Figure {
        try await withJournal { journal in
            let engine = EngineFlows.engine(journal)
            let flow = EngineFlows.items.replacing("at-once: 64", with: "at-once: \(writers)")
            var rate = 0.0
            var times: [Duration] = []
            for _ in 0..<3 {
                let id = try await engine.start(EngineFlows.request(flow, items: items))
                let began = ContinuousClock.now
                let before = ProcessorTime.now
                try EngineFlows.check(try await engine.run(id))
                times.append((ProcessorTime.now - before) / items)
                let seconds = (ContinuousClock.now - began) / .seconds(1)
                rate = max(rate, Double(items) / seconds)
            }
            return Figure(name: "engine.durable.\(writers)", times: times, rate: rate)
        }
    }

    /// Ends of steps recorded by so many tasks at once, each waiting for the flush.
    private static func journalAlone(writers: Int) async throws -> Figure {
        try await withJournal { journal in
            let engine = EngineFlows.engine(journal)
            let run = try await engine.start(EngineFlows.request(EngineFlows.chain, items: 0))
            let each = writers == 1 ? 1000 : 300
            let began = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<writers {
                    group.addTask {
                        for number in 0..<each {
                            let identity = StepIdentity(
                                path: StepPath("w\(writer)[\(number)]"), node: "w",
                                kind: "script")
                            try await journal.record(
                                [
                                    .stepSettled(
                                        StepSettlement(
                                            identity: identity, state: .succeeded,
                                            output: ["n": 1], at: Moment(milliseconds: 0)))
                                ], of: run)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            let count = writers * each
            return Figure(
                name: "journal.durable.\(writers)", unit: "us", rate: Double(count) / seconds,
                count: count)
        }
    }

    private static func withJournal(
        _ body: (SQLiteJournal) async throws -> Figure
    ) async throws -> Figure {
        let folder = URL(filePath: ".build/bench/engine-\(CurrentProcess.pid)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "journal.db").path(percentEncoded: false)
        let journal = try await SQLiteJournal.open(path)
        let figure = try await body(journal)
        await journal.close()
        return figure
    }
}

/// The flows that are measured, and an engine whose scripts answer at once.
enum EngineFlows {
    /// 400 nodes in a row, each reading the one before.
    static let chain: String = {
        var text = "flow: chain\nnodes:\n  n0: {script: a.py, input: {n: 0}}\n"
        for number in 1..<400 {
            text +=
                "  n\(number): {script: a.py, input: {n: \"${{ nodes.n\(number - 1).output.n }}\"}}\n"
        }
        return text
    }()

    static let items = """
        flow: items
        inputs: {list: {type: array, required: true}}
        nodes:
          each:
            for-each: ${{ inputs.list }}
            at-once: 64
            script: a.py
            input: {n: "${{ item }}", text: some text that a step is given}
        """

    static func request(_ flow: String, items: Int) -> RunRequest {
        let name = String(flow.prefix { $0 != "\n" }.dropFirst("flow: ".count))
        var inputs = JSONObject()
        if items > 0 { inputs["list"] = .array((0..<items).map { .integer(Int64($0)) }) }
        let contents = FlowBundle(
            flow: Array(flow.utf8),
            files: [FlowBundle.File(path: "a.py", bytes: Array("def main(n): return n".utf8))],
            profiles: [])
        let pinned = PinnedFlow(name: name, folder: "/bench", contents: contents)
        return RunRequest(
            bundle: PinnedBundle(entry: name, flows: [pinned], settings: .null), tenant: "bench",
            inputs: inputs, trigger: .null)
    }

    static func engine(
        _ journal: any Journal, observer: (any EngineObserver)? = nil
    ) -> FlowEngine {
        let executor = AnsweringExecutor()
        return FlowEngine(
            journal: journal, executors: StepExecutors(scripts: executor, operations: executor),
            operations: [],
            settings: EngineSettings(
                openBundle: { [$0.entry: try flow(of: $0)] }, makeMark: { _ in "" },
                hasNetwork: { _ in false }, observer: observer))
    }

    @Sendable static func flow(of bundle: PinnedBundle) throws -> Flow {
        let profile = KnownProfile(
            name: ProfileName("pure"), hasNetwork: false, languages: [.python])
        return try Flow.load(
            bundle.flows[0].contents.flow, file: "flow.yaml", files: BenchFolder(),
            surroundings: FlowSurroundings(
                operations: OperationCatalogue([]), profiles: [profile], configuration: nil))
    }

    static func check(_ summary: RunSummary) throws {
        guard summary.run.state == .succeeded else {
            throw EngineBenchmarkError(fault: summary.run.error?.message ?? "\(summary.run.state)")
        }
    }
}

struct EngineBenchmarkError: Error, CustomStringConvertible {
    let fault: String
    var description: String { "a measured run did not succeed: \(fault)" }
}

private struct AnsweringExecutor: StepExecutor {
    func execute(_ attempt: StepAttempt) async throws -> StepReport {
        guard case .script(let script) = attempt.work else {
            return StepReport(outcome: .returned(.null))
        }
        return StepReport(outcome: .returned(script.input))
    }

    func lookUpEffect(of attempt: StepAttempt) async throws -> EffectLookUp { .absent }
}

private struct BenchFolder: FlowFiles {
    var folder: String { "/bench" }
    func paths() throws(FlowFileError) -> [String] { ["a.py"] }
    func read(_ path: String) throws(FlowFileError) -> [UInt8] { [] }
}
