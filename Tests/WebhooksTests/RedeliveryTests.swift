import JSONValue
import Journal
import Testing

@testable import Webhooks

@Suite struct RedeliveryTests {
    private static let trigger = """
        verify: {gitlab: secret:S}
        deduplicate: {key: "${{ headers['x-id'] }}", within: 1 h}
        inputs: {n: "${{ body.n }}"}
        """
    private let headers = [("X-Gitlab-Token", "s3cret"), ("X-Id", "1")]

    private func first(_ test: TestReceiver, _ body: String) async throws -> DeliveryDetail {
        _ = await test.receiver.receive(request(headers, body: body))
        let record = try #require(try await test.deliveries().first)
        return try #require(try await test.journal.showDelivery(record.id))
    }

    @Test func `bytes that come again start a run of who let them, and use up no key`() async throws
    {
        let test = try await TestReceiver(Self.trigger)
        let detail = try await first(test, "{\"n\": 7}")

        let again = try await test.receiver.redeliver(
            detail, by: "key:a", at: slackMoment + .seconds(1))

        guard case .accepted(let id) = again.verdict else {
            Issue.record("it was \(again.verdict)")
            return
        }
        let run = try #require(try await test.journal.runRecord(id))
        #expect(run.inputs == ["n": 7])
        #expect(run.trigger["redelivers"]?.stringValue == detail.delivery.id.text)
        #expect(run.trigger["headers"]?["x-id"] == "1")
        let record = try #require(try await test.deliveries().first)
        #expect(record.id == again.delivery)
        #expect(record.isRedelivery)
        #expect(record.original == detail.delivery.id)
        #expect(record.peer == "key:a")
        let stored = try #require(try await test.journal.showDelivery(record.id))
        #expect(stored.body == detail.body)
        // The key is still that of the first one.
        let third = await test.receiver.receive(request(headers, body: "{\"n\": 7}"))
        #expect(third.kind == .duplicate(try #require(detail.delivery.run)))
    }

    @Test func `what does not fit is refused again`() async throws {
        let test = try await TestReceiver(Self.trigger)
        let detail = try await first(test, "{\"n\": \"x\"}")

        let again = try await test.receiver.redeliver(
            detail, by: "key:a", at: slackMoment + .seconds(1))

        guard case .refused = again.verdict else {
            Issue.record("it was \(again.verdict)")
            return
        }
        #expect(try await test.runs().isEmpty)
    }

    @Test func `a flow without a webhook and a host that is busy take nothing again`() async throws
    {
        let test = try await TestReceiver(Self.trigger)
        let detail = try await first(test, "{\"n\": 7}")
        test.receiver.replaceRoutes([])

        await #expect(throws: RedeliveryError.noWebhook(flow: "greet")) {
            try await test.receiver.redeliver(detail, by: "key:a", at: slackMoment)
        }
        let busy = try await TestReceiver(Self.trigger, refusal: "full")
        await #expect(throws: RedeliveryError.unavailable(seconds: 7, reason: "full")) {
            try await busy.receiver.redeliver(detail, by: "key:a", at: slackMoment)
        }
    }
}
