internal import FlowModel
internal import HTTPTransport
internal import JSONValue

/// The settings of an `llm` connection beside its URL and key.
struct ChatSettings: Sendable {
    /// How a JSON answer is asked for; `automatic` begins with the strictest and learns.
    enum Format: String, Sendable, CaseIterable {
        case automatic = "auto"
        case schema = "json-schema"
        case object = "json-object"
        case prompt
    }

    let model: String
    let maximumTokens: Int?
    let temperature: JSON?
    let reasoningEffort: String?
    let format: Format
    let headers: [HTTPHeader]
    let timeouts: HTTPTimeouts
    private let keyHeader: String

    init(_ settings: inout ConnectionSettings) {
        model = settings.requiredText("model", example: "qwen2.5-coder")
        maximumTokens = settings.integer("max-tokens", in: 1...10_000_000)
        temperature = settings.number("temperature")
        reasoningEffort = settings.text("reasoning-effort")
        format =
            settings.choice("answer-format", of: Format.allCases.map(\.rawValue))
            .flatMap(Format.init) ?? .automatic
        headers = settings.headers("headers")
        keyHeader = settings.text("key-header") ?? "Authorization"
        // A server that loads its model first is silent for minutes.
        let timeout = settings.duration("timeout") ?? .seconds(600)
        timeouts = HTTPTimeouts(
            connect: .seconds(10), firstByte: timeout, idle: .seconds(120), total: timeout)
    }

    func credentials(_ secret: Secret?) -> [HTTPHeader] {
        guard let secret else { return [] }
        let isStandard = keyHeader.lowercased() == "authorization"
        return [HTTPHeader(keyHeader, (isStandard ? "Bearer " : "") + secret.reveal())]
    }
}

/// What flows may ask of a language model.
enum ChatOperations {
    static let all = [
        OperationDescription(
            name: "llm/chat", connectionKind: "llm", effect: .read, risk: .low,
            summary: "Ask a language model; with 'schema' the answer is JSON that fits it.",
            arguments: [
                "type": "object", "additionalProperties": false,
                "properties": [
                    "messages": ["type": "array", "minItems": 1, "items": message],
                    "system": ["type": "string"], "prompt": ["type": "string"],
                    "schema": [
                        "type": "object", "format": "json-schema",
                        "description": "JSON Schema of the answer.",
                    ],
                    "temperature": ["type": "number", "minimum": 0, "maximum": 2],
                    "max-tokens": ["type": "integer", "minimum": 1],
                    "seed": ["type": "integer"], "reasoning-effort": ["type": "string"],
                    "stop": ["type": "array", "items": ["type": "string"]],
                ],
            ], resourceArgument: nil)
    ]

    private static let message: JSON = [
        "type": "object", "additionalProperties": false, "required": ["role", "content"],
        "properties": [
            "role": ["type": "string", "enum": ["system", "developer", "user", "assistant"]],
            "content": ["type": "string"],
        ],
    ]
}
