import Foundation
import JSONValue
import TestSupport

/// A merge request to review, and the two services that the flow speaks with.
struct ChaosWorld {
    struct NoServer: Error, CustomStringConvertible {
        let description: String
    }

    let root: String
    let folder: TemporaryFolder
    let names: JSON
    private let model: StandInServer

    init() async throws {
        folder = try TemporaryFolder()
        root = try Self.repositoryRoot()
        let demo = folder.file("demo")
        let build = try ChildProcess(
            "/usr/bin/python3", [Self.standIns(root), "demo-repository", "--into", demo],
            folder: root, output: folder.file("build.log"))
        guard await build.waitForEnd() == 0 else {
            throw NoServer(description: "the demo repository could not be built")
        }
        names = try Self.read(demo + "/names.json")
        model = try await StandInServer(
            "llm", world: demo + "/llm-world.json", root: root, log: folder.file("llm.log"))
    }

    /// A GitLab that has seen no comment yet, and the configuration that leads to it.
    func gitLab(in round: TemporaryFolder) async throws -> StandInServer {
        let server = try await configured(round, flow: "gitlab-hunk-review", settings: nil)
        try FileManager.default.copyItem(
            atPath: root + "/flows/gitlab-hunk-review", toPath: Self.flow(in: round))
        return server
    }

    /// A GitLab that takes any number of notes, and a configuration for the flow `chaos`.
    func patientGitLab(in round: TemporaryFolder) async throws -> StandInServer {
        try await configured(round, flow: "chaos", settings: ["notes_per_minute": 1_000_000])
    }

    private func configured(
        _ round: TemporaryFolder, flow: String, settings: JSON?
    ) async throws -> StandInServer {
        let scenario = try settings.map { settings in
            let path = round.file("scenario.json")
            let json: JSON = ["settings": settings]
            try Data(json.bytes).write(to: URL(filePath: path))
            return path
        }
        let server = try await StandInServer(
            "gitlab", world: folder.file("demo/gitlab-world.json"), root: root,
            log: round.file("gitlab.log"), store: round.file("notes.json"), scenario: scenario)
        let project = names["project"]?.integerValue ?? 0
        let configuration: JSON = [
            "connections": [
                "gitlab": [
                    "kind": "gitlab", "url": .string(server.url), "token": "secret:GITLAB_TOKEN",
                    "private": ["127.0.0.1"],
                ],
                "reviewer": [
                    "kind": "llm", "base-url": .string(model.url + "/v1"),
                    "model": names["model"] ?? nil, "api-key": "secret:LLM_API_KEY",
                    "private": ["127.0.0.1"],
                ],
            ],
            "grants": [
                flow: [
                    "profiles": ["pure"], "connections": ["gitlab", "reviewer"],
                    "operations": [
                        "gitlab/create-discussion": [.string(String(project))],
                        "gitlab/create-note": [.string(String(project))],
                    ],
                ]
            ],
        ]
        try Data(configuration.bytes).write(to: URL(filePath: round.file("sluice.yaml")))
        return server
    }

    /// The round's own copy of the flow.
    private static func flow(in round: TemporaryFolder) -> String {
        round.file("gitlab-hunk-review")
    }

    /// Leaves nothing of the flow's files as it was: a run that exists goes on with its own.
    func spoilFlow(in round: TemporaryFolder) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.flow(in: round)) {
            let path = "\(Self.flow(in: round))/\(name)"
            try FileManager.default.removeItem(atPath: path)
            try Data("spoilt: [".utf8).write(to: URL(filePath: path))
        }
    }

    /// `sluice run` on the merge request's event, or resuming `run`.
    func sluice(in round: TemporaryFolder, resuming run: String?, log: String) throws
        -> ChildProcess
    {
        let what =
            run.map { ["--resume", $0] }
            ?? [Self.flow(in: round), "--event", folder.file("demo/event.json")]
        return try ChildProcess(
            Self.executable,
            ["run"] + what + [
                "--json", "--config", round.file("sluice.yaml"), "--data", round.file("data"),
            ],
            environment: [
                "SLUICE_SECRET_GITLAB_TOKEN": names["token"]?.stringValue ?? "",
                "SLUICE_SECRET_LLM_API_KEY": names["api_key"]?.stringValue ?? "",
            ], folder: root, output: round.file(log))
    }

    func end() async { await model.end() }

    /// Where each comment stands and what it says, sorted; a comment made twice is there twice.
    static func comments(in round: TemporaryFolder) throws -> [String] {
        guard FileManager.default.fileExists(atPath: round.file("notes.json")) else { return [] }
        let notes = try read(round.file("notes.json"))
        return (notes["discussions"]?.arrayValue ?? []).map { discussion in
            let note = discussion["notes"]?[0]
            let position = note?["position"] ?? .null
            let place = ["new_path", "new_line", "old_line"].map { position[$0]?.text ?? "-" }
            return place.joined(separator: " ") + " " + unmarked(note?["body"]?.stringValue ?? "")
        }.sorted()
    }

    /// A body without our mark, which each host makes with a key of its own.
    private static func unmarked(_ body: String) -> String {
        body.replacing(/<!--.*?-->/.dotMatchesNewlines(), with: "")
    }

    private static func read(_ path: String) throws -> JSON {
        try JSON.parse(Array(Data(contentsOf: URL(filePath: path))))
    }

    /// `sluice` stands beside the program that runs the tests.
    private static var executable: String { program("sluice") }

    /// A program that was built with the tests.
    static func program(_ name: String) -> String {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: name)
            .path(percentEncoded: false)
    }

    static func standIns(_ root: String) -> String { root + "/Sources/Tools/standins" }

    private static func repositoryRoot() throws -> String {
        var folder = URL(filePath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let package = folder.appending(path: "Package.swift").path(percentEncoded: false)
            if FileManager.default.fileExists(atPath: package) {
                return folder.standardized.path(percentEncoded: false)
            }
        }
        throw NoServer(description: "the repository is not where it was built")
    }
}

/// A running stand-in; it ends with its standard input.
struct StandInServer {
    let url: String
    private let process: ChildProcess

    init(
        _ kind: String, world: String, root: String, log: String, store: String? = nil,
        scenario: String? = nil
    ) async throws {
        process = try ChildProcess(
            "/usr/bin/python3",
            ["-u", ChaosWorld.standIns(root), kind, "--world", world, "--stop-with-stdin"]
                + (store.map { ["--store", $0] } ?? [])
                + (scenario.map { ["--scenario", $0] } ?? []), folder: root, output: log)
        url = try await Self.address(in: log, kind)
    }

    func end() async {
        process.closeInput()
        _ = await process.waitForEnd()
    }

    /// Reads the one line that the server prints when it listens.
    private static func address(in log: String, _ kind: String) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if text.hasPrefix("listening on "), let line = text.split(separator: "\n").first,
                text.contains("\n"), let url = line.split(separator: " ").last
            {
                return String(url)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw ChaosWorld.NoServer(description: "the \(kind) stand-in did not start")
    }
}
