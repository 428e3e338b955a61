import Connectors
import FlowModel
import JSONValue
import TestSupport
import Testing

@Suite struct RequestTests {
    private func withHost(
        _ settings: JSON = [:], basePath: String = "", secrets: [String: String] = [:],
        _ body: (TestHost) async throws -> Void
    ) async throws {
        try await ServerProcess.run("faults.py") { server in
            var all: JSON = ["url": .string(server.origin + basePath)]
            for (key, value) in settings.objectValue ?? JSONObject() {
                all = all.setting(key, value)
            }
            try await body(
                try TestHost([TestHost.connection("http", "http", all)], secrets: secrets))
        }
    }

    private func request(_ host: TestHost, _ arguments: JSON) -> StepAttempt {
        host.attempt("http/request", "http", arguments)
    }

    @Test func `path, query, headers and body arrive encoded`() async throws {
        try await withHost { host in
            let output = try await host.output(
                request(
                    host,
                    [
                        "method": "PUT", "path": "echo",
                        "query": ["a b": "c&d=é", "n": 5, "t": true],
                        "headers": ["X-One": "1"], "json": ["k": ["v"]],
                    ]))

            let text = output["body"]?.stringValue ?? ""
            #expect(text.hasPrefix("PUT /echo?a%20b=c%26d%3D%C3%A9&n=5&t=true\n"))
            #expect(text.contains("\nX-One: 1\n"))
            #expect(text.contains("\nContent-Type: application/json\n"))
            #expect(text.hasSuffix("\n\n{\"k\":[\"v\"]}"))
        }
    }

    @Test(
        arguments: [
            ("a/b c/é?#%", "/base/a/b%20c/%C3%A9%3F%23%25"), ("a/", "/base/a/"),
            ("@evil/x", "/base/%40evil/x"),
            (":1@evil", "/base/%3A1%40evil"), ("http://evil", nil),
        ] as [(String, String?)])
    func `a path stays below the connection's URL`(_ path: String, _ expected: String?) async throws
    {
        try await withHost(basePath: "/base/") { host in
            let outcome = try await host.outcome(
                host.attempt("http/get", "http", ["path": .string(path), "expect": [404]]))

            guard let expected else {
                #expect(outcome.word == "raised")
                return
            }
            #expect(outcome.word == "returned")
            let report = try await host.executor.execute(
                host.attempt("http/get", "http", ["path": .string(path), "expect": [404]]))
            #expect(report.standardOutput.hasPrefix("GET \(expected) 404 "))
        }
    }

    @Test func `JSON, text and bytes come back as what they are`() async throws {
        try await withHost { host in
            let json = try await host.output(host.attempt("http/get", "http", ["path": "document"]))
            let bytes = try await host.output(host.attempt("http/get", "http", ["path": "bytes"]))

            #expect(json["json"] == ["a": [1]])
            #expect(json["headers"]?["content-type"] == "application/json")
            #expect(json["headers"]?["set-cookie"] == nil)
            #expect(bytes["body"] == ["base64": "//4="])
        }
    }

    @Test func `a status that was not expected is an error with the beginning of the body`()
        async throws
    {
        try await withHost { host in
            let error = try await host.error(
                host.attempt("http/get", "http", ["path": "status", "query": ["code": 418]]))
            let output = try await host.output(
                host.attempt(
                    "http/get", "http",
                    ["path": "status", "query": ["code": 418], "expect": [200, 418]]))

            #expect(error.type == "http-status")
            #expect(error.status == 418)
            #expect(error.message.contains("as you wish"))
            #expect(output["status"] == 418)
        }
    }

    @Test func `a token goes into the header that the connection names`() async throws {
        try await withHost(
            ["token": "secret:API", "token-header": "X-Service-Key", "headers": ["X-Team": "a"]],
            secrets: ["API": "key-1234567"]
        ) { host in
            let output = try await host.output(host.attempt("http/get", "http", ["path": "echo"]))

            let text = output["body"]?.stringValue ?? ""
            #expect(text.contains("\nX-Service-Key: [secret API]\n"))
            #expect(text.contains("\nX-Team: a\n"))
        }
    }

    @Test func `a write is not sent again, and what may have happened is not retryable`()
        async throws
    {
        try await withHost { host in
            for path in ["drop", "cut"] {
                let error = try await host.error(
                    request(host, ["method": "POST", "path": .string(path), "body": "x"]))

                #expect(error.type == "connection")
                #expect(!error.isRetryable)
                let counts = try await host.output(
                    host.attempt(
                        "http/get", "http",
                        ["path": "counts", "query": ["of": .string("/" + path)]]))
                #expect(counts["body"]?.stringValue?.hasPrefix("1 ") == true)
            }
            #expect(host.waits.all.isEmpty)
        }
    }

    @Test func `reading is tried again`() async throws {
        try await withHost { host in
            let error = try await host.error(host.attempt("http/get", "http", ["path": "cut"]))

            #expect(error.isRetryable)
            #expect(host.waits.all.count == 2)
        }
    }

    @Test func `a server that is not there is asked twice and no more`() async throws {
        var origin = ""
        try await ServerProcess.run("faults.py") { origin = $0.origin }
        let host = try TestHost([
            TestHost.connection("http", "http", ["url": .string(origin)])
        ])

        let error = try await host.error(host.attempt("http/get", "http", ["path": "x"]))

        #expect(error.type == "connection" && error.isRetryable)
        #expect(host.waits.all.count == 1)
    }

    @Test func `after a restart a write cannot be looked up, and reading need not be`() async throws
    {
        try await withHost { host in
            let write = try await host.executor.lookUpEffect(
                of: request(host, ["method": "POST", "path": "echo"]))
            let read = try await host.executor.lookUpEffect(of: request(host, ["path": "echo"]))

            guard case .unknown = write else {
                Issue.record("\(write)")
                return
            }
            #expect(read == .absent)
        }
    }
}
