import FlowModel
import JSONValue
import Journal
import Testing

@testable import FlowEngine

/// What happens to a step that was in flight when its process died.
struct ResumeTests {
    /// Drives a run whose step `a` never ends, and lets the process die there.
    private func died(
        _ text: String, lookUp: EffectLookUp = .absent
    ) async throws -> (EngineHarness, RunID) {
        let harness = try await EngineHarness(
            text, lookUp: { _ in lookUp },
            answer: { attempt in
                if attempt.node == "a", attempt.number == 1 {
                    try await Task.sleep(for: .seconds(3600))
                }
                return .returned(.string("try \(attempt.number)"))
            })
        let id = try await harness.start()
        let events = harness.engine.events(of: id)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await harness.engine.run(id) }
            for await event in events {
                if case .attemptStarted(let identity, _) = event.change, identity.node == "a" {
                    break
                }
            }
            group.cancelAll()
        }
        #expect(try await harness.journal.showRun(id)?.run.state == .running)
        return (harness, id)
    }

    private func flow(_ node: String) -> String {
        """
        flow: f
        nodes:
          before: {script: b.js, input: {}}
          a: {\(node), after: [before]}
        outputs: {a: "${{ nodes.a.output }}"}
        """
    }

    @Test func `a script runs again, and what was finished does not`() async throws {
        let (harness, id) = try await died(flow("script: a.py, input: {}"))

        let summary = try await harness.engine.resume(id)

        #expect(summary.run.outputs == ["a": "try 2"])
        #expect(harness.executor.order == ["before", "a", "a"])
        let attempts = try await harness.detail(summary).step(StepPath("a"))?.attempts ?? []
        #expect(attempts.map(\.outcome) == ["lost", "returned"])
    }

    @Test func `a script with a network waits for a person unless it is repeatable`() async throws {
        let (harness, id) = try await died(
            flow("script: a.py, input: {}, profile: fetch, network: {hosts: [\"a.example:443\"]}"))
        let parked = try await harness.engine.resume(id)

        #expect(parked.run.state == .waiting)
        #expect(parked.waiting.first?.waitsFor == .resolution)
        #expect(parked.waiting.first?.reason?.contains("sluice runs resolve \(id) a") == true)

        let (other, otherID) = try await died(
            flow(
                "script: a.py, input: {}, profile: fetch, network: {hosts: [\"a.example:443\"]}, repeatable: true"
            ))
        #expect(try await other.engine.resume(otherID).run.outputs == ["a": "try 2"])
    }

    @Test func `an operation that only reads is made again`() async throws {
        let (harness, id) = try await died(
            flow("uses: test/read, with: {value: 1}"), lookUp: .unknown("never asked"))

        #expect(try await harness.engine.resume(id).run.outputs == ["a": "try 2"])
        #expect(harness.executor.lookUps.isEmpty)
    }

    @Test func `a write that happened is not made again`() async throws {
        let (harness, id) = try await died(
            flow("uses: test/write, with: {value: 1}, once: it"), lookUp: .found("there"))

        let summary = try await harness.engine.resume(id)

        #expect(summary.run.outputs == ["a": "there"])
        #expect(harness.executor.attempts(of: "a").count == 1)
        #expect(harness.executor.lookUps.map(\.mark) == ["f/a/-/it"])
    }

    @Test func `a write that did not happen is made again with the same mark`() async throws {
        let (harness, id) = try await died(
            flow("uses: test/write, with: {value: 1}, once: it"), lookUp: .absent)

        let summary = try await harness.engine.resume(id)

        #expect(summary.run.outputs == ["a": "try 2"])
        #expect(Set(harness.executor.attempts(of: "a").map(\.mark)) == ["f/a/-/it"])
    }

    @Test(arguments: Resolution.allCases)
    func `a write in doubt waits for a person`(resolution: Resolution) async throws {
        let (harness, id) = try await died(
            flow("uses: test/write, with: {value: 1}"), lookUp: .unknown("no mark"))
        let parked = try await harness.engine.resume(id)
        #expect(parked.run.state == .waiting)
        #expect(harness.executor.attempts(of: "a").count == 1)

        try await harness.engine.resolve(id, StepPath("a"), resolution)
        let summary = try await harness.engine.resume(id)

        switch resolution {
        case .done: #expect(summary.run.outputs == ["a": nil])
        case .retry: #expect(summary.run.outputs == ["a": "try 2"])
        case .fail: #expect(summary.run.error?.kind == "in-doubt")
        }
    }

    @Test func `a run goes on with the files that it began with`() async throws {
        let (harness, id) = try await died(flow("script: a.py, input: {}"))
        // Another engine knows nothing of the run but what the journal holds.
        let engine = EngineHarness.engine(harness.journal, harness.executor, harness.clock)

        let summary = try await engine.resume(id)

        #expect(summary.run.state == .succeeded)
        guard case .script(let work) = harness.executor.attempts(of: "a")[1].work else { return }
        #expect(work.source == Array("def main(): pass".utf8))
    }

    @Test func `a finished run is only summed up`() async throws {
        let harness = try await EngineHarness(flow("script: a.py, input: {}"))
        let first = try await harness.run()

        let again = try await harness.engine.resume(first.run.id)

        #expect(again.run == first.run)
        #expect(harness.executor.order == ["before", "a"])
    }

    @Test func `a run that is being driven is not driven twice`() async throws {
        let harness = try await EngineHarness(flow("script: a.py, input: {}"))
        let id = try await harness.start()
        try await harness.journal.claimRun(id)

        await #expect(throws: JournalError.isDriven(id, by: nil)) {
            _ = try await harness.engine.run(id)
        }
    }

    @Test func `a wait for a retry goes on where it was`() async throws {
        let clock = FakeClock(jumps: false)
        let harness = try await EngineHarness(
            flow("script: a.py, input: {}, retry: {times: 2, wait: 60 s, on: [Bad]}"), clock: clock,
            answer: { $0.node == "a" && $0.number == 1 ? .raised("Bad") : .returned("ok") })
        let id = try await harness.start()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await harness.engine.run(id) }
            await clock.waitForSleepers(2)
            group.cancelAll()
        }
        clock.advance(by: .seconds(59))

        async let running = harness.engine.resume(id)
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(1))
        let summary = try await running

        #expect(summary.run.outputs == ["a": "ok"])
        #expect(harness.executor.attempts(of: "a").count == 2)
    }

    @Test func `a service that does not answer at once is asked again`() async throws {
        let asked = Counter()
        let harness = try await EngineHarness(
            flow("uses: test/write, with: {value: 1}, once: it"),
            lookUp: { _ in
                await asked.enter()
                return await asked.most < 3 ? .unknown("down") : .found("there")
            },
            answer: { attempt in
                if attempt.node == "a" { try await Task.sleep(for: .seconds(3600)) }
                return .returned(1)
            })
        let id = try await harness.start()
        let events = harness.engine.events(of: id)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await harness.engine.run(id) }
            for await event in events {
                if case .attemptStarted(let identity, _) = event.change, identity.node == "a" {
                    break
                }
            }
            group.cancelAll()
        }

        let summary = try await harness.engine.resume(id)

        #expect(summary.run.outputs == ["a": "there"])
        #expect(harness.clock.sleeps == [.seconds(2), .seconds(4)])
    }
}
