import FlowModel
import JSONValue
import Journal
import Testing

@testable import FlowEngine

/// Which node runs after which, and which is skipped: "A reference is a need" (docs/flows.md).
struct NeedsTests {
    @Test func `a reader waits for what it reads and gets its output`() async throws {
        let harness = try await EngineHarness(
            """
            flow: greet
            inputs: {name: {type: string, required: true}}
            nodes:
              second: {script: b.js, input: {text: "${{ nodes.first.output.text }}!"}}
              first: {script: a.py, input: {text: "hello ${{ inputs.name }}"}}
            outputs: {said: "${{ nodes.second.output.text }}", who: "${{ vars.who }}"}
            """)

        let summary = try await harness.run(["name": "Ada"])

        #expect(summary.run.state == .succeeded)
        #expect(summary.run.outputs == ["said": "hello Ada!", "who": "world"])
        #expect(harness.executor.order == ["first", "second"])
    }

    @Test func `nodes that need nothing of each other run side by side`() async throws {
        let meeting = Meeting(of: 3)
        let harness = try await EngineHarness(
            """
            flow: wide
            nodes:
              a: {script: a.py, input: {}}
              b: {script: a.py, input: {}}
              c: {script: a.py, input: {}}
            """,
            answer: { attempt in
                await meeting.arrive()
                return .returned(attempt.input)
            })

        #expect(try await harness.run().run.state == .succeeded)
    }

    @Test func `a condition that does not hold skips the node and its readers in turn`()
        async throws
    {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              a: {script: a.py, input: {go: false}}
              b: {script: a.py, input: {}, when: "${{ nodes.a.output.go }}"}
              c: {script: a.py, input: {x: "${{ nodes.b.output }}"}}
              d: {script: a.py, input: {}, after: [c]}
              e: {script: a.py, input: {x: "${{ nodes.d?.output.x }}"}}
            outputs: {e: "${{ nodes.e.output }}"}
            """)

        let summary = try await harness.run()

        #expect(
            try await harness.states(summary) == [
                "a": .succeeded, "b": .skipped, "c": .skipped, "d": .skipped, "e": .succeeded,
            ])
        #expect(summary.run.outputs == ["e": ["x": nil]])
        let detail = try await harness.detail(summary)
        #expect(detail.step(StepPath("c"))?.reason == "it reads 'b', which was skipped")
        #expect(detail.step(StepPath("b"))?.reason?.contains("does not hold") == true)
    }

    @Test func `after any needs one of them taken`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            inputs: {which: {type: string, required: true}}
            nodes:
              route: {choose: "${{ inputs.which }}", cases: {a: a, b: b}, otherwise: c}
              a: {set: 1}
              b: {set: 2}
              c: {set: 3}
              joined: {set: "${{ nodes.a?.output }}-${{ nodes.b?.output }}", after: {any: [a, b]}}
            outputs: {joined: "${{ nodes.joined?.output }}"}
            """)

        let chosen = try await harness.run(["which": "b"])
        let other = try await harness.run(["which": "z"])

        #expect(chosen.run.outputs == ["joined": "-2"])
        #expect(
            try await harness.states(chosen) == [
                "route": .succeeded, "a": .skipped, "b": .succeeded, "c": .skipped,
                "joined": .succeeded,
            ])
        #expect(other.run.outputs == ["joined": nil])
        #expect(try await harness.states(other)["joined"] == .skipped)
    }

    @Test func `an n8n script that returns no items skips its readers`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              a: {script: b.js, style: n8n, input: {}}
              b: {script: a.py, input: {x: "${{ nodes.a.output }}"}}
              c: {script: a.py, input: {}, after: [a]}
            """, answer: { attempt in .returned(attempt.node == "a" ? [] : 1) })

        let summary = try await harness.run()

        #expect(
            try await harness.states(summary) == [
                "a": .succeeded, "b": .skipped, "c": .succeeded,
            ])
    }

    @Test func `an n8n script sees its items and those of the nodes before it`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              a: {set: {x: 1}}
              b: {script: b.js, style: n8n, mode: runOnceForEachItem, input: "${{ nodes.a.output }}"}
            """)

        _ = try await harness.run()

        guard case .script(let work) = harness.executor.attempts[0].work else { return }
        #expect(work.style == .n8n)
        #expect(
            work.context == ["items": [["json": ["x": 1]]], "nodes": ["a": [["json": ["x": 1]]]]])
    }

    @Test func `a script gets its pinned source and the modules beside it`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              a: {script: a.py, input: {}}
            """)

        _ = try await harness.run()

        guard case .script(let work) = harness.executor.attempts[0].work else { return }
        #expect(work.fileName == "a.py")
        #expect(work.source == Array("def main(): pass".utf8))
        #expect(work.modules.map(\.path) == ["lib/c.py"])
    }

    @Test func `respond is kept as the answer and the run goes on`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              early: {respond: {status: 202, body: {ok: true}}}
              later: {script: a.py, input: {}, after: [early]}
            """)

        let summary = try await harness.run()

        #expect(summary.run.response == ["status": 202, "body": ["ok": true]])
        #expect(summary.run.state == .succeeded)
        #expect(harness.executor.order == ["later"])
    }
}

/// Holds those who arrive until all are there.
actor Meeting {
    private let size: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(of size: Int) { self.size = size }

    func arrive() async {
        if waiting.count + 1 == size {
            for continuation in waiting { continuation.resume() }
            waiting = []
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}
