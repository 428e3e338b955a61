import FlowModel
import JSONValue
import SandboxPolicy
import YAMLDocuments

/// Swift Testing has a `SourceLocation` of its own.
typealias Place = YAMLDocuments.SourceLocation

/// A flow's folder that a test writes out.
struct WrittenFiles: FlowFiles {
    var folder = "/flows/sample"
    var contents: [String: [UInt8]] = [:]
    var links: Set<String> = []

    init(_ texts: [String: String] = [:], links: Set<String> = []) {
        contents = texts.mapValues { Array($0.utf8) }
        self.links = links
    }

    func paths() throws(FlowFileError) -> [String] { Array(contents.keys) }

    func read(_ path: String) throws(FlowFileError) -> [UInt8] {
        if links.contains(path) { throw .symbolicLink }
        guard let bytes = contents[path] else { throw .missing }
        return bytes
    }
}

/// The connectors, profiles and configuration that most tests share.
enum Sample {
    static let operations = OperationCatalogue([
        operation("gitlab/get-merge-request", kind: "gitlab"),
        operation("gitlab/list-diffs", kind: "gitlab"),
        OperationDescription(
            name: "gitlab/create-discussion", connectionKind: "gitlab", effect: .write,
            risk: .medium, summary: "Comment on a line.",
            arguments: [
                "type": "object", "additionalProperties": false,
                "required": ["project", "iid", "body"],
                "properties": [
                    "project": ["type": ["string", "integer"]], "iid": ["type": "integer"],
                    "body": ["type": "string"],
                    "position": [
                        "type": "object", "additionalProperties": false,
                        "properties": [
                            "new_line": ["type": "integer"], "new_path": ["type": "string"],
                        ],
                    ],
                ],
            ], resourceArgument: "project"),
        OperationDescription(
            name: "gitlab/merge", connectionKind: "gitlab", effect: .write, risk: .high,
            summary: "Merge.", arguments: project, resourceArgument: "project"),
        OperationDescription(
            name: "gitlab/delete-branch", connectionKind: "gitlab", effect: .write,
            risk: .critical, summary: "Delete.", arguments: project, resourceArgument: "project"),
        OperationDescription(
            name: "llm/chat", connectionKind: "llm", effect: .read, risk: .low, summary: "Ask.",
            arguments: [
                "type": "object", "additionalProperties": false, "required": ["messages"],
                "properties": [
                    "messages": ["type": "array", "items": ["type": "object"]],
                    "temperature": ["type": "number"],
                    "schema": ["type": "object", "format": "json-schema"],
                ],
            ], resourceArgument: nil),
        OperationDescription(
            name: "slack/post", connectionKind: "slack", effect: .write, risk: .medium,
            summary: "Post a message.",
            arguments: [
                "type": "object", "additionalProperties": false, "required": ["channel", "text"],
                "properties": ["channel": ["type": "string"], "text": ["type": "string"]],
            ], resourceArgument: "channel"),
        OperationDescription(
            name: "retrieval/search", connectionKind: nil, effect: .read, risk: .low,
            summary: "Search an index.",
            arguments: [
                "type": "object", "additionalProperties": false, "required": ["index", "query"],
                "properties": ["index": [:], "query": ["type": "string"]],
            ], resourceArgument: nil),
        OperationDescription(
            name: "http/request", connectionKind: "http", effect: .read, risk: .low,
            summary: "Ask a service.",
            arguments: [
                "type": "object", "additionalProperties": false, "required": ["path"],
                "properties": [
                    "path": ["type": "string"], "token": ["type": "string"],
                    "body": [:],
                ],
            ], resourceArgument: nil, credentialArguments: ["token"]),
    ])

    private static let project: JSON = [
        "type": "object", "additionalProperties": false, "required": ["project"],
        "properties": ["project": ["type": ["string", "integer"]]],
    ]

    private static func operation(_ name: String, kind: String) -> OperationDescription {
        OperationDescription(
            name: name, connectionKind: kind, effect: .read, risk: .low, summary: name,
            arguments: [
                "type": "object", "additionalProperties": false, "required": ["project", "iid"],
                "properties": [
                    "project": ["type": ["string", "integer"]], "iid": ["type": "integer"],
                ],
            ], resourceArgument: "project")
    }

    static let profiles = [
        KnownProfile(
            name: ProfileName("pure"), hasNetwork: false, languages: [.python, .javascript]),
        KnownProfile(name: ProfileName("fetch"), hasNetwork: true, languages: [.python]),
    ]

    static let configurationText = """
        connections:
          gitlab: {kind: gitlab, url: "https://gitlab.example.com", token: secret:GL, at-once: 2}
          reviewer: {kind: llm, base-url: "https://models.example.com/v1", api-key: secret:LLM}
          slack: {kind: slack, token: secret:SLACK}
          service: {kind: http, url: "https://service.example.com"}
        vars: {team: platform}
        grants:
          gitlab-*:
            tenant: review
            profiles: [pure]
            connections: [gitlab, reviewer]
            operations: {gitlab/create-discussion: ["team-a/*", 42]}
          sample:
            profiles: [pure, fetch]
            connections: [gitlab, reviewer, slack, service]
            operations: {slack/post: ["**"]}
        """

    static func configuration() throws(FlowFaults) -> HostConfiguration {
        try HostConfiguration.load(
            Array(configurationText.utf8), file: "sluice.yaml", path: "/etc/sluice/sluice.yaml",
            operations: operations, profiles: profiles)
    }

    static func surroundings() throws(FlowFaults) -> FlowSurroundings {
        FlowSurroundings(
            operations: operations, profiles: profiles, configuration: try configuration(),
            flows: [
                "tell-slack": [],
                "one-service": [
                    InputDeclaration(
                        name: "service", type: .object, isRequired: true, defaultValue: nil,
                        summary: nil),
                    InputDeclaration(
                        name: "token", type: .secret, isRequired: false, defaultValue: nil,
                        summary: nil),
                ],
            ],
            knowsTimezone: { ["UTC", "Asia/Seoul", "Europe/Berlin"].contains($0) })
    }

    static let files = WrittenFiles([
        "opened.js": "function main() {}", "split_hunks.py": "def main(): pass",
        "helper.py": "x = 1", "tests/test_it.py": "y = 2", "lib/text.mjs": "export const z = 3",
        "data.json": "{}", "tool.txt": "",
    ])

    static func read(_ text: String, files: WrittenFiles = files) throws -> FlowReading {
        Flow.read(
            Array(text.utf8), file: "flow.yaml", files: files, surroundings: try surroundings())
    }
}
