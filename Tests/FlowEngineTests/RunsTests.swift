import FlowModel
import JSONValue
import Journal
import TestSupport
import Testing

@testable import FlowEngine

/// Starting, watching, cancelling and bounding runs.
struct RunsTests {
    static let one = """
        flow: one
        inputs:
          n: {type: integer, required: true}
          text: {type: string, default: hi}
          key: {type: secret}
        nodes:
          a: {script: a.py, input: {n: "${{ inputs.n }}", text: "${{ inputs.text }}"}}
        outputs: {a: "${{ nodes.a.output }}"}
        """

    @Test func `inputs that do not fit are refused with every fault, and nothing is kept`()
        async throws
    {
        let harness = try await EngineHarness(Self.one)

        let error = await #expect(throws: (any Error).self) {
            _ = try await harness.start(["n": "one", "txet": "x"])
        }

        let message = "\(try #require(error))"
        #expect(message.contains("'n'") && message.contains("txet"))
        #expect(try await harness.journal.listRuns(RunFilter()).isEmpty)
    }

    @Test func `a default fills in a missing input`() async throws {
        let harness = try await EngineHarness(Self.one)

        let summary = try await harness.run(["n": 1])

        #expect(summary.run.outputs == ["a": ["n": 1, "text": "hi"]])
        #expect(summary.run.inputs == ["n": 1, "text": "hi", "key": nil])
    }

    @Test func `a secret input is kept as a reference, never in clear`() async throws {
        let harness = try await EngineHarness(Self.one)

        let error = await #expect(throws: InputFaults.self) {
            _ = try await harness.start(["n": 1, "key": "hunter2"])
        }
        let summary = try await harness.run(["n": 1, "key": "secret:API"])

        #expect(error?.description.contains("sluice secrets set") == true)
        #expect(error?.description.contains("hunter2") == false)
        #expect(summary.run.inputs["key"] == "secret:API")
    }

    @Test func `events tell what happens in order`() async throws {
        let harness = try await EngineHarness(Self.one)
        let id = try await harness.start(["n": 1])
        let events = harness.engine.events(of: id)

        _ = try await harness.engine.run(id)

        var told: [String] = []
        for await event in events {
            switch event.change {
            case .responded: told.append("responded")
            case .run(let state, _): told.append("run \(state.rawValue)")
            case .step(let identity, let state, _, _):
                told.append("\(identity.path) \(state.rawValue)")
            case .attemptStarted(let identity, let number):
                told.append("\(identity.path) #\(number)")
            case .attemptEnded(let identity, let number, let outcome, _):
                told.append("\(identity.path) #\(number) \(outcome)")
            }
        }
        #expect(
            told == [
                "run running", "a running", "a #1", "a #1 returned", "a succeeded", "run succeeded",
            ])
    }

    @Test func `cancel ends what runs, for good`() async throws {
        let harness = try await EngineHarness(
            Self.one,
            answer: { _ in
                try await Task.sleep(for: .seconds(3600))
                return .returned(1)
            })
        let id = try await harness.start(["n": 1])
        let events = harness.engine.events(of: id)

        async let running = harness.engine.run(id)
        for await event in events {
            if case .attemptStarted = event.change { try await harness.engine.cancel(id) }
        }
        let summary = try await running

        #expect(summary.run.state == .cancelled)
        let step = try await harness.detail(summary).step(StepPath("a"))
        #expect(step?.state == .cancelled)
        #expect(step?.attempts.first?.outcome == "cancelled")
    }

    @Test func `a run that nobody drives is cancelled where it stands`() async throws {
        let harness = try await EngineHarness(Self.one)
        let id = try await harness.start(["n": 1])

        try await harness.engine.cancel(id)

        #expect(try await harness.journal.showRun(id)?.run.state == .cancelled)
        #expect(harness.executor.order.isEmpty)
    }

    @Test func `a request to cancel from another process is seen`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("journal.db")
        let mine = try await SQLiteJournal.open(path)
        let other = try await SQLiteJournal.open(path)
        let clock = FakeClock(jumps: false)
        let executor = ScriptedExecutor { _ in
            try await Task.sleep(for: .seconds(3600))
            return .returned(1)
        }
        let engine = FlowEngine(
            journal: mine, executors: StepExecutors(scripts: executor, operations: executor),
            operations: [],
            settings: EngineSettings(
                openBundle: TestFlows.open, makeMark: { _ in "" }, hasNetwork: { _ in false },
                controlInterval: .seconds(1), clock: clock))
        let id = try await engine.start(
            RunRequest(
                bundle: try TestFlows.bundle([Self.one]), tenant: "home",
                inputs: object(["n": 1]), trigger: .null))

        async let running = engine.run(id)
        await clock.waitForSleepers(2)
        try await other.requestCancel(id)
        clock.advance(by: .seconds(1))
        let summary = try await running

        #expect(summary.run.state == .cancelled)
        await mine.close()
        await other.close()
    }

    @Test func `a run has only so many steps`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              list: {set: [1, 2, 3, 4, 5]}
              each: {for-each: "${{ nodes.list.output }}", at-once: 1, script: a.py, input: {}}
            """, limits: RunLimits(steps: 3))

        let summary = try await harness.run()

        #expect(summary.run.error?.kind == "steps")
        #expect(harness.executor.order.count == 2)
    }

    @Test func `a run has only so much time`() async throws {
        let clock = FakeClock(jumps: false)
        let harness = try await EngineHarness(
            Self.one, clock: clock, limits: RunLimits(activeTime: .seconds(60)),
            answer: { _ in
                try await Task.sleep(for: .seconds(3600))
                return .returned(1)
            })
        let id = try await harness.start(["n": 1])

        async let running = harness.engine.run(id)
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(60))
        let summary = try await running

        #expect(summary.run.state == .failed)
        #expect(summary.run.error?.kind == "run-time")
    }

    @Test func `attempts wait for a slot, whatever run they are of`() async throws {
        let counter = Counter()
        let harness = try await EngineHarness(
            Self.one, limits: RunLimits(attemptsAtOnce: 2),
            answer: { _ in
                await counter.enter()
                // The first stays until a second is in: no timing decides whether two meet.
                await counter.waitForOthers()
                await counter.leave()
                return .returned(1)
            })

        try await withThrowingTaskGroup(of: RunSummary.self) { group in
            for _ in 0..<10 { group.addTask { try await harness.run(["n": 1]) } }
            for try await summary in group { #expect(summary.run.state == .succeeded) }
        }

        #expect(await counter.most == 2)
    }

    @Test func `an output holds no secret, now or after a restart`() async throws {
        let harness = try await EngineHarness(
            Self.one, redaction: Redaction { $0.replacing("hunter2", with: "•••") },
            answer: { _ in .returned(["said": "hunter2"]) })

        let summary = try await harness.run(["n": 1])

        #expect(summary.run.outputs == ["a": ["said": "•••"]])
    }

    @Test func `an expression that cannot be evaluated names its place`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              a: {script: a.py, input: {}}
              b: {set: "${{ fromJSON(nodes.a.output) }}"}
            """, answer: { _ in .returned("{") })

        let summary = try await harness.run()

        #expect(summary.run.error?.kind == "expression")
        #expect(summary.run.error?.message.contains("flow.yaml:4:") == true)
    }
}

actor Counter {
    private let meeting: Int
    private var now = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private(set) var most = 0

    /// - Parameter meeting: how many `waitForOthers` waits for.
    init(meeting: Int = 2) { self.meeting = meeting }

    func enter() {
        now += 1
        most = max(most, now)
        guard most >= meeting else { return }
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    func waitForOthers() async {
        guard most < meeting else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() { now -= 1 }
}
