import FlowModel
import JSONValue
import Journal
import Testing

@testable import FlowEngine

/// Tools that a model calls: journalled steps of their own.
struct ToolTests {
    static let flow = """
        flow: f
        nodes:
          index: {set: {at: here}}
          ask:
            uses: llm/chat
            with: {value: hi}
            tools:
              search:
                description: Finds files.
                arguments: {type: object, properties: {query: {type: string}}, required: [query]}
                uses: test/read
                with: {value: "${{ tool.query }}", other: "${{ nodes.index.output.at }}"}
              count:
                description: Counts.
                arguments: {type: object, properties: {n: {type: integer}}, required: [n]}
                script: a.py
                input: {n: "${{ tool.n }}"}
        outputs: {said: "${{ nodes.ask.output }}"}
        """

    /// A model that calls the tools and says what they answered.
    @Sendable static func model(_ attempt: StepAttempt) async throws -> StepReport {
        guard attempt.node == "ask", let callTool = attempt.callTool else {
            return .returned(attempt.input)
        }
        var said: [JSON] = []
        for (sequence, call) in [
            ("search", ["query": "x"] as JSON), ("count", ["n": 2]), ("count", ["n": "two"]),
            ("nothing", [:]),
        ].enumerated() {
            let answer = try await callTool(
                ToolCall(name: call.0, arguments: call.1, sequence: sequence))
            switch answer {
            case .value(let value): said.append(value)
            case .failure(let message): said.append(.string(message))
            }
        }
        return .returned(.array(said))
    }

    @Test func `each call is a step with its input and output`() async throws {
        let harness = try await EngineHarness(Self.flow, answer: Self.model)

        let summary = try await harness.run()

        let said = try #require(summary.run.outputs?["said"])
        #expect(said[0] == ["value": "x", "other": "here"])
        #expect(said[1] == ["n": 2])
        #expect(said[2]?.stringValue?.contains("do not fit") == true)
        #expect(said[3]?.stringValue?.contains("search, count") == true)
        let call = try await harness.detail(summary).step(StepPath("ask/tool:0"))
        #expect(call?.identity.kind == "tool")
        #expect(call?.input == ["tool": "search", "arguments": ["query": "x"]])
        #expect(call?.output == ["value": "x", "other": "here"])
        #expect(call?.attempts.count == 1)
    }

    @Test func `after a restart the same call is answered from the journal`() async throws {
        let gate = Gate()
        let harness = try await EngineHarness(
            Self.flow,
            answer: { attempt in
                let report = try await Self.model(attempt)
                if attempt.node == "ask", attempt.number == 1 {
                    await gate.open()
                    try await Task.sleep(for: .seconds(3600))
                }
                return report
            })
        let id = try await harness.start()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await harness.engine.run(id) }
            await gate.wait()
            group.cancelAll()
        }

        let summary = try await harness.engine.resume(id)

        #expect(summary.run.state == .succeeded)
        #expect(harness.executor.order == ["ask", "ask.search", "ask.count", "ask"])
    }

    @Test func `a tool that fails tells the model and not the run`() async throws {
        let harness = try await EngineHarness(
            Self.flow,
            answer: { attempt in
                attempt.node == "ask.search" ? .raised("Gone") : try await Self.model(attempt)
            })

        let summary = try await harness.run()

        #expect(summary.run.outputs?["said"]?[0] == "Gone: Gone happened")
        #expect(try await harness.states(summary)["ask/tool:0"] == .failed)
    }

    @Test func `a model that is tried again may ask something else`() async throws {
        let harness = try await EngineHarness(
            Self.flow.replacing(
                "with: {value: hi}", with: "with: {value: hi}\n    retry: {times: 1, wait: 1 s}"),
            answer: { attempt in
                guard attempt.node == "ask", let callTool = attempt.callTool else {
                    return .returned(attempt.input)
                }
                let call = ToolCall(
                    name: "count", arguments: ["n": .integer(Int64(attempt.number))], sequence: 0)
                let answer = try await callTool(call)
                guard attempt.number > 1, case .value(let value) = answer else {
                    return .raised("Busy", retryable: true)
                }
                return .returned(value)
            })

        let summary = try await harness.run()

        #expect(summary.run.outputs?["said"] == ["n": 2])
        #expect(
            try await harness.detail(summary).step(StepPath("ask/tool:0"))?.attempts.count == 2)
    }
}

extension ToolTests {
    @Test func `models that call tools do not wait for the slots they hold themselves`()
        async throws
    {
        let harness = try await EngineHarness(
            Self.flow, limits: RunLimits(attemptsAtOnce: 1), answer: Self.model)

        #expect(try await harness.run().run.state == .succeeded)
    }
}
