internal import FlowModel
internal import HTTPTransport
internal import JSONValue

/// The settings of a `gitlab` connection beside its URL and token.
struct GitLabSettings: Sendable {
    private let isBearer: Bool

    init(_ settings: inout ConnectionSettings) {
        isBearer = settings.choice("token-type", of: ["private", "bearer"]) == "bearer"
    }

    func credentials(_ secret: Secret?) -> [HTTPHeader] {
        guard let secret else { return [] }
        return isBearer
            ? [HTTPHeader("Authorization", "Bearer " + secret.reveal())]
            : [HTTPHeader("PRIVATE-TOKEN", secret.reveal())]
    }
}

/// What flows may ask of GitLab.
enum GitLabOperations {
    static let all: [OperationDescription] = [
        read(
            "get-merge-request",
            "Get a merge request as GitLab describes it; diff_refs is null while it is prepared.",
            [:]),
        read(
            "list-diffs",
            "List the changed files with their diffs; says which of them cannot be reviewed.",
            [
                "head": [
                    "type": "string",
                    "description": "Refuse diffs of another head commit than this one.",
                ]
            ]),
        read("list-discussions", "List the discussions with their notes.", [:]),
        write(
            "create-discussion",
            "Comment on a line, a file or the whole merge request. A refused position falls back to "
                + "each of 'fallbacks', then to the file, then to a plain note.",
            [
                "body": body, "position": position,
                "fallbacks": ["type": "array", "items": position],
            ]),
        write("create-note", "Comment on the whole merge request.", ["body": body]),
    ]

    private static let target: JSON = [
        "project": [
            "type": ["integer", "string"], "description": "Number or path, such as group/project.",
        ],
        "iid": ["type": "integer", "minimum": 1],
    ]

    private static let body: JSON = ["type": "string", "minLength": 1, "maxLength": 500_000]

    private static let lineNumber: JSON = ["type": ["integer", "null"], "minimum": 1]

    private static let rangeEnd: JSON = [
        "type": "object", "additionalProperties": false, "required": ["line_code"],
        "properties": [
            "line_code": ["type": "string"], "type": ["type": ["string", "null"]],
            "old_line": lineNumber, "new_line": lineNumber,
        ],
    ]

    private static let position: JSON = [
        "type": "object", "additionalProperties": false,
        "required": ["base_sha", "start_sha", "head_sha"],
        "properties": [
            "base_sha": ["type": "string"], "start_sha": ["type": "string"],
            "head_sha": ["type": "string"],
            "position_type": ["type": "string", "enum": ["text", "file"]],
            "old_path": ["type": ["string", "null"]], "new_path": ["type": ["string", "null"]],
            "old_line": lineNumber, "new_line": lineNumber,
            "line_range": [
                "type": ["object", "null"], "additionalProperties": false,
                "required": ["start", "end"], "properties": ["start": rangeEnd, "end": rangeEnd],
            ],
        ],
    ]

    private static func read(_ name: String, _ summary: String, _ more: JSON)
        -> OperationDescription
    {
        describe(name, summary, more, effect: .read, risk: .low, required: [])
    }

    private static func write(_ name: String, _ summary: String, _ more: JSON)
        -> OperationDescription
    {
        describe(name, summary, more, effect: .write, risk: .medium, required: ["body"])
    }

    private static func describe(
        _ name: String, _ summary: String, _ more: JSON, effect: OperationEffect,
        risk: OperationRisk, required: [JSON]
    ) -> OperationDescription {
        var properties = target.objectValue ?? JSONObject()
        for (key, value) in more.objectValue ?? JSONObject() { properties[key] = value }
        return OperationDescription(
            name: "gitlab/" + name, connectionKind: "gitlab", effect: effect, risk: risk,
            summary: summary,
            arguments: [
                "type": "object", "additionalProperties": false,
                "required": .array(["project", "iid"] + required),
                "properties": .object(properties),
            ], resourceArgument: "project")
    }
}
