import FlowModel
import JSONValue
import Journal
import SandboxPolicy
import Synchronization
import Testing

@testable import FlowEngine

/// Retry, repeat, timeout, `returns` and the forms of `on-error`.
struct AttemptsTests {
    private func flow(_ rest: String, work: String = "script: a.py\n    input: {}") -> String {
        """
        flow: f
        nodes:
          a:
            \(work)
            \(rest)
          b: {set: "${{ nodes.a.output }}"}
        outputs: {b: "${{ nodes.b?.output }}"}
        """
    }

    @Test func `retry waits longer each time, and longer still when the service says so`()
        async throws
    {
        let harness = try await EngineHarness(
            flow("retry: {times: 3, wait: 2 s}"),
            answer: { attempt in
                switch attempt.number {
                case 1: .raised("Busy", retryable: true)
                case 2: .raised("Busy", retryable: true, status: 429, retryAfter: .seconds(30))
                case 3: .raised("Busy", retryable: true)
                default: .returned("ok")
                }
            })

        let summary = try await harness.run()

        #expect(summary.run.outputs == ["b": "ok"])
        #expect(harness.clock.sleeps == [.seconds(2), .seconds(30), .seconds(8)])
        let attempts = try await harness.detail(summary).step(StepPath("a"))?.attempts ?? []
        #expect(attempts.map(\.outcome) == ["raised", "raised", "raised", "returned"])
        #expect(attempts[1].error?.status == 429)
    }

    @Test func `an error that trying again cannot help is not retried`() async throws {
        let harness = try await EngineHarness(
            flow("retry: {times: 3, wait: 2 s}"), answer: { _ in .raised("KeyError") })

        let summary = try await harness.run()

        #expect(summary.run.state == .failed)
        #expect(summary.run.error?.kind == "KeyError")
        #expect(summary.run.error?.attempts == 1)
        #expect(harness.executor.attempts.count == 1)
    }

    @Test func `on says which errors are retried`() async throws {
        let harness = try await EngineHarness(
            flow("retry: {times: 2, wait: 1 s, on: [crashed]}"),
            answer: { attempt in
                attempt.number < 3 ? StepReport(outcome: .crashed(signal: 11)) : .raised("Other")
            })

        let summary = try await harness.run()

        #expect(summary.run.error?.kind == "Other")
        #expect(harness.executor.attempts.count == 3)
    }

    @Test func `retries that are used up fail the step with their number`() async throws {
        let harness = try await EngineHarness(
            flow("retry: {times: 2, wait: 1 s}"), answer: { _ in .raised("Busy", retryable: true) })

        let summary = try await harness.run()

        #expect(summary.run.error?.attempts == 3)
        #expect(harness.executor.attempts.map(\.number) == [1, 2, 3])
    }

    @Test func `what the host could not begin is its own kind of error`() async throws {
        struct NoZygote: Error, CustomStringConvertible { let description = "cannot start" }
        let harness = try await EngineHarness(flow(""), answer: { _ in throw NoZygote() })

        let summary = try await harness.run()

        #expect(summary.run.error?.kind == "host")
        #expect(summary.run.error?.message == "cannot start")
    }

    @Test func `repeat runs until its condition holds`() async throws {
        let harness = try await EngineHarness(
            flow("repeat: {until: \"${{ output.n == 3 }}\", every: 2 s, at-most: 5}"),
            answer: { .returned(["n": .integer(Int64($0.number))]) })

        let summary = try await harness.run()

        #expect(summary.run.outputs == ["b": ["n": 3]])
        #expect(harness.clock.sleeps == [.seconds(2), .seconds(2)])
    }

    @Test func `repeat that never comes true fails`() async throws {
        let harness = try await EngineHarness(
            flow("repeat: {until: \"${{ output.n == 9 }}\", every: 2 s, at-most: 3}"),
            answer: { .returned(["n": .integer(Int64($0.number))]) })

        let summary = try await harness.run()

        #expect(summary.run.error?.kind == "repeat")
        #expect(harness.executor.attempts.count == 3)
    }

    @Test func `a timeout ends a script that does not end itself`() async throws {
        let clock = FakeClock(jumps: false)
        let harness = try await EngineHarness(
            flow("timeout: 5 s"), clock: clock,
            answer: { _ in
                try await Task.sleep(for: .seconds(3600))
                return .returned(1)
            })
        let id = try await harness.start()

        async let running = harness.engine.run(id)
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(7))
        let summary = try await running

