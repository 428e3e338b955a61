import Connectors
import Foundation
import HTTPTransport
import JSONValue
import TestSupport

/// The strict stand-in servers of `Sources/Tools/standins`, each test with a world of its own.
struct StandIn: Sendable {
    let server: ServerProcess

    static var path: String { RepositoryFiles.path("Sources/Tools/standins") }

    /// A GitLab with the demo's merge request 7 of project 41, `shop/orders`.
    static func gitlab(
        settings: JSON = [:], tokens: [JSON] = [],
        _ body: (StandIn, DemoWorld) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let demo = try DemoWorld(folder)
            var world = try JSON.parse(
                [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/gitlab-world.json"))))
            world = world.setting("settings", settings)
            world = world.setting("tokens", .array((world["tokens"]?.arrayValue ?? []) + tokens))
            try await run("gitlab", world, folder) { try await body($0, demo) }
        }
    }

    static func model(
        settings: JSON = [:], rules: [JSON] = [], _ body: (StandIn) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let world: JSON = [
                "api_key": "key-of-the-model-server", "models": ["stand-in-reviewer"],
                "settings": settings, "rules": .array(rules),
            ]
            try await run("llm", world, folder, body)
        }
    }

    private static func run(
        _ kind: String, _ world: JSON, _ folder: String, _ body: (StandIn) async throws -> Void
    ) async throws {
        let file = folder + "/world.json"
        try Data(world.bytes).write(to: URL(fileURLWithPath: file))
        try await ServerProcess.run(
            path: path, arguments: [kind, "--world", file, "--stop-with-stdin"]
        ) { try await body(StandIn(server: $0)) }
    }

    /// What the stand-in keeps: notes, counts, violations.
    func state() async throws -> JSON { try await control("state") }

    func requests() async throws -> [JSON] { try await control("requests").arrayValue ?? [] }

    /// How many requests of that method had a path that ends so.
    func count(_ method: String, _ suffix: String) async throws -> Int {
        try await requests().filter {
            $0["method"]?.stringValue == method
                && $0["path"]?.stringValue?.hasSuffix(suffix) == true
        }.count
    }

    func faults(_ faults: JSON...) async throws {
        _ = try await control("scenario", body: ["faults": .array(faults)])
    }

    func settings(_ settings: JSON) async throws {
        _ = try await control("scenario", body: ["settings": settings])
    }

    private func control(_ name: String, body: JSON? = nil) async throws -> JSON {
        let transport = try HTTPTransport()
        let response = try await transport.send(
            HTTPRequest(
                method: body == nil ? "GET" : "POST",
                url: try HTTPURL(server.origin + "/__standin__/" + name),
                headers: [HTTPHeader("Content-Type", "application/json")], body: body?.bytes,
                egress: try EgressPolicy(allow: ["127.0.0.1"])))
        return response.body.isEmpty ? .null : try JSON.parse(response.body)
    }
}

/// The demo's names: who may ask, and for what.
struct DemoWorld: Sendable {
    let token: String
    let folder: String
    let head: JSON

    init(_ folder: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [StandIn.path, "demo-repository", "--into", folder]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let names = try JSON.parse(
            [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/names.json"))))
        token = names["token"]?.stringValue ?? ""
        self.folder = folder
        head = names
    }
}

extension JSON {
    /// This object with one member set.
    func setting(_ key: String, _ value: JSON) -> JSON {
        var object = objectValue ?? JSONObject()
        object[key] = value
        return .object(object)
    }
}
