import FlowModel
import JSONValue
import Testing

@Suite struct ChatTests {
    static let schema: JSON = [
        "type": "object", "additionalProperties": false, "required": ["comments"],
        "properties": ["comments": ["type": "array", "items": ["type": "string"]]],
    ]

    static let question: JSON = [
        "system": "You review.", "prompt": "What is wrong?", "schema": schema,
    ]

    private func rule(_ replies: JSON...) -> JSON { ["replies": .array(replies)] }

    @Test(arguments: [
        "plain", "fenced", "think", "channel", "prose", "trailing-comma", "bom",
        "reasoning_content", "reasoning",
    ])
    func `the JSON is found in whatever a model wraps it`(_ style: String) async throws {
        let value: JSON = ["comments": ["a {b} \"c\" ]", "],}"]]
        try await StandIn.model(rules: [rule(["value": value, "style": .string(style)])]) {
            standIn in
            let host = try TestHost.model(standIn)

            let output = try await host.output(host.chat(Self.question))

            #expect(output["value"] == value)
            #expect(output["finish"] == "stop")
            #expect(output["model"] == "stand-in-reviewer")
            #expect((output["usage"]?["total_tokens"]?.integerValue ?? 0) > 0)
            #expect(try await standIn.requests().count == 1)
            if style.hasPrefix("reasoning") || style == "think" {
                #expect(output["reasoning"]?.stringValue?.contains("not the answer") == true)
            }
        }
    }

    @Test func `without a schema the text is the answer, without its thoughts`() async throws {
        try await StandIn.model(rules: [rule(["content": "Fine.", "style": "think"])]) { standIn in
            let host = try TestHost.model(standIn)

            let output = try await host.output(host.chat(["prompt": "Hello?"]))

            #expect(output["content"] == "Fine.")
            #expect(output["value"] == .null)
        }
    }

    @Test func `the request says what was asked for`() async throws {
        try await StandIn.model(rules: [rule(["value": ["comments": []]])]) { standIn in
            let host = try TestHost.model(
                standIn, settings: ["max-tokens": 900, "temperature": 0.5])
            let arguments = Self.question.setting("seed", 7).setting("max-tokens", 50)
                .setting("messages", [["role": "user", "content": "before"]])

            _ = try await host.output(host.chat(arguments))

            let body = try await standIn.requests()[0]["body"] ?? nil
            #expect(body["seed"] == 7)
            #expect(body["max_tokens"] == 50)
            #expect(body["temperature"] == 0.5)
            #expect(body["response_format"]?["json_schema"]?["strict"] == true)
            #expect(body["messages"]?.arrayValue?.map { $0["role"] } == ["system", "user", "user"])
        }
    }

    @Test func `a schema that is not strict is not called strict`() async throws {
        let loose: JSON = ["type": "object", "properties": ["a": ["type": "integer"]]]
        try await StandIn.model(rules: [rule(["value": ["a": 1]])]) { standIn in
            let host = try TestHost.model(standIn)

            let output = try await host.output(host.chat(["prompt": "x", "schema": loose]))

            #expect(output["value"] == ["a": 1])
        }
    }

    @Test(arguments: [(true, 2), (false, 3)])
    func `a server without JSON schemas is asked in the next best way, and remembered`(
        _ hasObjects: Bool, _ firstRequests: Int
    ) async throws {
        try await StandIn.model(
            settings: ["json_schema": false, "json_object": .bool(hasObjects)],
            rules: [rule(["value": ["comments": ["a"]]])]
        ) { standIn in
            let host = try TestHost.model(standIn)

            let output = try await host.output(host.chat(Self.question))
            _ = try await host.output(host.chat(Self.question))

            #expect(output["value"] == ["comments": ["a"]])
            let requests = try await standIn.requests()
            #expect(requests.count == firstRequests + 1)
            let system = requests.last?["body"]?["messages"]?[0]?["content"]?.stringValue
            #expect(system?.hasPrefix("You review.\n\nAnswer with one JSON value") == true)
        }
    }

    @Test func `a reasoning model gets the parameters it takes`() async throws {
        try await StandIn.model(
            settings: ["reasoning_model": true], rules: [rule(["content": "Fine."])]
        ) { standIn in
            let host = try TestHost.model(standIn)

            let output = try await host.output(
                host.chat(["prompt": "x", "temperature": 0.2, "max-tokens": 40]))

            #expect(output["content"] == "Fine.")
            let body = try await standIn.requests().last?["body"] ?? nil
            #expect(body["max_completion_tokens"] == 40)
            #expect(body["temperature"] == nil)
        }
    }

    @Test func `an answer that does not fit is asked for once more with its faults`() async throws {
        try await StandIn.model(
            rules: [rule(["content": "I cannot."], ["value": ["comments": ["b"]]])]
        ) { standIn in
            let host = try TestHost.model(standIn)

            let output = try await host.output(host.chat(Self.question))

            #expect(output["value"] == ["comments": ["b"]])
            let messages = try await standIn.requests().last?["body"]?["messages"]?.arrayValue ?? []
            #expect(messages.count == 4)
            #expect(messages[2]["content"] == "I cannot.")
            #expect(messages[3]["content"]?.stringValue?.contains("the answer is not JSON") == true)
        }
    }

    @Test func `an answer that never fits is an error that quotes it`() async throws {
        try await StandIn.model(rules: [rule(["value": ["comments": [1]]])]) { standIn in
            let host = try TestHost.model(standIn)

            let error = try await host.error(host.chat(Self.question))

            #expect(error.type == "invalid-answer")
            #expect(!error.isRetryable)
            #expect(error.message.contains("/comments/0"))
            #expect(error.message.contains(#"{"comments": [1]}"#))
            #expect(try await standIn.requests().count == 2)
        }
    }

    @Test(
        arguments: [
            (["value": ["comments": ["abcdefgh"]], "style": "length"], "cut-off"),
            (["content": nil, "finish_reason": "length"], "cut-off"),
            (["refusal": "I must not."], "refused"),
            (["content": "x", "finish_reason": "content_filter"], "refused"),
        ] as [(JSON, String)])
    func `an answer that is none says why`(_ reply: JSON, _ type: String) async throws {
        try await StandIn.model(rules: [rule(reply)]) { standIn in
            let host = try TestHost.model(standIn)

            let error = try await host.error(host.chat(Self.question))

            #expect(error.type == type)
            #expect(!error.isRetryable)
            #expect(try await standIn.requests().count == 1)
        }
    }

    @Test(arguments: [["choices": []], ["content": nil]] as [JSON])
    func `an empty answer may be tried again`(_ reply: JSON) async throws {
        try await StandIn.model(rules: [rule(reply)]) { standIn in
            let host = try TestHost.model(standIn)

            let error = try await host.error(host.chat(Self.question))

            #expect(error.type == "invalid-answer")
            #expect(error.isRetryable)
        }
    }

    @Test(
        arguments: [
            ["schema": ["type": "object"]], ["prompt": "x", "schema": ["type": "objekt"]],
            ["prompt": 5], ["prompt": "x", "model": "other"], ["prompt": "x", "temperature": 3],
            ["messages": []],
        ] as [JSON])
    func `arguments that make no sense are refused before anything is sent`(
        _ arguments: JSON
    ) async throws {
        try await StandIn.model { standIn in
            let host = try TestHost.model(standIn)

            let error = try await host.error(host.chat(arguments))

            #expect(error.type == "invalid-arguments")
            #expect(try await standIn.requests().isEmpty)
        }
    }
}
