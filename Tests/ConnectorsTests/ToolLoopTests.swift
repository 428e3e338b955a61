import FlowModel
import JSONValue
import Synchronization
import Testing

@Suite struct ToolLoopTests {
    private static let tool = ToolDescription(
        name: "search_files", description: "Search.",
        arguments: [
            "type": "object", "properties": ["query": ["type": "string"]], "required": ["query"],
        ])

    private static func calls(_ queries: JSON..., name: String = "search_files") -> JSON {
        [
            "tool_calls": .array(
                queries.map { query in
                    ["name": .string(name), "arguments": query]
                })
        ]
    }

    private func withHost(
        _ replies: [JSON], _ body: (StandIn, TestHost) async throws -> Void
    ) async throws {
        try await StandIn.model(rules: [["replies": .array(replies)]]) { standIn in
            try await body(standIn, try TestHost.model(standIn))
        }
    }

    private func attempt(
        _ host: TestHost, rounds: Int? = nil, tokens: Int? = nil,
        _ callTool: @escaping @Sendable (ToolCall) async throws -> ToolAnswer
    ) -> StepAttempt {
        host.attempt(
            "llm/chat", "model", ["prompt": "Look."], tools: [Self.tool], rounds: rounds,
            tokens: tokens, callTool: callTool)
    }

    @Test(
        arguments: [
            ["arguments_as": "text"], ["arguments_as": "object"], ["ids": false],
        ] as [JSON])
    func `every call is answered and the conversation goes on`(_ shape: JSON) async throws {
        var first = Self.calls(["query": "a"], ["query": "b"])
        for (key, value) in shape.objectValue ?? JSONObject() { first = first.setting(key, value) }
        try await withHost([first, Self.calls(["query": "c"]), ["content": "Found."]]) {
            standIn, host in
            let seen = Mutex<[ToolCall]>([])

            let output = try await host.output(
                attempt(host) { call in
                    seen.withLock { $0.append(call) }
                    return .value(["hits": [call.arguments["query"] ?? nil]])
                })

            #expect(output["content"] == "Found.")
            #expect(seen.withLock { $0.map(\.sequence) } == [0, 1, 2])
            #expect(seen.withLock { $0.map { $0.arguments["query"] } } == ["a", "b", "c"])
            let messages = try await standIn.requests().last?["body"]?["messages"]?.arrayValue ?? []
            #expect(
                messages.compactMap { $0["role"]?.stringValue } == [
                    "user", "assistant", "tool", "tool", "assistant", "tool",
                ])
            #expect(messages[2]["content"] == #"{"hits":["a"]}"#)
        }
    }

    @Test func `what cannot be called is told to the model`() async throws {
        try await withHost([
            Self.calls(["query": "a"], name: "delete_everything"), Self.calls("{not json"),
            Self.calls(["query": "b"]), ["content": "Sorry."],
        ]) { standIn, host in
            let output = try await host.output(attempt(host) { _ in .failure("no index yet") })

            #expect(output["content"] == "Sorry.")
            let messages = try await standIn.requests().last?["body"]?["messages"]?.arrayValue ?? []
            let answers = messages.filter { $0["role"] == "tool" }.compactMap {
                $0["content"]?.stringValue
            }
            #expect(
                answers == [
                    "error: there is no tool 'delete_everything'; there are search_files",
                    "error: the arguments of 'search_files' are not a JSON object",
                    "error: no index yet",
                ])
        }
    }

    @Test func `the rounds are capped`() async throws {
        try await withHost([Self.calls(["query": "a"])]) { standIn, host in
            let error = try await host.error(attempt(host, rounds: 3) { _ in .value("x") })

            #expect(error.type == "limit")
            #expect(error.message.contains("limits: rounds"))
            #expect(try await standIn.requests().count == 4)
        }
    }

    @Test func `the tokens are capped`() async throws {
        try await withHost([Self.calls(["query": "a"])]) { standIn, host in
            let error = try await host.error(attempt(host, tokens: 1) { _ in .value("x") })

            #expect(error.type == "limit")
            #expect(error.message.contains("limits: tokens"))
            #expect(try await standIn.requests().count == 1)
        }
    }
}
