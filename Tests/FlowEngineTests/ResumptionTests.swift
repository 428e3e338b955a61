import FlowModel
import JSONValue
import Journal
import Testing

@testable import FlowEngine

/// A new run that begins in the middle of its flow.
struct ResumptionTests {
    private static let flow = """
        flow: f
        nodes:
          first: {uses: test/write, with: {value: 1}}
          each: {for-each: "${{ nodes.list.output }}", uses: test/write, with: {value: "${{ item }}"}}
          list: {set: [1, 2]}
          beside: {uses: test/write, with: {value: 9}}
          second: {uses: test/write, with: {value: "${{ nodes.first.output }}"}, after: [each, beside]}
          third: {uses: test/write, with: {value: "${{ nodes.second.output }}"}}
        """

    private func resume(
        _ harness: EngineHarness, _ id: RunID, from node: String
    ) async throws -> RunSummary {
        let journal = try #require(harness.journal as? any HostJournal)
        let new = try #require(
            try await harness.engine.resumption(
                of: id, from: node, with: nil, requestedBy: "key:a"))
        try await journal.createRun(new.run, takingOver: new.taken)
        return try await harness.engine.run(new.run.id)
    }

    @Test func `no effect before the node, or beside it, happens again`() async throws {
        let harness = try await EngineHarness(Self.flow)
        let old = try await harness.run()
        let before = harness.executor.order

        let new = try await resume(harness, old.run.id, from: "second")

        #expect(new.run.state == .succeeded)
        #expect(Array(harness.executor.order.dropFirst(before.count)) == ["second", "third"])
        let detail = try await harness.detail(new)
        for path in ["first", "each", "each[0]", "each[1]", "beside"] {
            #expect(detail.step(StepPath(path))?.takenFrom == old.run.id)
            #expect(detail.step(StepPath(path))?.attempts.isEmpty ?? false)
        }
        #expect(detail.step(StepPath("second"))?.takenFrom == nil)
        #expect(new.run.trigger["resumes"]?["from"] == "second")
    }

    @Test func `what stands before the node must have finished`() async throws {
        let harness = try await EngineHarness(
            Self.flow,
            answer: { $0.node == "first" ? .raised("Odd") : .returned($0.input) })
        let old = try await harness.run()

        await #expect(throws: ResumptionError.unfinished("first", before: "second")) {
            try await resume(harness, old.run.id, from: "second")
        }
        await #expect(throws: ResumptionError.self) {
            try await resume(harness, old.run.id, from: "fourth")
        }
    }

    @Test func `a run that goes on cannot be resumed from a node`() async throws {
        let harness = try await EngineHarness("flow: f\nnodes:\n  a: {set: 1}\n")
        let id = try await harness.start()

        await #expect(throws: ResumptionError.notOver(.queued)) {
            try await resume(harness, id, from: "a")
        }
    }

    @Test func `what an approval covers is not done again without asking again`() async throws {
        let harness = try await EngineHarness(
            """
            flow: f
            nodes:
              decision:
                approval: {ask: Push?, choices: {yes: Yes, no: No}, who: ["key:a"], covers: [push]}
              push: {uses: test/write, with: {value: 1}, after: [decision]}
              done: {set: 1, after: [push]}
            """)
        let parked = try await harness.run()
        try await harness.engine.decide(
            parked.run.id, StepPath("decision"), choice: "yes", by: "key:a")
        let old = try await harness.engine.resume(parked.run.id)

        await #expect(
            throws: ResumptionError.approvalStandsBefore("decision", covered: "push")
        ) { try await resume(harness, old.run.id, from: "push") }
        let later = try await resume(harness, old.run.id, from: "done")
        #expect(later.run.state == .succeeded)
        #expect(harness.executor.attempts(of: "push").count == 1)
        let again = try await resume(harness, old.run.id, from: "decision")
        #expect(again.run.state == .waiting)
    }

    @Test(arguments: [
        ("a", "", "a"), ("a[x/y[z]", "", "a"), ("each[web]/deploy", "each[web]", "deploy"),
        ("each[a/b]/again:2/deploy[k]", "each[a/b]/again:2", "deploy"),
    ])
    func `a step's path leads to its node`(_ path: String, _ parent: String, _ name: String) throws
    {
        let flows = try TestFlows.open(
            try TestFlows.bundle([
                """
                flow: f
                nodes:
                  a: {set: 1}
                  each: {for-each: "${{ nodes.a.output }}", flow: g, input: {}}
                """, "flow: g\nnodes:\n  deploy: {set: 1}\n",
            ]))
        let place = StepPlace(StepPath(path))

        #expect(place.node(in: flows, "f")?.node.name == name)
        #expect(place.parent.text == parent)
        #expect(StepPlace(StepPath("each[web]/tool:1")).node(in: flows, "f") == nil)
    }
}
