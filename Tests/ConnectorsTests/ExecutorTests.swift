import Connectors
import FlowModel
import JSONValue
import TestSupport
import Testing
import YAMLDocuments

@Suite struct ExecutorTests {
    /// A host with the connection `http` to a misbehaving server.
    private func withHost(
        _ settings: JSON = [:], secrets: [String: String] = [:], atOnce: Int? = nil,
        allowing: [String] = ["127.0.0.1"], grants: [Grant] = TestHost.usualGrants,
        _ body: (TestHost, ServerProcess) async throws -> Void
    ) async throws {
        try await ServerProcess.run("faults.py") { server in
            var all: JSON = ["url": .string(server.origin)]
            for (key, value) in settings.objectValue ?? JSONObject() {
                all = all.setting(key, value)
            }
            let host = try TestHost(
                [TestHost.connection("http", "http", all, atOnce: atOnce, allowing: allowing)],
                secrets: secrets, grants: grants)
            try await body(host, server)
            await host.executor.shutDown()
        }
    }

    private func grant(_ operations: [String: [String]], connections: [String] = ["http"]) -> Grant
    {
        Grant(
            pattern: "review", tenant: "test", profiles: [], connections: connections,
            operations: operations, location: SourceLocation(line: 1, column: 1))
    }

    private func requests(_ host: TestHost, _ path: String) async throws -> String {
        let output = try await host.output(
            host.attempt("http/get", "http", ["path": "counts", "query": ["of": .string(path)]]))
        return output["body"]?.stringValue ?? ""
    }

    // MARK: Grants

    @Test func `a connection that no grant names is refused`() async throws {
        try await withHost(grants: [grant([:], connections: ["other"])]) { host, _ in
            let error = try await host.error(host.attempt("http/get", "http", ["path": "echo"]))

            #expect(error.type == "not-granted")
            #expect(error.message.contains("connection 'http'"))
        }
    }

    @Test func `a flow that no grant names may do nothing`() async throws {
        try await withHost { host, _ in
            let error = try await host.error(
                host.attempt("http/get", "http", ["path": "echo"], flow: "other"))

            #expect(error.type == "not-granted")
        }
    }

    @Test func `reading needs no entry, writing needs one that fits the resource`() async throws {
        try await withHost(grants: [grant(["http/request": ["ec*"]])]) { host, _ in
            let read = try await host.outcome(
                host.attempt("http/get", "http", ["path": "counts", "query": ["of": "/x"]]))
            let granted = try await host.outcome(
                host.attempt("http/request", "http", ["path": "echo", "method": "POST"]))
            let refused = try await host.error(
                host.attempt("http/request", "http", ["path": "counts", "method": "POST"]))

            #expect(read.word == "returned")
            #expect(granted.word == "returned")
            #expect(refused.type == "not-granted")
            #expect(refused.message.contains("counts"))
        }
    }

    @Test func `a deletion needs a person whatever is granted`() async throws {
        try await withHost { host, _ in
            let error = try await host.error(
                host.attempt("http/request", "http", ["path": "echo", "method": "DELETE"]))

            #expect(error.type == "not-granted")
            #expect(error.message.contains("approval"))
            #expect(try await requests(host, "/echo").hasPrefix("0 "))
        }
    }

    @Test func `a person's word lets through what no grant names, and what is of high risk`()
        async throws
    {
        try await withHost(grants: [grant([:])]) { host, _ in
            for method in ["POST", "DELETE"] {
                var attempt = host.attempt(
                    "http/request", "http", ["path": "echo", "method": .string(method)])
                let without = try await host.outcome(attempt)
                attempt.approval = StepApproval(node: "ask", by: "key:release", choice: "yes")

                #expect(without.word == "raised")
                #expect(try await host.outcome(attempt).word == "returned")
            }
        }
    }

    @Test func `the risk of what would be sent is told beforehand, and unknown risk is high`()
        async throws
    {
        try await withHost { host, _ in
            func risk(_ operation: String, _ arguments: JSON) async -> OperationRisk {
                await host.executor.risk(of: host.attempt(operation, "http", arguments))
            }

            #expect(await risk("http/get", ["path": "echo"]) == .low)
            #expect(await risk("http/request", ["path": "echo", "method": "POST"]) == .medium)
            #expect(await risk("http/request", ["path": "echo", "method": "DELETE"]) == .high)
            #expect(await risk("http/request", ["host": "x"]) == .high)
            #expect(await risk("http/none", [:]) == .high)
        }
    }

