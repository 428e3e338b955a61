import FlowModel
import JSONValue
import Journal
import Testing

@testable import FlowEngine

struct ItemsTests {
    private func flow(_ rest: String) -> String {
        """
        flow: items
        inputs: {list: {type: array, required: true}}
        nodes:
          each:
            for-each: ${{ inputs.list }}
            script: a.py
            input: {value: "${{ item }}"}
        \(rest.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
          reader: {script: b.js, input: {all: "${{ nodes.each.output }}"}}
        outputs: {items: "${{ nodes.each.items }}", output: "${{ nodes.each.output }}"}
        """
    }

    @Test func `items keep their order, whatever ends first`() async throws {
        let harness = try await EngineHarness(
            flow("key: k${{ item }}"),
            answer: { attempt in
                if attempt.itemKey == "k1" { for _ in 0..<50 { await Task.yield() } }
                return .returned(attempt.input["value"] ?? attempt.input)
            })

        let summary = try await harness.run(["list": [1, 2, 3]])

        #expect(summary.run.outputs?["output"] == [1, 2, 3])
        #expect(
            summary.run.outputs?["items"]?[1] == [
                "item": 2, "key": "k2", "index": 1, "state": "succeeded", "output": 2, "error": nil,
            ])
    }

    @Test func `no more than at-once items are under way`() async throws {
        let underWay = Counter(meeting: 3)
        let harness = try await EngineHarness(
            flow("at-once: 3"),
            answer: { attempt in
                guard attempt.node == "each" else { return .returned(nil) }
                await underWay.enter()
                // The first stay until a third is in: no timing decides whether they meet.
                await underWay.waitForOthers()
                await underWay.leave()
                return .returned(1)
            })

        _ = try await harness.run(["list": .array((0..<20).map { .integer($0) })])

        #expect(await underWay.most == 3)
    }

    @Test func `no items is success`() async throws {
        let harness = try await EngineHarness(flow(""))

        let summary = try await harness.run(["list": []])

        #expect(summary.run.outputs == ["items": [], "output": []])
        #expect(try await harness.states(summary) == ["each": .succeeded, "reader": .succeeded])
    }

    @Test func `a duplicate key fails the node before any item runs`() async throws {
        let harness = try await EngineHarness(flow("key: ${{ item }}"))

        let summary = try await harness.run(["list": ["a", "b", "a"]])

        #expect(summary.run.state == .failed)
        #expect(summary.run.error?.kind == "duplicate-key")
        #expect(summary.run.error?.message == "items 0 and 2 have the same key 'a'")
        #expect(harness.executor.order.isEmpty)
    }

    @Test func `what is no list cannot be gone through`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              a: {set: {x: 1}}
              each: {for-each: "${{ nodes.a.output }}", script: a.py, input: {}}
            """)

        let summary = try await harness.run()

        #expect(summary.run.error?.kind == "for-each")
        #expect(summary.run.error?.step == StepPath("each"))
    }

    @Test func `a condition holds per item`() async throws {
        let harness = try await EngineHarness(
            flow("when: ${{ item > 1 }}"), answer: { .returned($0.input["value"] ?? nil) })

        let summary = try await harness.run(["list": [1, 2, 3]])

        #expect(summary.run.outputs?["output"] == [2, 3])
        #expect(summary.run.outputs?["items"]?[0]?["state"] == "skipped")
    }

    @Test func `continue leaves a failed item behind and goes on`() async throws {
        let harness = try await EngineHarness(
            flow("on-error: continue"),
            answer: { $0.input["value"] == 2 ? .raised("Bad") : .returned($0.input["value"] ?? 0) })

        let summary = try await harness.run(["list": [1, 2, 3]])

        #expect(summary.run.state == .succeeded)
        #expect(summary.run.outputs?["output"] == [1, 3])
        let failed = summary.run.outputs?["items"]?[1]
        #expect(failed?["state"] == "failed")
        #expect(failed?["error"]?["kind"] == "Bad")
        #expect(harness.executor.order.last == "reader")
    }

    @Test func `a default stands in for a failed item`() async throws {
        let harness = try await EngineHarness(
            flow("on-error: {default: {was: \"${{ item }}\"}}"),
            answer: { $0.input["value"] == 2 ? .raised("Bad") : .returned($0.input["value"] ?? 0) })

        let summary = try await harness.run(["list": [1, 2]])

        #expect(summary.run.outputs?["output"] == [1, ["was": 2]])
    }

    @Test func `stop ends the other items and the run`() async throws {
        let harness = try await EngineHarness(
            flow("at-once: 2"),
            answer: { attempt in
                if attempt.input["value"] == 1 { return .raised("Bad") }
                try await Task.sleep(for: .seconds(3600))
                return .returned(1)
            })

        let summary = try await harness.run(["list": [1, 2, 3]])

        #expect(summary.run.state == .failed)
        #expect(summary.run.error?.step == StepPath("each[0]"))
        let states = try await harness.states(summary)
        #expect(states["each[0]"] == .failed)
        #expect(states["each[1]"] == .cancelled)
        #expect(states["each[2]"] == nil)
        #expect(states["each"] == .failed)
        #expect(harness.executor.order.count == 2)
    }
}
