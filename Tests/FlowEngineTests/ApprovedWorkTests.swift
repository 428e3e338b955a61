import FlowModel
import JSONValue
import Journal
import Testing

@testable import FlowEngine

/// A person's word reaches who executes the operation, and nothing else passes for one.
struct ApprovedWorkTests {
    private static func flow(_ more: String = "", after: String = "after: [decision]") -> String {
        """
        flow: f
        nodes:
          decision:
            approval:
              ask: Push?
              choices: {accept: Accept, reject: Reject, later: Later}
              who: ["key:release"]
              covers: [push]
              expires: 1 h
              \(more)
          push: {uses: test/write, with: {value: 1}, \(after)}
        """
    }

    private func approval(
        _ flow: String, choosing choice: String?
    ) async throws -> (StepApproval?, StepState?) {
        let harness = try await EngineHarness(flow)
        let parked = try await harness.run()
        if let choice {
            try await harness.engine.decide(
                parked.run.id, StepPath("decision"), choice: choice, by: "key:release")
        } else {
            harness.clock.advance(by: .seconds(3601))
        }
        let summary = try await harness.engine.resume(parked.run.id)
        return (
            harness.executor.attempts(of: "push").first?.approval,
            try await harness.states(summary)["push"]
        )
    }

    @Test func `what was approved is executed with the word of who approved it`() async throws {
        let (approval, state) = try await approval(Self.flow(), choosing: "accept")

        #expect(
            approval == StepApproval(node: "decision", by: "key:release", choice: "accept"))
        #expect(state == .succeeded)
    }

    @Test func `the first choice approves unless the flow says which`() async throws {
        let later = Self.flow("approves: [later]")

        #expect(try await approval(Self.flow(), choosing: "reject").0 == nil)
        #expect(try await approval(later, choosing: "accept").0 == nil)
        #expect(try await approval(later, choosing: "later").0?.choice == "later")
    }

    @Test func `a question that expired approves nothing, whatever the flow does then`()
        async throws
    {
        #expect(try await approval(Self.flow(), choosing: nil).0 == nil)
    }

    @Test func `what a flow puts in the place of an answer is none`() async throws {
        let flow = """
            flow: f
            nodes:
              decision:
                approval:
                  ask: "Push ${{ fromJSON(trigger.kind) }}?"
                  choices: {accept: Accept}
                  who: ["key:release"]
                  covers: [push]
                on-error: {default: {choice: accept, by: "key:release"}}
              push: {uses: test/write, with: {value: 1}, after: [decision]}
            """
        let harness = try await EngineHarness(flow)

        let summary = try await harness.run()

        #expect(try await harness.states(summary)["decision"] != .waiting)
        #expect(harness.executor.attempts(of: "push").allSatisfy { $0.approval == nil })
    }

    @Test func `the highest risk of what is covered stands beside the question`() async throws {
        let harness = try await EngineHarness(Self.flow())

        let parked = try await harness.run()

        let asked = try #require(
            try await harness.detail(parked).step(StepPath("decision"))?.approval)
        #expect(asked.risk == .low)
        #expect(asked.approves == ["accept"])
    }

    @Test func `what a respond node says is heard by who listened before the run began`()
        async throws
    {
        let harness = try await EngineHarness(
            "flow: f\nnodes: {a: {respond: {status: 201, body: 7}}}")
        let run = try await harness.start()
        let listener = harness.engine.listen(to: run)

        _ = try await harness.engine.run(run)

        guard case .responded(let response) = await listener.answer(within: .seconds(3600)) else {
            Issue.record("nothing was heard")
            return
        }
        #expect(response == ["status": 201, "body": 7])
    }

    @Test func `a run that ends and says nothing is told apart from one that goes on`()
        async throws
    {
        let harness = try await EngineHarness("flow: f\nnodes: {a: {set: 1}}")
        let run = try await harness.start()
        let listener = harness.engine.listen(to: run)
        _ = try await harness.engine.run(run)

        guard case .ended(.succeeded) = await listener.answer(within: .seconds(3600)) else {
            Issue.record("the end was not heard")
            return
        }
    }
}
