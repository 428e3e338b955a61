import FlowModel
import JSONValue
import Journal
import Testing

@testable import FlowEngine

/// Approvals, timers, and runs that are parked meanwhile.
struct WaitingTests {
    static let release = """
        flow: release
        nodes:
          patch: {set: {value: 1}}
          decision:
            approval:
              ask: "Push ${{ nodes.patch.output.value }}?"
              choices: {accept: Accept, reject: Reject}
              who: ["key:release"]
              covers: [push]
              expires: 72 h
          route: {choose: "${{ nodes.decision.output.choice }}", cases: {accept: push, reject: dropped}, otherwise: late}
          push: {uses: test/write, with: {value: "${{ nodes.patch.output.value }}"}}
          dropped: {set: dropped}
          late: {set: late}
        outputs:
          by: ${{ nodes.decision.output.by }}
          choice: ${{ nodes.decision.output.choice }}
          late: ${{ nodes.late?.output }}
        """
    let decision = StepPath("decision")

    @Test func `an approval parks the run until somebody decides`() async throws {
        let harness = try await EngineHarness(Self.release)
        let parked = try await harness.run()
        let waiting = try #require(parked.waiting.first)

        #expect(parked.run.state == .waiting)
        #expect(waiting.approval?.ask == "Push 1?")
        #expect(waiting.approval?.covered == ["push": ["value": 1]])
        #expect(parked.run.wakesAt == harness.clock.now + .seconds(72 * 3600))

        try await harness.engine.decide(
            parked.run.id, decision, choice: "accept", by: "key:release", comment: "fine")
        let summary = try await harness.engine.resume(parked.run.id)

        #expect(summary.run.state == .succeeded)
        #expect(summary.run.outputs == ["by": "key:release", "choice": "accept", "late": nil])
        #expect(harness.executor.order == ["push"])
    }

    @Test func `a decision reaches a run that is being driven`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              decision: {approval: {ask: Go?, choices: {"yes": Go}, who: ["key:any"]}}
              long: {script: a.py, input: {}}
              then: {set: "${{ nodes.decision.output.choice }}"}
            outputs: {then: "${{ nodes.then.output }}"}
            """,
            answer: { _ in
                try await Task.sleep(for: .seconds(3600))
                return .returned(1)
            })
        let id = try await harness.start()
        let events = harness.engine.events(of: id)

        async let running = harness.engine.run(id)
        var states: [String] = []
        for await event in events {
            guard case .step(let identity, let state, _, _) = event.change else { continue }
            states.append("\(identity.node) \(state.rawValue)")
            if states.last == "decision waiting" {
                try await harness.engine.decide(id, decision, choice: "yes", by: "key:any")
            }
            // The other branch still runs, and must not hold this one up.
            if states.last == "then succeeded" { try await harness.engine.cancel(id) }
        }
        let summary = try await running

        #expect(summary.run.state == .cancelled)
        #expect(states.contains("then succeeded"))
    }

    @Test func `an approval that nobody answers expires`() async throws {
        let harness = try await EngineHarness(Self.release)
        let parked = try await harness.run()
        harness.clock.advance(by: .seconds(73 * 3600))

        let summary = try await harness.engine.resume(parked.run.id)

        #expect(summary.run.outputs == ["by": "", "choice": "expired", "late": "late"])
        #expect(harness.executor.order.isEmpty)
    }

    @Test func `what was approved is sent as it was approved or not at all`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              a: {script: a.py, input: {}}
              decision: {approval: {ask: Push?, choices: {ok: OK}, who: ["key:x"], covers: [push]}, after: [a]}
              push:
                uses: test/write
                with: {value: "${{ nodes.late?.output }}"}
                after: [decision]
              late: {set: changed, after: [a]}
            """)
        let parked = try await harness.run()
        try await harness.journal.record(
            [
                .stepSettled(
                    StepSettlement(
                        identity: StepIdentity(path: StepPath("late"), node: "late", kind: "set"),
                        state: .succeeded, output: "changed by somebody", at: noon))
            ], of: parked.run.id)
        try await harness.engine.decide(parked.run.id, decision, choice: "ok", by: "key:x")

        let summary = try await harness.engine.resume(parked.run.id)

        #expect(summary.run.error?.kind == "approval-void")
        #expect(harness.executor.order == ["a"])
    }

    @Test func `a timer that has run out while nobody was there goes on at once`() async throws {
        let text = """
            flow: f
            nodes:
              pause: {wait: 30 min}
              then: {set: done, after: [pause]}
            outputs: {then: "${{ nodes.then.output }}"}
            """
        let clock = FakeClock(jumps: false)
        let harness = try await EngineHarness(
            text, clock: clock, parksTimersBeyond: .seconds(60))
        let parked = try await harness.run()
        #expect(parked.run.state == .waiting)
        #expect(parked.run.wakesAt == noon + .seconds(1800))
        clock.advance(by: .seconds(1801))

        let summary = try await harness.engine.resume(parked.run.id)

        #expect(summary.run.outputs == ["then": "done"])
    }

    @Test func `a near timer is slept through`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              pause: {wait: 30 s}
            """)

        let summary = try await harness.run()

        #expect(summary.run.state == .succeeded)
        #expect(harness.clock.sleeps == [.seconds(30)])
    }
}

let noon = Moment(milliseconds: 1_795_176_000_000)

extension WaitingTests {
    @Test func `a sub-flow that was cut off does not keep the run from being parked`() async throws
    {
        let clock = FakeClock(jumps: false)
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              slow: {flow: inner, timeout: 5 s, on-error: continue}
              decision: {approval: {ask: Go?, choices: {ok: OK}, who: ["key:x"]}}
            """,
            """
            flow: inner
            nodes:
              a: {script: a.py, input: {}}
              b: {script: a.py, input: {}}
              c: {for-each: "${{ vars.list }}", script: a.py, input: {}, after: [a]}
            """, clock: clock,
            answer: { _ in
                try await Task.sleep(for: .seconds(3600))
                return .returned(1)
            })
        let id = try await harness.start()

        async let running = harness.engine.run(id)
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(5))
        let summary = try await running

        #expect(summary.run.state == .waiting)
        let states = try await harness.states(summary)
        #expect(states["slow"] == .failed)
        #expect(states["slow/a"] == .cancelled && states["slow/b"] == .cancelled)
    }
}