    @Test(arguments: [
        (["41"], true), (["shop/*"], true), (["shop/orders"], true), (["team/*", "42"], false),
    ])
    func `a project's number is judged by its path too`(
        _ patterns: [String], _ isGranted: Bool
    ) async throws {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost(
                [
                    TestHost.connection(
                        "gitlab", "gitlab",
                        ["url": .string(standIn.server.origin), "token": "secret:GL"])
                ],
                secrets: ["GL": demo.token],
                grants: [grant(["gitlab/create-note": patterns], connections: ["gitlab"])])

            let outcome = try await host.outcome(host.gitlab("create-note", ["body": "x"]))

            #expect((outcome.word == "returned") == isGranted)
            #expect(try await standIn.count("POST", "/notes") == (isGranted ? 1 : 0))
        }
    }

    // MARK: Arguments

    @Test(
        arguments: [
            ["path": "echo", "host": "evil.example"], ["path": "/echo"], [:], ["path": 5],
            ["path": "a/../b"], ["path": "-rf"], ["path": "a\nb"], ["path": "a//b"],
            ["path": "echo", "headers": ["Authorization": "x"]],
            ["path": "echo", "headers": ["host": "evil.example"]],
            ["path": "echo", "headers": ["X-A": "b\r\nX-B: c"]],
        ] as [JSON])
    func `arguments that are unknown, malformed or reach too far are refused`(
        _ arguments: JSON
    ) async throws {
        try await withHost { host, _ in
            let error = try await host.error(host.attempt("http/get", "http", arguments))

            #expect(error.type == "invalid-arguments")
            #expect(!error.isRetryable)
        }
    }

    @Test func `null for an optional argument is its absence`() async throws {
        try await withHost { host, _ in
            let output = try await host.output(
                host.attempt("http/get", "http", ["path": "echo", "query": nil, "expect": nil]))

            #expect(output["status"] == 200)
        }
    }

    @Test func `unknown operations and connections are named`() async throws {
        try await withHost { host, _ in
            let operation = try await host.error(host.attempt("http/fetch", "http", [:]))
            let connection = try await host.error(
                host.attempt("http/get", "htpp", ["path": "echo"]))
            let kind = try await host.error(host.attempt("llm/chat", "http", ["prompt": "x"]))
            let none = try await host.error(host.attempt("http/get", nil, ["path": "echo"]))

            #expect(operation.message.contains("known are gitlab/get-merge-request"))
            #expect(connection.message.contains("no connection 'htpp'"))
            #expect(kind.message.contains("of kind 'http'"))
            #expect(none.message.contains("connection: NAME"))
        }
    }

    // MARK: Secrets and egress

    @Test func `a missing secret is thrown with its remedy before anything is sent`() async throws {
        try await withHost(["token": "secret:API"]) { host, _ in
            let name = try SecretName("API")
            await #expect(throws: SecretError.missing(name)) {
                try await host.executor.execute(host.attempt("http/get", "http", ["path": "echo"]))
            }
        }
    }

    @Test func `the credential is sent, and redacted wherever it comes back`() async throws {
        let secret = "tok/en+123456"
        try await withHost(["token": "secret:API"], secrets: ["API": secret]) { host, _ in
            let report = try await host.executor.execute(
                host.attempt("http/get", "http", ["path": "echo", "query": ["q": "tok/en+123456"]]))

            guard case .returned(let output) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            let text = output["body"]?.stringValue ?? ""
            #expect(text.contains("Authorization: Bearer [secret API]"))
            #expect(text.contains("?q=[secret API]"))
            #expect(!output.text.contains(secret))
            #expect(report.standardOutput.hasPrefix("GET /echo?q=[secret API] 200 in "))
        }
    }

    @Test func `a private address that nobody listed is refused by name`() async throws {
        try await withHost(allowing: ["10.0.0.0/8"]) { host, _ in
            let error = try await host.error(host.attempt("http/get", "http", ["path": "echo"]))

            #expect(error.type == "egress-refused")
            #expect(error.message.contains("127.0.0.1 is loopback"))
            #expect(!error.isRetryable)
            #expect(host.waits.all.isEmpty)
        }
    }

    // MARK: Time

    @Test func `no more requests are under way at once than the connection allows`() async throws {
        try await withHost(atOnce: 2) { host, server in
            try await withThrowingTaskGroup(of: StepOutcome.self) { group in
                for _ in 0..<20 {
                    let attempt = host.attempt("http/get", "http", ["path": "busy"])
                    group.addTask { try await host.outcome(attempt) }
                }
                for try await outcome in group { #expect(outcome.word == "returned") }
            }

            let output = try await host.output(
                host.attempt("http/get", "http", ["path": "most-busy"]))
            #expect(output["body"] == "2")
        }
    }

    @Test func `a cancelled step is cancelled, also while it waits for its turn`() async throws {
        try await withHost(atOnce: 1) { host, _ in
            let silent = host.attempt("http/get", "http", ["path": "silent"])
            let words = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<3 { group.addTask { try await host.outcome(silent).word } }
                group.cancelAll()
                return try await group.reduce(into: []) { $0.append($1) }
            }

            #expect(words == ["cancelled", "cancelled", "cancelled"])
        }
    }

    @Test func `a step's timeout ends its request`() async throws {
        try await withHost { host, _ in
            var attempt = host.attempt("http/get", "http", ["path": "silent"])
            attempt.timeout = .milliseconds(100)

            let error = try await host.error(attempt)

            #expect(error.type == "timeout")
        }
    }
}