        #expect(summary.run.error?.kind == "wall-time")
        #expect(harness.executor.attempts[0].timeout == .seconds(5))
    }

    @Test func `a write that timed out is retried only when its effect can be found again`()
        async throws
    {
        func attempts(once: String) async throws -> Int {
            let clock = FakeClock(jumps: false)
            let harness = try await EngineHarness(
                flow(
                    "timeout: 5 s\n    retry: {times: 1, wait: 1 s}\(once)",
                    work: "uses: test/write\n    with: {value: 1}"), clock: clock,
                answer: { attempt in
                    if attempt.number == 1 { try await Task.sleep(for: .seconds(3600)) }
                    return .returned(1)
                })
            let id = try await harness.start()
            async let running = harness.engine.run(id)
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(7))
            if !once.isEmpty {
                await clock.waitForSleepers(2)
                clock.advance(by: .seconds(2))
            }
            _ = try await running
            #expect(harness.executor.lookUps.count == (once.isEmpty ? 0 : 1))
            return harness.executor.attempts.count
        }

        #expect(try await attempts(once: "") == 1)
        #expect(try await attempts(once: "\n    once: it") == 2)
    }

    @Test func `a write that failed is looked up before it is made again`() async throws {
        let harness = try await EngineHarness(
            flow(
                "retry: {times: 1, wait: 1 s}\n    once: it",
                work: "uses: test/write\n    with: {value: 1}"),
            lookUp: { _ in .found("there already") },
            answer: { _ in .raised("cut", retryable: true) })

        let summary = try await harness.run()

        #expect(summary.run.outputs == ["b": "there already"])
        #expect(harness.executor.attempts.count == 1)
        #expect(harness.executor.lookUps.map(\.mark) == ["f/a/-/it"])
    }

    @Test func `a write that may have happened and cannot be looked up is not made again`()
        async throws
    {
        let harness = try await EngineHarness(
            flow(
                "retry: {times: 2, wait: 1 s, on: [timeout]}\n    once: it",
                work: "uses: test/write\n    with: {value: 1}"),
            lookUp: { _ in .unknown("the service has no way to ask") },
            answer: { _ in .raised("timeout") })

        let summary = try await harness.run()

        #expect(summary.run.error?.kind == "in-doubt")
        #expect(harness.executor.attempts.count == 1)
    }

    @Test func `a write that surely did not happen is made again although it cannot be looked up`()
        async throws
    {
        let harness = try await EngineHarness(
            flow(
                "retry: {times: 1, wait: 1 s}\n    once: it",
                work: "uses: test/write\n    with: {value: 1}"),
            lookUp: { _ in .unknown("the service has no way to ask") },
            answer: { attempt in
                attempt.number == 1 ? .raised("connection", retryable: true) : .returned(2)
            })

        let summary = try await harness.run()

        #expect(summary.run.outputs == ["b": 2])
    }

    @Test func `an output that does not fit returns is an error`() async throws {
        let harness = try await EngineHarness(
            flow("returns: {type: object, properties: {n: {type: integer}}, required: [n]}"),
            answer: { _ in .returned(["n": "one"]) })

        let summary = try await harness.run()

        #expect(summary.run.error?.kind == "returns")
        #expect(summary.run.error?.message.contains("/n") == true)
    }

    @Test func `a value that is set must fit returns too, item by item`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              a:
                for-each: [1, 2]
                set: ${{ item }}
                returns: {type: integer, maximum: 1}
                on-error: continue
            outputs: {items: "${{ nodes.a.items }}"}
            """)

        let summary = try await harness.run()

        let states = summary.run.outputs?["items"]?.arrayValue?.map { $0["state"]?.stringValue }
        #expect(states == ["succeeded", "failed"])
        #expect(summary.run.outputs?["items"]?[1]?["error"]?["kind"] == "returns")
    }

    @Test func `logs, denials and usage of each attempt are kept`() async throws {
        let denial = Denial(syscall: "socket", arguments: ["AF_INET"], meaning: "m", count: 1)
        let usage = Usage(
            wallTime: .milliseconds(3), cpuTime: .milliseconds(2), peakMemory: ByteCount(1024))
        let harness = try await EngineHarness(
            flow(""),
            answer: { _ in
                StepReport(
                    outcome: .returned(1), standardOutput: "out", standardError: "err",
                    denials: [denial], usage: usage)
            })

        let summary = try await harness.run()

        let attempt = try #require(
            try await harness.detail(summary).step(StepPath("a"))?.attempts[0])
        #expect(attempt.standardOutput == "out")
        #expect(attempt.standardError == "err")
        #expect(attempt.denials == [denial])
        #expect(attempt.usage == usage)
    }

    @Test func `continue lets the run go on without the readers`() async throws {
        let harness = try await EngineHarness(
            flow("on-error: continue"), answer: { _ in .raised("Bad") })

        let summary = try await harness.run()

        #expect(summary.run.state == .succeeded)
        #expect(try await harness.states(summary) == ["a": .failed, "b": .skipped])
    }

    @Test func `a default stands in for the output`() async throws {
        let harness = try await EngineHarness(
            flow("on-error: {default: [7]}"), answer: { _ in .raised("Bad") })

        let summary = try await harness.run()

        #expect(summary.run.outputs == ["b": [7]])
        #expect(try await harness.detail(summary).step(StepPath("a"))?.error?.kind == "Bad")
    }

    @Test func `go-to runs its target, which reads the error`() async throws {
        let text = """
            flow: f
            nodes:
              a: {script: a.py, input: {}, on-error: {go-to: rescue}}
              b: {set: "${{ nodes.a.output }}"}
              rescue: {set: "${{ nodes.a.error.kind }} after ${{ nodes.a.error.attempts }}"}
            outputs: {b: "${{ nodes.b?.output }}", rescue: "${{ nodes.rescue?.output }}"}
            """
        let failing = try await EngineHarness(text, answer: { _ in .raised("Bad") })
        let fine = try await EngineHarness(text, answer: { _ in .returned(1) })

        #expect(try await failing.run().run.outputs == ["b": nil, "rescue": "Bad after 1"])
        #expect(try await fine.run().run.outputs == ["b": 1, "rescue": nil])
    }

    @Test func `stop cancels what still runs`() async throws {
        let meeting = Meeting(of: 2)
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              bad: {script: a.py, input: {}}
              long: {script: a.py, input: {}}
              never: {script: a.py, input: {}, after: [long]}
            """,
            answer: { attempt in
                await meeting.arrive()
                if attempt.node == "bad" { return .raised("Bad") }
                try await Task.sleep(for: .seconds(3600))
                return .returned(1)
            })

        let summary = try await harness.run()

        #expect(summary.run.state == .failed)
        #expect(summary.run.error?.step == StepPath("bad"))
        #expect(try await harness.states(summary) == ["bad": .failed, "long": .cancelled])
    }
}
