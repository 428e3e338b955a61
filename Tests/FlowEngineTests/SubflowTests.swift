import FlowModel
import JSONValue
import Journal
import Testing

@testable import FlowEngine

struct SubflowTests {
    static let outer = """
        flow: outer
        inputs: {names: {type: array, required: true}}
        nodes:
          each: {for-each: "${{ inputs.names }}", key: "${{ item }}", flow: inner, input: {name: "${{ item }}"}}
        outputs: {all: "${{ nodes.each.output }}"}
        """
    static let inner = """
        flow: inner
        inputs: {name: {type: string, required: true}, mark: {type: string, default: "!"}}
        nodes:
          build: {script: a.py, input: {name: "${{ inputs.name }}"}}
          check: {script: b.js, input: {text: "${{ nodes.build.output.name }}${{ inputs.mark }}"}}
        outputs: {text: "${{ nodes.check.output.text }}"}
        """

    @Test func `a sub-flow's steps are steps of the run, below the step that runs it`() async throws
    {
        let harness = try await EngineHarness(Self.outer, Self.inner)

        let summary = try await harness.run(["names": ["x", "y"]])

        #expect(summary.run.outputs == ["all": [["text": "x!"], ["text": "y!"]]])
        #expect(
            try await harness.states(summary).keys.sorted() == [
                "each", "each[x]", "each[x]/build", "each[x]/check", "each[y]", "each[y]/build",
                "each[y]/check",
            ])
    }

    @Test func `items do not wait for each other between nodes`() async throws {
        let harness = try await EngineHarness(
            Self.outer, Self.inner,
            answer: { attempt in
                // `x` is built only once `y` has gone all the way.
                if attempt.input["name"] == "x" { await Gate.shared(attempt.run).wait() }
                if attempt.input["text"] == "y!" { await Gate.shared(attempt.run).open() }
                return .returned(attempt.input)
            })

        #expect(try await harness.run(["names": ["x", "y"]]).run.state == .succeeded)
    }

    @Test func `a sub-flow that fails fails its step`() async throws {
        let harness = try await EngineHarness(
            Self.outer, Self.inner,
            answer: { $0.input["text"] == "x!" ? .raised("Bad") : .returned($0.input) })

        let summary = try await harness.run(["names": ["x"]])

        #expect(summary.run.state == .failed)
        #expect(summary.run.error?.kind == "Bad")
        #expect(try await harness.states(summary)["each[x]"] == .failed)
    }

    @Test func `a sub-flow that is tried again begins anew`() async throws {
        let harness = try await EngineHarness(
            """
            flow: outer
            nodes:
              a: {flow: inner, input: {name: x}, retry: {times: 1, wait: 1 s, on: [Bad]}}
            outputs: {a: "${{ nodes.a.output.text }}"}
            """, Self.inner,
            answer: { attempt in
                guard attempt.node == "check" else { return .returned(attempt.input) }
                let isSecond = await Gate.shared(attempt.run).isOpenedNow()
                return isSecond ? .returned(attempt.input) : .raised("Bad")
            })

        let summary = try await harness.run()

        #expect(summary.run.outputs == ["a": "x!"])
        #expect(harness.executor.order == ["build", "check", "build", "check"])
    }

    @Test func `flows inside flows have an end`() async throws {
        let harness = try await EngineHarness(
            """
            flow: outer
            nodes:
              a: {flow: inner, input: {name: x}}
            """, Self.inner, limits: RunLimits(nesting: 0))

        #expect(try await harness.run().run.error?.kind == "nesting")
    }

    @Test func `inputs of a sub-flow are checked`() async throws {
        let harness = try await EngineHarness(Self.outer, Self.inner)

        let summary = try await harness.run(["names": [5]])

        #expect(summary.run.error?.kind == "inputs")
        #expect(summary.run.error?.message.contains("'name'") == true)
        #expect(harness.executor.order.isEmpty)
    }

    @Test func `an approval inside a sub-flow parks the run and is found by its path`() async throws
    {
        let harness = try await EngineHarness(
            Self.outer,
            """
            flow: inner
            inputs: {name: {type: string, required: true}}
            nodes:
              ask: {approval: {ask: "Ship ${{ inputs.name }}?", choices: {ok: OK}, who: ["key:k"]}}
              ship: {set: "shipped ${{ inputs.name }}", after: [ask]}
            outputs: {text: "${{ nodes.ship.output }}"}
            """)
        let parked = try await harness.run(["names": ["x", "y"]])
        #expect(
            parked.waiting.map { $0.identity.path.text }.sorted() == ["each[x]/ask", "each[y]/ask"])

        try await harness.engine.decide(
            parked.run.id, StepPath("each[x]/ask"), choice: "ok", by: "key:k")
        let half = try await harness.engine.resume(parked.run.id)
        #expect(half.run.state == .waiting)
        try await harness.engine.decide(
            parked.run.id, StepPath("each[y]/ask"), choice: "ok", by: "key:k")
        let summary = try await harness.engine.resume(parked.run.id)

        #expect(summary.run.outputs == ["all": [["text": "shipped x"], ["text": "shipped y"]]])
    }
}

/// Something that is closed until it is opened, one for each run.
actor Gate {
    private static let all = GateTable()

    static func shared(_ run: String) async -> Gate { await all.gate(run) }

    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        if !isOpen { await withCheckedContinuation { waiting.append($0) } }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    /// Whether it was open already; it is from now on.
    func isOpenedNow() -> Bool {
        defer { isOpen = true }
        return isOpen
    }
}

private actor GateTable {
    private var gates: [String: Gate] = [:]
    func gate(_ run: String) -> Gate {
        if let gate = gates[run] { return gate }
        let gate = Gate()
        gates[run] = gate
        return gate
    }
}
