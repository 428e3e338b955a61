import Connectors
import FlowModel
import JSONValue
import JSONSchema
import Testing

@Suite struct ConnectionSettingsTests {
    private func faults(_ connections: Connection...) -> [String] {
        do throws(ConnectorSetupError) {
            _ = try ConnectorRegistry(
                HostConfiguration(connections: connections, path: "/etc/sluice.yaml"))
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    static let good: JSON = ["url": "https://gitlab.example.com/sub", "token": "secret:GL"]

    @Test func `good settings have no faults`() {
        let found = faults(
            TestHost.connection("a", "gitlab", Self.good),
            TestHost.connection(
                "b", "llm",
                [
                    "base-url": "http://127.0.0.1:1234/v1", "model": "m", "timeout": "10 min",
                    "answer-format": "prompt",
                ]),
            TestHost.connection(
                "c", "http",
                [
                    "url": "https://x", "headers": ["X-A": "b"], "token-prefix": "Token",
                    "token": "secret:X",
                ]))

        #expect(found.isEmpty)
    }

    @Test(
        arguments: [
            ("gitlab", ["url": "https://x"], "'token' is missing"),
            (
                "gitlab", ["token": "secret:GL"],
                "'url' is missing; write url: https://gitlab.example.com"
            ),
            ("gitlab", ["url": "ftp://x", "token": "secret:GL"], "'url': cannot use the URL"),
            (
                "gitlab", ["url": "https://me:pass@x", "token": "secret:GL"],
                "put the credential into a secret"
            ),
            ("gitlab", ["url": "https://x?a=b", "token": "secret:GL"], "holds a query"),
            ("gitlab", ["url": "https://x/api/v4", "token": "secret:GL"], "ends with /api/v4"),
            ("gitlab", ["url": "https://x", "token": "glpat-123"], "'token' must be secret:NAME"),
            (
                "gitlab", ["url": "https://x", "token": "secret:a b"],
                "cannot use 'a b' as the name of a secret"
            ),
            ("gitlab", ["url": "secret:URL", "token": "secret:GL"], "'url' is no credential"),
            (
                "gitlab", ["url": "https://x", "token": "secret:GL", "tokn": 1],
                "unknown key 'tokn'"
            ),
            ("llm", ["base-url": "https://x"], "'model' is missing"),
            (
                "llm", ["base-url": "https://x", "model": "m", "timeout": "soon"],
                "'timeout' must be a duration"
            ),
            (
                "llm", ["base-url": "https://x", "model": "m", "answer-format": "xml"],
                "'answer-format' is one of"
            ),
            (
                "llm", ["base-url": "https://x", "model": "m", "max-tokens": 0],
                "'max-tokens' must be a whole number"
            ),
            (
                "http", ["url": "https://x", "headers": ["Authorization": "abc"]],
                "header 'Authorization'"
            ),
            ("http", ["url": "https://x", "headers": ["X-A": "secret:B"]], "header 'X-A'"),
            ("ftp", ["url": "https://x"], "unknown kind 'ftp'; known are gitlab, http, llm"),
        ] as [(String, JSON, String)])
    func `a fault is told with its place and remedy`(
        _ kind: String, _ settings: JSON, _ words: String
    ) {
        let found = faults(TestHost.connection("c", kind, settings))

        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("/etc/sluice.yaml:3:5: connection 'c': ") == true)
        #expect(found.first?.contains(words) == true, "\(found)")
    }

    @Test func `every fault of every connection is told at once`() {
        let found = faults(
            TestHost.connection("a", "gitlab", [:]), TestHost.connection("b", "llm", [:]),
            TestHost.connection("c", "gitlab", Self.good, allowing: ["10.0.0.5/8"]))

        #expect(found.count == 5)
    }

    @Test func `one secret does not go to two origins`() {
        let found = faults(
            TestHost.connection("a", "gitlab", Self.good),
            TestHost.connection(
                "b", "gitlab", Self.good.setting("url", "https://gitlab.example.com")),
            TestHost.connection(
                "c", "http", ["url": "https://other.example", "token": "secret:GL"]))

        #expect(found.count == 1)
        #expect(found.first?.contains("secret 'GL' belongs to https://gitlab.example.com") == true)
    }

    @Test func `missing secrets are known before a run begins`() throws {
        let registry = try ConnectorRegistry(
            HostConfiguration(connections: [
                TestHost.connection("a", "gitlab", Self.good),
                TestHost.connection("b", "http", ["url": "https://x", "token": "secret:X"]),
            ]))
        let store = SecretStore(dataFolder: "/nonexistent", environment: { _ in nil })

        #expect(registry.missingSecrets(for: ["a"], in: store).count == 1)
        #expect(registry.missingSecrets(for: ["a"], in: store)[0].contains("sluice secrets set GL"))
        #expect(registry.missingSecrets(for: ["a", "b"], in: store).count == 2)
    }

    @Test(arguments: ConnectorRegistry.operations)
    func `every operation describes arguments that can be checked`(
        _ operation: OperationDescription
    ) throws {
        let schema = try JSONSchema(operation.arguments)

        #expect(operation.arguments["additionalProperties"] == false)
        #expect(!schema.faults(in: ["no-such-argument": 1]).isEmpty)
        if let name = operation.resourceArgument {
            #expect(operation.arguments["properties"]?[name] != nil)
        }
    }
}
