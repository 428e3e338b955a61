import FlowModel
import JSONValue
import Journal
import Synchronization
import TestSupport
import Testing

@testable import FlowEngine

/// A question is sent to people once, and waits whatever becomes of that.
struct ApprovalDeliveryTests {
    static let flow = """
        flow: f
        nodes:
          decision:
            approval:
              ask: Push?
              choices: {accept: Accept, reject: Reject}
              who: ["key:release"]
              deliver: {uses: test/write, with: {value: "${{ approval.url }}", other: "${{ approval }}"}}
        outputs: {choice: "${{ nodes.decision.output.choice }}"}
        """
    private let decision = StepPath("decision")
    private let deliver = StepPath("decision/deliver")

    private func decide(_ harness: EngineHarness, _ run: RunID) async throws -> RunSummary {
        try await harness.engine.decide(run, decision, choice: "accept", by: "key:release")
        return try await harness.engine.resume(run)
    }

    @Test func `the question is sent once, with the address of its page`() async throws {
        let harness = try await EngineHarness(Self.flow)
        let parked = try await harness.run()
        let again = try await harness.engine.resume(parked.run.id)
        let summary = try await decide(harness, parked.run.id)

        #expect(parked.run.state == .waiting)
        #expect(again.run.state == .waiting)
        let sent = harness.executor.attempts
        #expect(sent.count == 1)
        #expect(sent.first?.input["value"] == .string("https://host/\(parked.run.id)/decision"))
        #expect(
            sent.first?.input["other"]?["choices"] == ["accept": "Accept", "reject": "Reject"])
        #expect(sent.first?.mark?.contains(parked.run.id.text) == true)
        #expect(try await harness.states(parked)["decision/deliver"] == .succeeded)
        #expect(summary.run.outputs == ["choice": "accept"])
    }

    @Test func `what cannot be sent is there to be seen, and the question still waits`()
        async throws
    {
        let harness = try await EngineHarness(
            Self.flow, answer: { _ in .raised("http-status", status: 404) })
        let parked = try await harness.run()
        let step = try await harness.detail(parked).step(deliver)
        let summary = try await decide(harness, parked.run.id)

        #expect(parked.run.state == .waiting)
        #expect(step?.state == .failed)
        #expect(step?.error?.status == 404)
        #expect(harness.executor.attempts.count == 1)
        #expect(summary.run.outputs == ["choice": "accept"])
    }

    @Test func `what may be sent later is tried again`() async throws {
        let left = Mutex(3)
        let harness = try await EngineHarness(
            Self.flow,
            answer: { attempt in
                let isDown = left.withLock { left in
                    left -= 1
                    return left > 0
                }
                return isDown ? .raised("connection", retryable: true) : .returned(attempt.input)
            })
        let parked = try await harness.run()

        #expect(harness.executor.attempts.count == 3)
        #expect(try await harness.states(parked)["decision/deliver"] == .succeeded)
        #expect(parked.run.state == .waiting)
    }

    @Test func `a decision ends a delivery that is under way`() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let harness = try await EngineHarness(
            Self.flow,
            answer: { attempt in
                begin.yield()
                try await Task.sleep(for: .seconds(3600))
                return .returned(attempt.input)
            })
        let run = try await harness.start()
        async let summary = harness.engine.run(run)
        for await _ in begun { break }
        try await harness.engine.decide(run, decision, choice: "reject", by: "key:release")

        #expect(try await summary.run.outputs == ["choice": "reject"])
        #expect(try await harness.states(try await summary)["decision/deliver"] == .cancelled)
    }

    @Test(arguments: [true, false])
    func `a question is sent once, at whatever write the process dies`(keepsLast: Bool)
        async throws
    {
        let folder = try TemporaryFolder()
        let journal = try await SQLiteJournal.open(folder.file("journal.db"))
        let clock = FakeClock()
        let bundle = try TestFlows.bundle([Self.flow])
        var deaths = 0
        for death in 1... {
            let sent = Mutex<[String: Int]>([:])
            let executor = ScriptedExecutor(
                lookUp: { attempt in
                    let isThere = sent.withLock { $0[attempt.mark ?? "", default: 0] > 0 }
                    return isThere ? .found("sent") : .absent
                },
                answer: { attempt in
                    sent.withLock { $0[attempt.mark ?? "", default: 0] += 1 }
                    return .returned("sent")
                })
            let stopping = StoppingJournal(journal, diesAt: death, keepsLast: keepsLast)
            var engine = EngineHarness.engine(stopping, executor, clock)
            let id = try await engine.start(
                RunRequest(
                    bundle: bundle, tenant: "home", inputs: JSONObject(), trigger: .null))
            let died = (try? await engine.run(id)) == nil
            if died {
                deaths += 1
                engine = EngineHarness.engine(journal, executor, clock)
                _ = try await engine.run(id)
            }
            let before = sent.withLock { $0 }
            #expect(before.count == 1 && before.values.allSatisfy { $0 == 1 }, "death \(death)")
            try await journal.decide(
                id, decision, ApprovalDecision(choice: "accept", by: "key:release", at: clock.now))
            let summary = try await EngineHarness.engine(journal, executor, clock).run(id)
            #expect(summary.run.outputs == ["choice": "accept"], "death \(death)")
            #expect(sent.withLock { $0 } == before, "death \(death)")
            if !died { break }
        }
        #expect(deaths >= 4)
        await journal.close()
    }
}
