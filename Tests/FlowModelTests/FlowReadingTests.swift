import FlowModel
import JSONValue
import SandboxPolicy
import Testing

struct FlowReadingTests {
    private func flow(_ text: String) throws -> Flow {
        let reading = try Sample.read(text)
        #expect(reading.faults.rendered(with: reading.source) == "")
        return try #require(reading.flow)
    }

    private func node(_ name: String, of flow: Flow) throws -> Node {
        try #require(flow.nodes.first { $0.name == name })
    }

    @Test func `a whole review flow is read`() throws {
        let flow = try flow(WholeFlow.review)

        #expect(flow.name == "gitlab-hunk-review")
        #expect(flow.folder == "/flows/sample")
        #expect(
            flow.nodes.map(\.name) == [
                "opened", "merge-request", "changes", "hunks", "review", "comment",
            ])
        #expect(flow.inputs.map(\.type) == [.integer, .integer, .integer, .secret])
        #expect(flow.inputs[2].defaultValue == 3)
        #expect(flow.webhook?.verify == [.gitlab(secret: "GITLAB_WEBHOOK_SECRET")])
        #expect(flow.webhook?.deduplicateWithin == .seconds(3600))
        #expect(
            flow.schedule
                == ScheduleTrigger(cron: "0 6 * * 1-5", timezone: "Asia/Seoul", missed: .once))
        #expect(flow.concurrency?.whenBusy == "replace")
        #expect(flow.concurrency?.settle == .seconds(20))
        #expect(flow.onFailure == "tell-slack")
        #expect(flow.outputs.map(\.name) == ["comments"])
    }

    @Test func `a reference is a need`() throws {
        let flow = try flow(WholeFlow.review)

        #expect(try node("opened", of: flow).needs == [])
        #expect(
            try node("merge-request", of: flow).needs == [NodeNeed(node: "opened", kind: .required)]
        )
        #expect(
            try node("changes", of: flow).needs == [NodeNeed(node: "merge-request", kind: .after)])
        #expect(
            try node("hunks", of: flow).needs == [
                NodeNeed(node: "changes", kind: .required),
                NodeNeed(node: "merge-request", kind: .required),
            ])
        #expect(try node("review", of: flow).needs == [NodeNeed(node: "hunks", kind: .required)])
        #expect(try node("comment", of: flow).needs == [NodeNeed(node: "review", kind: .required)])
    }

    @Test func `the rules of a node are read`() throws {
        let review = try node("review", of: try flow(WholeFlow.review))

        #expect(review.forEach?.items.source == "nodes.hunks.output.hunks")
        #expect(review.forEach?.atOnce == 4)
        #expect(review.retry == RetryRule(times: 3, wait: .seconds(2), on: nil))
        #expect(review.timeout == .seconds(120))
        guard case .continueRun = review.onError, case .operation(let operation) = review.work
        else {
            Issue.record("\(review)")
            return
        }
        #expect(operation.operation == "llm/chat")
        #expect(operation.connection == "reviewer")
    }

    @Test func `every kind of node is read`() throws {
        let flow = try flow(WholeFlow.everyKind)

        #expect(
            try node("failed", of: flow).needs == [NodeNeed(node: "ask-service", kind: .failureOf)])
        #expect(
            try node("analyse", of: flow).needs == [
                NodeNeed(node: "ask-service", kind: .optional),
                NodeNeed(node: "index", kind: .required),
            ])
        #expect(
            try node("decision", of: flow).needs == [NodeNeed(node: "analyse", kind: .required)])
        #expect(
            try node("propose", of: flow).needs == [
                NodeNeed(node: "analyse", kind: .required),
                NodeNeed(node: "route", kind: .chosenBy),
            ])
        #expect(try node("expired", of: flow).needs == [NodeNeed(node: "route", kind: .chosenBy)])
        #expect(try node("legacy", of: flow).after == .any(["propose", "rejected"]))
        #expect(
            try node("legacy", of: flow).needs == [
                NodeNeed(node: "propose", kind: .anyOf), NodeNeed(node: "rejected", kind: .anyOf),
            ])
    }

    @Test func `the works of every kind hold what was written`() throws {
        let flow = try flow(WholeFlow.everyKind)
        guard case .operation(let analyse) = try node("analyse", of: flow).work,
            case .approval(let approval) = try node("decision", of: flow).work,
            case .choose(let choose) = try node("route", of: flow).work,
            case .script(let legacy) = try node("legacy", of: flow).work,
            case .script(let index) = try node("index", of: flow).work,
            case .subflow("one-service", let input) = try node("each-service", of: flow).work,
            case .respond(202, _) = try node("early", of: flow).work,
            case .wait(.seconds(30)) = try node("expired", of: flow).work,
            case .set(.literal("no")) = try node("rejected", of: flow).work,
            case .useDefault(.literal(let answer)) = try node("analyse", of: flow).onError
        else {
            Issue.record("a node is of another kind")
            return
        }

        #expect(analyse.tools.map(\.description.name) == ["search_files", "count"])
        #expect(
            analyse.tools.map(\.description.description) == [
                "Search an index.", "Count the words.",
            ])
        #expect(analyse.toolRounds == 8 && analyse.toolTokens == 60_000)
        #expect(approval.choices.map(\.name) == ["accept", "reject"])
        #expect(approval.who == ["slack:T1/U7", "key:release"])
        #expect(approval.deliver?.operation == "slack/post")
        #expect(approval.expires == .seconds(72 * 3600))
        #expect(
            choose.cases.map(\.node) == ["propose", "rejected"] && choose.otherwise == "expired")
        #expect(legacy.style == .n8n && legacy.mode == .runOnceForEachItem)
        #expect(legacy.language == .javascript && legacy.profile == ProfileName("pure"))
        #expect(index.network == ["api.example.com:443"] && index.isRepeatable)
        #expect(input.map(\.name) == ["service", "token"])
        #expect(answer == ["answer": "${{ none }}"])
    }

    @Test func `templates keep the type of a whole expression and make text of the rest`() throws {
        struct Scope: ExpressionScope {
            func value(of root: String) -> JSON? {
                root == "inputs" ? ["n": 3, "list": [1, 2], "none": nil] : nil
            }
            func node(_ name: String) -> JSON? { nil }
        }
        let flow = try flow(
            """
            flow: sample
            inputs: {n: {type: integer}, list: {type: array}, none: {type: string}}
            nodes:
              a:
                set:
                  whole: ${{ inputs.n }}
                  text: "n=${{ inputs.n }} ${{ inputs.list }}${{ inputs.none }}!"
                  plain: [1, true, null, "x", "$${{ no }}"]
                  missing: ${{ inputs.list[5] }}
            """)
        guard case .set(let template) = flow.nodes[0].work else { return }

        #expect(
            try template.evaluate(in: Scope()) == [
                "whole": 3, "text": "n=3 [1,2]!", "plain": [1, true, nil, "x", "${{ no }}"],
                "missing": nil,
            ])
    }
}
