import FlowModel
import JSONValue
import Testing

@Suite struct ChatFaultTests {
    private func rule(_ replies: JSON...) -> JSON { ["replies": .array(replies)] }

    static let waits: [(JSON, Duration)] = [
        (["Retry-After": "3"], .seconds(3)),
        (["retry-after-ms": "1500", "Retry-After": "9"], .milliseconds(1500)),
        (["x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "0m12s"], .seconds(12)),
        (["Retry-After": "Fri, 15 Jan 2027 08:00:30 GMT"], .seconds(30)),
        ([:], .seconds(1)),
    ]

    @Test(arguments: waits)
    func `a busy server is asked again when it says`(_ headers: JSON, _ wait: Duration) async throws
    {
        try await StandIn.model(rules: [rule(["content": "Fine."])]) { standIn in
            let host = try TestHost.model(standIn)
            try await standIn.faults([
                "do": ["status": 429, "headers": headers, "body": ["error": ["message": "busy"]]]
            ])

            let output = try await host.output(host.chat(["prompt": "x"]))

            #expect(output["content"] == "Fine.")
            #expect(host.waits.all == [wait])
        }
    }

    @Test(arguments: [408, 409, 500, 502, 503, 504, 529])
    func `a server in trouble is asked five times in all`(_ status: Int64) async throws {
        try await StandIn.model { standIn in
            let host = try TestHost.model(standIn)
            try await standIn.faults([
                "times": nil, "do": ["status": .integer(status), "body": ["error": "trouble"]],
            ])

            let error = try await host.error(host.chat(["prompt": "x"]))

            #expect(error.status == Int(status))
            #expect(error.isRetryable)
            #expect(error.message.contains("trouble"))
            #expect(try await standIn.requests().count == 5)
        }
    }

    @Test(arguments: [400, 401, 403, 404, 422])
    func `a request that is wrong is not sent again`(_ status: Int64) async throws {
        try await StandIn.model { standIn in
            let host = try TestHost.model(standIn)
            try await standIn.faults([
                "times": nil,
                "do": ["status": .integer(status), "body": ["error": ["message": "no"]]],
            ])

            let error = try await host.error(host.chat(["prompt": "x"]))

            #expect(error.status == Int(status))
            #expect(!error.isRetryable)
            #expect(try await standIn.requests().count == 1)
        }
    }

    @Test func `an empty account is not asked again`() async throws {
        try await StandIn.model { standIn in
            let host = try TestHost.model(standIn)
            try await standIn.faults([
                "times": nil,
                "do": [
                    "status": 429, "headers": ["Retry-After": "1"],
                    "body": [
                        "error": [
                            "message": "You exceeded your current quota",
                            "code": "insufficient_quota",
                        ]
                    ],
                ],
            ])

            let error = try await host.error(host.chat(["prompt": "x"]))

            #expect(error.type == "quota")
            #expect(!error.isRetryable)
            #expect(try await standIn.requests().count == 1)
        }
    }

    @Test func `a cut connection is asked again`() async throws {
        try await StandIn.model(rules: [rule(["content": "Fine."])]) { standIn in
            let host = try TestHost.model(standIn)
            try await standIn.faults(["do": ["cut": "middle"]], ["do": ["cut": "before"]])

            let output = try await host.output(host.chat(["prompt": "x"]))

            #expect(output["content"] == "Fine.")
        }
    }

    @Test func `an error inside a success is an error`() async throws {
        let reply: JSON = ["error": ["message": "upstream is gone", "code": 502], "status": 200]
        try await StandIn.model(rules: [rule(reply)]) { standIn in
            let host = try TestHost.model(standIn)

            let error = try await host.error(host.chat(["prompt": "x"]))

            #expect(error.type == "http-status")
            #expect(error.status == 502)
            #expect(error.isRetryable)
            #expect(error.message.contains("upstream is gone"))
        }
    }

    @Test(arguments: ["openai", "lmstudio", "ollama", "llama.cpp", "gemini"])
    func `a prompt that is too long is named as such, in every server's words`(
        _ vendor: String
    ) async throws {
        try await StandIn.model(settings: ["vendor": .string(vendor), "context_tokens": 100]) {
            standIn in
            let host = try TestHost.model(standIn)

            let error = try await host.error(
                host.chat(["prompt": .string(String(repeating: "word ", count: 200))]))

            #expect(error.type == "context-length")
            #expect(!error.isRetryable)
            #expect(try await standIn.requests().count == 1)
        }
    }
}
