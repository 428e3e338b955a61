import Connectors
import FlowModel
import JSONValue
import Synchronization
import TestSupport
import YAMLDocuments

/// What a connector waited for, without waiting.
final class Waits: Sendable {
    private let durations = Mutex<[Duration]>([])

    var all: [Duration] { durations.withLock { $0 } }

    var patience: Patience {
        Patience(
            sleep: { [self] duration in durations.withLock { $0.append(duration) } },
            jitter: { 0.5 }, now: { 1_800_000_000 })
    }
}

/// An executor over hand-written connections and grants.
struct TestHost: Sendable {
    let executor: OperationExecutor
    let waits: Waits

    static let usualGrants = [
        Grant(
            pattern: "review", tenant: "test", profiles: [],
            connections: ["gitlab", "model", "http"],
            operations: [
                "gitlab/create-discussion": ["41", "shop/*"], "gitlab/create-note": ["shop/orders"],
                "http/request": ["**"],
            ], location: SourceLocation(line: 1, column: 1))
    ]

    init(
        _ connections: [Connection], secrets: [String: String] = [:], grants: [Grant] = usualGrants,
        egress: EgressRule = EgressRule()
    ) throws {
        waits = Waits()
        executor = try OperationExecutor(
            configuration: HostConfiguration(
                connections: connections, egress: egress, grants: grants, path: "/etc/sluice.yaml"),
            secrets: SecretStore(
                dataFolder: "/nonexistent",
                environment: { name in
                    name.hasPrefix("SLUICE_SECRET_") ? secrets[String(name.dropFirst(14))] : nil
                }), patience: waits.patience)
    }

    static func connection(
        _ name: String, _ kind: String, _ settings: JSON, atOnce: Int? = nil,
        allowing addresses: [String] = ["127.0.0.1"]
    ) -> Connection {
        Connection(
            name: name, kind: kind, settings: settings.objectValue ?? JSONObject(), atOnce: atOnce,
            privateAddresses: addresses, location: SourceLocation(line: 3, column: 5))
    }

    /// A host with the connection `gitlab` to the stand-in.
    static func gitlab(_ standIn: StandIn, _ demo: DemoWorld, token: String? = nil) throws
        -> TestHost
    {
        try TestHost(
            [
                connection(
                    "gitlab", "gitlab",
                    ["url": .string(standIn.server.origin), "token": "secret:GL"])
            ],
            secrets: ["GL": token ?? demo.token])
    }

    /// A host with the connection `model` to the stand-in.
    static func model(_ standIn: StandIn, settings: JSON = [:]) throws -> TestHost {
        var all: JSON = [
            "base-url": .string(standIn.server.origin + "/v1"), "model": "stand-in-reviewer",
            "api-key": "secret:LLM",
        ]
        for (key, value) in settings.objectValue ?? JSONObject() { all = all.setting(key, value) }
        return try TestHost(
            [connection("model", "llm", all)], secrets: ["LLM": "key-of-the-model-server"])
    }

    func attempt(
        _ operation: String, _ connection: String?, _ arguments: JSON, mark: String? = nil,
        run: String = "run-1", flow: String = "review", tools: [ToolDescription] = [],
        rounds: Int? = nil, tokens: Int? = nil,
        callTool: (@Sendable (ToolCall) async throws -> ToolAnswer)? = nil
    ) -> StepAttempt {
        StepAttempt(
            run: run, flow: flow, node: "node", itemKey: nil, number: 1, tenant: "test",
            timeout: .seconds(60),
            work: .operation(
                OperationWork(
                    operation: operation, connection: connection, arguments: arguments, mark: mark,
                    tools: tools, toolRounds: rounds, toolTokens: tokens)), callTool: callTool)
    }

    func outcome(_ attempt: StepAttempt) async throws -> StepOutcome {
        try await executor.execute(attempt).outcome
    }

    /// The output of an operation that must succeed.
    func output(_ attempt: StepAttempt) async throws -> JSON {
        switch try await outcome(attempt) {
        case .returned(let value): return value
        case .raised(let error): throw UnexpectedOutcome(words: "\(error.type): \(error.message)")
        case let other: throw UnexpectedOutcome(words: other.word)
        }
    }

    /// The error of an operation that must fail.
    func error(_ attempt: StepAttempt) async throws -> RaisedError {
        let outcome = try await outcome(attempt)
        guard case .raised(let error) = outcome else {
            throw UnexpectedOutcome(words: "\(outcome)")
        }
        return error
    }

    func gitlab(
        _ operation: String, _ more: JSON = [:], mark: String? = nil, run: String = "run-1",
        project: JSON = 41
    ) -> StepAttempt {
        var arguments: JSON = ["project": project, "iid": 7]
        for (key, value) in more.objectValue ?? JSONObject() {
            arguments = arguments.setting(key, value)
        }
        return attempt("gitlab/" + operation, "gitlab", arguments, mark: mark, run: run)
    }

    func chat(_ arguments: JSON) -> StepAttempt { attempt("llm/chat", "model", arguments) }
}

struct UnexpectedOutcome: Error, CustomStringConvertible {
    let words: String
    var description: String { "unexpected outcome: \(words)" }
}
