import FlowModel
import JSONValue
import Journal
import Testing

@testable import Webhooks

struct ReceiverTests {
    private let token = ("X-Gitlab-Token", "s3cret")
    private let json = ("Content-Type", "application/json")
    private static let inputs = "verify: {gitlab: secret:S}\ninputs: {n: \"${{ body.n }}\"}"

    @Test func `an accepted delivery is in the journal with its run and its raw bytes`()
        async throws
    {
        let test = try await TestReceiver(Self.inputs)
        let body = " {\"n\": 7, \"ü\": 1e2}\n"

        let answer = await test.receiver.receive(
            request([token, json, ("Idempotency-Key", "k1")], body: body, query: "a=1&b=%20x"))

        let run = try #require(try await test.runs().first)
        #expect(answer.kind == .accepted(run.id))
        #expect(answer.status == 202)
        #expect(run.state == .queued)
        #expect(run.inputs == ["n": 7])
        #expect(run.trigger["body"]?["ü"]?.doubleValue == 100)
        #expect(run.trigger["query"] == ["a": "1", "b": " x"])
        #expect(run.trigger["headers"]?["idempotency-key"] == "k1")
        let record = try #require(try await test.deliveries().first)
        #expect(record.run == run.id)
        #expect(record.result == .accepted)
        let delivery = try #require(try await test.journal.showDelivery(record.id))
        #expect(delivery.body == Array(body.utf8))
        #expect(test.intake.notices == 1)
    }

    @Test func `what authenticates a request is neither stored nor shown to the flow`()
        async throws
    {
        let test = try await TestReceiver(Self.inputs)

        _ = await test.receiver.receive(
            request(
                [token, json, ("Cookie", "hidden"), ("X-Api-Key", "hidden"), ("X-Kind", "seen")],
                body: "{}"))

        let run = try #require(try await test.runs().first)
        let record = try #require(try await test.deliveries().first)
        let delivery = try #require(try await test.journal.showDelivery(record.id))
        for text in [run.trigger.text, delivery.headers.text] {
            #expect(!text.contains("s3cret"))
            #expect(!text.contains("hidden"))
            #expect(text.contains("seen"))
        }
    }

    @Test func `a request that is not believed leaves nothing behind, and learns nothing`()
        async throws
    {
        let test = try await TestReceiver(Self.inputs)
        let requests = [
            request([json], body: "{}"), request([("X-Gitlab-Token", "no"), json], body: "{}"),
            request([token, token, json], body: "{}"), request([("X-Gitlab-Token", "s3cre")]),
        ]

        var answers: [WebhookAnswer] = []
        for request in requests { answers.append(await test.receiver.receive(request)) }

        #expect(Set(answers.map(\.status)) == [401])
        #expect(Set(answers.map { $0.body?.text ?? "" }).count == 1)
        #expect(answers.allSatisfy { $0.headers.isEmpty && $0.kind == .unverified })
        #expect(answers.allSatisfy { $0.note != nil })
        #expect(try await test.runs().isEmpty)
        #expect(try await test.deliveries().isEmpty)
    }

    @Test func `the same key starts one run within its time, and another behind it`() async throws {
        let test = try await TestReceiver(
            Self.inputs
                + "\ndeduplicate: {key: \"${{ headers['idempotency-key'] }}\", within: 1 h}")
        func send(_ key: String, after minutes: Int) async -> WebhookAnswer {
            await test.receiver.receive(
                request(
                    [token, json, ("Idempotency-Key", key)], body: "{}",
                    at: slackMoment + .seconds(60 * minutes)))
        }

        let first = await send("a", after: 0)
        let again = await send("a", after: 59)
        let other = await send("b", after: 59)
        let late = await send("a", after: 60)

        guard case .accepted(let run) = first.kind else {
            Issue.record("\(first)")
            return
        }
        #expect(again.kind == .duplicate(run))
        #expect(again.status == 200)
        #expect(again.body?["run"]?.stringValue == run.text)
        #expect(other.status == 202)
        #expect(late.status == 202)
        #expect(try await test.runs().count == 3)
        #expect(try await test.deliveries().count == 4)
    }

