import FlowEngine
import FlowModel
import JSONValue
import Journal
import TestSupport
import Testing

@testable import Scheduling

@Suite(.timeLimit(.minutes(3)))
struct FollowingTests {
    @Test func `a run that fails starts the flow for that, once, with what is known of it`()
        async throws
    {
        let harness = try await QueueHarness { attempt in
            guard attempt.flow == "a" else { return StepReport(outcome: .returned(.null)) }
            return StepReport(
                outcome: .raised(RaisedError(type: "broken", message: "it broke")))
        }
        let flow = try QueueHarness.flow(
            "flow: a\non-failure: {flow: tell}\nnodes: {x: {script: a.py}}",
            """
            flow: tell
            inputs: {run: {type: string}, message: {type: string}, error: {type: object}}
            on-failure: {flow: a}
            nodes: {x: {script: a.py, input: {m: "${{ inputs.message }}"}}}
            """)

        let run = try await harness.serving { harness, events in
            let run = try await harness.submit(flow)
            _ = await events.left(2)
            return run
        }

        let runs = try await harness.journal.listRuns(RunFilter())
        #expect(runs.count == 2)
        let follower = try #require(runs.first { $0.flow == "tell" })
        #expect(follower.state == .succeeded)
        #expect(follower.inputs["run"]?.stringValue == run.text)
        #expect(follower.inputs["message"] == "it broke")
        #expect(follower.inputs["error"]?["kind"] == "broken")
        #expect(follower.trigger["kind"] == "failure")
        #expect(try await harness.journal.runsToFollow(limit: 10).isEmpty)
    }

    @Test func `a failure whose follower was not started before a crash gets it afterwards`()
        async throws
    {
        let harness = try await QueueHarness()
        let flow = try QueueHarness.flow(
            "flow: a\non-failure: {flow: tell}\nnodes: {x: {script: a.py}}",
            "flow: tell\nnodes: {x: {set: 1}}")
        let run = try await harness.submit(flow)
        try await harness.journal.record(
            [
                .runSettled(
                    RunSettlement(
                        state: .failed, error: StepFailure(kind: "x", message: "x"),
                        activeTime: .zero, at: harness.clock.now))
            ], of: run)

        try await harness.serving { _, events in _ = await events.left(1) }

        #expect(try await harness.journal.listRuns(RunFilter(flow: "tell")).count == 1)
    }

    @Test func `runs and deliveries are deleted when they have been over for long enough`()
        async throws
    {
        let harness = try await QueueHarness(retention: .seconds(86_400))
        let flow = try QueueHarness.flow("flow: a\nnodes: {x: {script: a.py}}")

        try await harness.serving { harness, events in
            _ = try await harness.submit(flow)
            _ = await events.left(1)
            harness.clock.advance(by: .seconds(86_500))
            let last = try await harness.submit(flow)
            _ = await events.first(1) { if case .deleted = $0 { true } else { false } }
            #expect(try await harness.journal.listRuns(RunFilter()).map(\.id) == [last])
        }
    }

    @Test func `a run whose row is damaged is ended and hides no other`() async throws {
        let harness = try await QueueHarness()
        let flow = try QueueHarness.flow("flow: a\nnodes: {x: {script: a.py}}")
        let (damaged, whole) = try await (harness.submit(flow), harness.submit(flow))
        try await harness.journal.damage(damaged)

        try await harness.serving { _, events in
            _ = await events.first(2) { event in
                switch event {
                case .left, .abandoned: true
                default: false
                }
            }
        }

        let runs = try await harness.journal.listRuns(RunFilter())
        #expect(runs.first { $0.id == whole }?.state == .succeeded)
        #expect(runs.first { $0.id == damaged }?.state == .failed)
        #expect(runs.first { $0.id == damaged }?.error?.message.contains("restore") == true)
    }

    @Test func `a full disk stops new runs, is said, and is got over when there is room`()
        async throws
    {
        let folder = try TemporaryFolder()
        let flow = try QueueHarness.flow("flow: a\nnodes: {x: {script: a.py}}")
        let full = try await QueueHarness(in: folder, sizeLimit: 400_000) { _ in
            StepReport(outcome: .returned(.string(String(repeating: "x", count: 100_000))))
        }
        var runs: [RunID] = []
        for _ in 0..<20 { runs.append(try await full.submit(flow)) }

        let refusal = try await full.serving { harness, events in
            let failed = await events.first(1) {
                if case .journalFailed = $0 { true } else { false }
            }
            guard case .journalFailed(let reason, _) = try #require(failed.first) else {
                return (reason: "", refusal: "")
            }
            let refusal = harness.queue.refusal()?.reason ?? ""
            harness.queue.drain(within: .zero)
            return (reason: reason, refusal: refusal)
        }
        await full.journal.close()

        #expect(refusal.reason.contains("free space"))
        #expect(refusal.refusal == "the disk of the host's journal is full")
        let roomy = try await QueueHarness(in: folder)
        try await roomy.serving { harness, events in
            while try await harness.journal.listRuns(
                RunFilter(states: [.queued, .running], limit: 1)
            ).count > 0 {
                _ = await events.left(1)
            }
        }
        for run in runs { #expect(try await roomy.state(of: run) == .succeeded) }
    }
}
