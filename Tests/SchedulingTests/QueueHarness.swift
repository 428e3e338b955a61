import FlowEngine
import FlowModel
import JSONValue
import Journal
import SandboxPolicy
import Synchronization
import TestSupport

@testable import Scheduling

/// A queue over a real journal, with scripts that do what the test says.
struct QueueHarness {
    let folder: TemporaryFolder
    let journal: SQLiteJournal
    let clock: ShiftedClock
    let executor: TestExecutor
    let engine: FlowEngine
    let queue: RunQueue

    init(
        rule: QueueRule = QueueRule(), retention: Duration = .seconds(30 * 86_400),
        in folder: TemporaryFolder? = nil, clock: ShiftedClock = ShiftedClock(),
        sizeLimit: Int? = nil,
        answer: @escaping TestExecutor.Answer = { _ in StepReport(outcome: .returned(.null)) }
    ) async throws {
        let folder = try folder ?? TemporaryFolder()
        let executor = TestExecutor(answer: answer)
        self.folder = folder
        self.clock = clock
        self.executor = executor
        journal = try await SQLiteJournal.open(folder.file("journal.db"), sizeLimit: sizeLimit)
        engine = FlowEngine(
            journal: journal, executors: StepExecutors(scripts: executor, operations: executor),
            operations: [],
            settings: EngineSettings(
                openBundle: Self.open, makeMark: { _ in "" }, hasNetwork: { _ in false },
                limits: RunLimits(placesForNewcomers: 4), controlInterval: .milliseconds(50),
                parksTimersBeyond: .milliseconds(100), clock: clock))
        queue = RunQueue(
            engine: engine, journal: journal,
            settings: QueueSettings(
                rule: rule, retention: retention, pollInterval: .milliseconds(50),
                tidyInterval: .milliseconds(50)), clock: clock)
    }

    /// Serves while `body` runs, and then no longer than what runs takes.
    func serving<Answer: Sendable>(
        _ body: @Sendable @escaping (QueueHarness, AsyncStream<QueueEvent>) async throws -> Answer
    ) async throws -> Answer {
        let events = queue.events()
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask {
                await queue.serve()
                return nil
            }
            let answer = try await body(self, events)
            queue.drain(within: .seconds(20))
            try await group.waitForAll()
            return answer
        }
    }

    func submit(_ flow: ServedFlow, _ inputs: JSON = [:]) async throws -> RunID {
        try await queue.submit(
            flow, trigger: ["kind": "test"], inputs: inputs.objectValue ?? JSONObject())
    }

    func state(of run: RunID) async throws -> RunState? {
        try await journal.showRun(run)?.run.state
    }

    static func flow(_ texts: String...) throws -> ServedFlow {
        let pinned = texts.map { text in
            PinnedFlow(
                name: String(text.split(separator: "\n")[0].dropFirst("flow: ".count)),
                folder: "/flows",
                files: [
                    PinnedFile(path: "flow.yaml", bytes: Array(text.utf8)),
                    PinnedFile(path: "a.py", bytes: Array("def main(): pass".utf8)),
                ])
        }
        let bundle = PinnedBundle(entry: pinned[0].name, flows: pinned, settings: .null)
        guard let flow = try open(bundle)[bundle.entry] else {
            throw EngineError.missingFlow(bundle.entry)
        }
        return ServedFlow(flow: flow, bundle: DigestedBundle(bundle), tenant: "home")
    }

    @Sendable private static func open(_ bundle: PinnedBundle) throws -> [String: Flow] {
        let profile = KnownProfile(
            name: ProfileName("pure"), hasNetwork: false, languages: [.python])
        return try bundle.flows.reduce(into: [:]) { all, pinned in
            all[pinned.name] = try Flow.load(
                pinned.file("flow.yaml")?.bytes ?? [], file: "flow.yaml",
                files: OneScript(),
                surroundings: FlowSurroundings(
                    operations: OperationCatalogue([]), profiles: [profile], configuration: nil))
        }
    }
}

private struct OneScript: FlowFiles {
    var folder: String { "/flows" }
    func paths() throws(FlowFileError) -> [String] { ["a.py"] }
    func read(_ path: String) throws(FlowFileError) -> [UInt8] {
        Array("def main(): pass".utf8)
    }
}

/// The machine's clock, set forward by tests.
final class ShiftedClock: EngineClock {
    private let shift = Mutex(Duration.zero)

    var now: Moment { WallClock().now + shift.withLock { $0 } }

    func advance(by duration: Duration) { shift.withLock { $0 += duration } }

    func sleep(until deadline: Moment) async throws {
        while now < deadline { try await Task.sleep(for: min(deadline - now, .milliseconds(10))) }
    }
}

final class TestExecutor: StepExecutor {
    typealias Answer = @Sendable (StepAttempt) async throws -> StepReport

    private let answer: Answer
    private let state = Mutex(
        (all: [StepAttempt](), running: [String: Int](), most: [String: Int]()))

    init(answer: @escaping Answer) { self.answer = answer }

    /// In the order in which they began.
    var attempts: [StepAttempt] { state.withLock { $0.all } }
    /// The most of each flow that were under way at once; of all under the empty name.
    var most: [String: Int] { state.withLock { $0.most } }

    func execute(_ attempt: StepAttempt) async throws -> StepReport {
        state.withLock { state in
            state.all.append(attempt)
            for name in [attempt.flow, ""] {
                state.running[name, default: 0] += 1
                state.most[name] = max(
                    state.most[name, default: 0], state.running[name, default: 0])
            }
        }
        defer {
            state.withLock { state in
                for name in [attempt.flow, ""] { state.running[name, default: 1] -= 1 }
            }
        }
        return try await answer(attempt)
    }

    func lookUpEffect(of attempt: StepAttempt) async throws -> EffectLookUp { .absent }
}

/// Holds whoever comes until it is opened.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let opener: AsyncStream<Void>.Continuation

    init() { (stream, opener) = AsyncStream.makeStream() }

    func open() { opener.finish() }

    func pass() async {
        for await _ in stream {}
    }
}

extension AsyncStream<QueueEvent> {
    /// Reads until `count` events fit; gives those.
    func first(_ count: Int, where fits: (QueueEvent) -> Bool) async -> [QueueEvent] {
        var found: [QueueEvent] = []
        for await event in self where fits(event) {
            found.append(event)
            if found.count == count { break }
        }
        return found
    }

    /// Reads until so many runs were left by their drivers.
    func left(_ count: Int) async -> [RunID] {
        await first(count) { if case .left = $0 { true } else { false } }.compactMap {
            if case .left(let run, _, _) = $0 { run } else { nil }
        }
    }

    func began(_ count: Int) async -> [RunID] {
        await first(count) { if case .began = $0 { true } else { false } }.compactMap {
            if case .began(let run, _) = $0 { run } else { nil }
        }
    }
}