    @Test func `many that come at once with one key start one run`() async throws {
        let test = try await TestReceiver(
            Self.inputs + "\ndeduplicate: {key: \"${{ body.id }}\", within: 1 h}")

        let kinds = await withTaskGroup(of: WebhookAnswer.Kind.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await test.receiver.receive(
                        request(
                            [("X-Gitlab-Token", "s3cret")], body: #"{"id": {"a": [1]}}"#)
                    ).kind
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }

        let accepted = kinds.filter { kind in
            if case .accepted = kind { true } else { false }
        }
        #expect(accepted.count == 1)
        #expect(try await test.runs().count == 1)
    }

    @Test func `events without a key are never duplicates`() async throws {
        let test = try await TestReceiver(
            Self.inputs + "\ndeduplicate: {key: \"${{ headers['x-id'] }}\", within: 1 h}")

        for _ in 0..<2 {
            #expect(await test.receiver.receive(request([token, json], body: "{}")).status == 202)
        }
    }

    @Test func `an event that the flow does not want is answered 200 with the reason`()
        async throws
    {
        let test = try await TestReceiver(
            Self.inputs + "\naccept-if: ${{ body.kind == 'merge_request' }}")

        let answer = await test.receiver.receive(
            request([token, json], body: #"{"kind": "push"}"#))

        #expect(answer.status == 200)
        #expect(answer.body?["status"] == "ignored")
        #expect(answer.body?["reason"]?.stringValue?.contains("accept-if") == true)
        #expect(try await test.runs().isEmpty)
        #expect(try await test.deliveries().first?.result == .ignored)
    }

    @Test func `a flow says what is replied`() async throws {
        let test = try await TestReceiver(
            Self.inputs + "\naccept-if: ${{ body.n != 0 }}"
                + "\ndeduplicate: {key: \"${{ body.n }}\", within: 1 h}"
                + "\nreplies: {accepted: {a: 1}, duplicate: [2], ignored: three}")
        func body(_ n: Int) async -> JSON? {
            await test.receiver.receive(request([token, json], body: "{\"n\": \(n)}")).body
        }

        #expect(await body(1) == ["a": 1])
        #expect(await body(1) == [2])
        #expect(await body(0) == "three")
    }

    @Test func `what the flow cannot read is refused with the reason, once it is believed`()
        async throws
    {
        let test = try await TestReceiver(Self.inputs)

        for (body, word) in [("{", "JSON"), (#"{"n": "x"}"#, "n"), (#"{"n": 1, "n": 2}"#, "JSON")] {
            let answer = await test.receiver.receive(request([token, json], body: body))
            #expect(answer.status == 400)
            #expect(answer.body?["reason"]?.stringValue?.contains(word) == true, "\(answer)")
        }
        #expect(try await test.runs().isEmpty)
        #expect(try await test.deliveries().map(\.result) == [.refused, .refused, .refused])
    }

    @Test func `a webhook cannot choose one of the host's secrets`() async throws {
        let test = try await TestReceiver(
            "verify: {gitlab: secret:S}\ninputs: {t: \"${{ body.t }}\"}",
            inputs: "{t: {type: secret}}")

        for value in ["secret:GITLAB_TOKEN", "clear"] {
            let answer = await test.receiver.receive(
                request([token, json], body: "{\"t\": \"\(value)\"}"))
            #expect(answer.status == 400)
        }
        #expect(try await test.runs().isEmpty)
    }

    @Test func `a form with a payload is the JSON in it, and any other form its fields`()
        async throws
    {
        let form = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        let test = try await TestReceiver(
            "verify: {gitlab: secret:S}\ninputs: {n: \"${{ body.n }}\"}")

        _ = await test.receiver.receive(request([token, form], body: "payload=%7B%22n%22%3A5%7D"))
        let other = try await TestReceiver("verify: {gitlab: secret:S}")
        _ = await other.receiver.receive(request([token, form], body: "a=b+c&d=%zz&e"))

        #expect(try await test.runs().first?.inputs == ["n": 5])
        #expect(
            try await other.runs().first?.trigger["body"] == ["a": "b c", "d": "%zz", "e": ""])
    }

    @Test func `a run of the group that is under way makes skip ignore the event`() async throws {
        let test = try await TestReceiver(
            Self.inputs + "\ndeduplicate: {key: \"${{ body.n }}\", within: 1 h}",
            rest: "concurrency: {group: all, when-busy: skip}")

        let first = await test.receiver.receive(request([token, json], body: #"{"n": 1}"#))
        let second = await test.receiver.receive(request([token, json], body: #"{"n": 2}"#))

        #expect(first.status == 202)
        #expect(second.status == 200)
        #expect(second.kind == .ignored)
        #expect(try await test.runs().count == 1)
        // The key was not used up by what started nothing.
        let run = try #require(try await test.runs().first)
        try await test.journal.record(
            [.runSettled(RunSettlement(state: .succeeded, activeTime: .zero, at: slackMoment))],
            of: run.id)
        let third = await test.receiver.receive(request([token, json], body: #"{"n": 2}"#))
        #expect(third.status == 202)
    }

    @Test func `too much to do is answered 503 with a time, and only to who is believed`()
        async throws
    {
        let test = try await TestReceiver(Self.inputs, refusal: "too many")

        let answer = await test.receiver.receive(request([token, json], body: "{}"))

        #expect(answer.status == 503)
        #expect(answer.headers.first?.name == "Retry-After")
        #expect(answer.headers.first?.value == "7")
        #expect(answer.body == ["error": "come again later: too many"])
        #expect(answer.note == nil)
        #expect(await test.receiver.receive(request([json], body: "{}")).status == 401)
        #expect(try await test.deliveries().isEmpty)
    }

    @Test func `a delivery that cannot be kept is answered 503 with the reason, and names no file`()
        async throws
    {
        let test = try await TestReceiver(Self.inputs, sizeLimit: 300 << 10)
        let long = String(repeating: "x", count: 400_000)

        let answer = await test.receiver.receive(
            request([token, json], body: #"{"n": 1, "long": "\#(long)"}"#))

        #expect(answer.status == 503)
        #expect(
            answer.body == ["error": "come again later: the disk of the host's journal is full"])
        #expect(answer.note == nil)
        #expect(test.intake.failures.map(\.storeFault) == [.full])
        #expect(try await test.deliveries().isEmpty)
    }

    @Test func `other paths and methods are told apart`() async throws {
        let test = try await TestReceiver(Self.inputs + "\nat: /error")

        #expect(await test.receiver.receive(request(path: "/hooks/greet")).status == 404)
        let get = await test.receiver.receive(request(path: "/error", method: "GET"))
        #expect(get.status == 405)
        #expect(get.headers.first?.value == "POST")
        #expect(test.receiver.serves("/error"))
    }

    @Test func `a ping of GitHub is no event`() async throws {
        let test = try await TestReceiver(
            "verify: {github: secret:S}\ninputs: {n: \"${{ body.n }}\"}",
            inputs: "{n: {type: integer, required: true}}")
        // HMAC-SHA256 of `{}` under `s3cret`.
        let signature = "sha256=" + hmacHex("s3cret", "{}")

        let answer = await test.receiver.receive(
            request(
                [("X-Hub-Signature-256", signature), ("X-GitHub-Event", "ping"), json],
                body: "{}"))

        #expect(answer.status == 200)
        #expect(answer.body?["reason"] == "ping")
    }

    @Test func `what a respond node says is the answer, and a late one is 202 with an address`()
        async throws
    {
        let test = try await TestReceiver(
            Self.inputs, rest: "")
        let route = try TestReceiver.route(
            """
            flow: greet
            on: {webhook: {verify: none, respond-within: 1 s}}
            nodes: {a: {respond: {status: 201, body: 1}}}
            """, secret: "")
        test.receiver.replaceRoutes([route])
        func send() async -> WebhookAnswer {
            await test.receiver.receive(request([json], body: "{}", from: "127.0.0.1"))
        }

        test.intake.say(.responded(status: 201, body: ["x": 1]))
        let said = await send()
        test.intake.say(.late)
        let late = await send()
        test.intake.say(.ended(.failed))
        let failed = await send()

        #expect(said.status == 201)
        #expect(said.body == ["x": 1])
        #expect(late.status == 202)
        guard case .accepted(let run) = late.kind else {
            Issue.record("\(late)")
            return
        }
        #expect(late.headers.first?.name == "Location")
        #expect(late.headers.first?.value == "/api/runs/\(run)")
        #expect(failed.status == 500)
    }

    @Test func `Slack is answered 200 with nothing in it, and its challenge is given back`()
        async throws
    {
        let test = try await TestReceiver("verify: {slack: secret:S}")
        func send(_ body: String) async -> WebhookAnswer {
            let signature = "v0=" + hmacHex("s3cret", "v0:1531420618:" + body)
            return await test.receiver.receive(
                request(
                    [
                        ("X-Slack-Request-Timestamp", "1531420618"),
                        ("X-Slack-Signature", signature), json,
                    ], body: body))
        }

        let challenge = await send(#"{"type": "url_verification", "challenge": "abc"}"#)
        let click = await send(
            #"{"type": "block_actions", "user": {"id": "U7"}, "team": {"id": "T1"}}"#)

        #expect(challenge.status == 200)
        #expect(challenge.body == ["challenge": "abc"])
        #expect(click.status == 200)
        #expect(click.body == nil)
        #expect(try await test.runs().count == 1)
    }
}
