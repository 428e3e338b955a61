internal import FlowModel
internal import JSONSchema
internal import JSONValue

/// What one `llm/chat` step says: the messages so far, and how an answer is asked for.
struct ChatConversation: Sendable {
    private(set) var messages: [JSON]
    let schema: JSONSchema?
    private let arguments: JSONObject
    private let settings: ChatSettings
    private let tools: [ToolDescription]

    init(_ call: OperationCall, _ settings: ChatSettings) throws(ConnectorFailure) {
        arguments = call.arguments
        self.settings = settings
        tools = call.work.tools
        var messages = arguments["messages"]?.arrayValue ?? []
        if let system = arguments["system"] {
            messages.insert(["role": "system", "content": system], at: 0)
        }
        if let prompt = arguments["prompt"] {
            messages.append(["role": "user", "content": prompt])
        }
        guard arguments["prompt"] != nil || arguments["messages"] != nil else {
            throw ConnectorFailure(
                .invalidArguments,
                "'llm/chat': give 'prompt', or 'messages' for a whole conversation")
        }
        self.messages = messages
        guard let document = arguments["schema"] else {
            schema = nil
            return
        }
        do {
            schema = try JSONSchema(document)
        } catch {
            throw ConnectorFailure(.invalidArguments, "'llm/chat': argument 'schema': \(error)")
        }
    }

    mutating func append(_ message: JSON) { messages.append(message) }

    /// The body of the next request.
    func request(_ known: ChatCapabilities.Known) -> JSON {
        var body = JSONObject()
        body["model"] = .string(settings.model)
        body["messages"] = .array(instructed(known))
        body["temperature"] = arguments["temperature"] ?? settings.temperature
        body[known.tokenKey] =
            arguments["max-tokens"] ?? settings.maximumTokens.map { .integer(Int64($0)) }
        body["seed"] = arguments["seed"]
        body["stop"] = arguments["stop"]
        body["reasoning_effort"] =
            arguments["reasoning-effort"] ?? settings.reasoningEffort.map { .string($0) }
        for name in known.refused { body[name] = nil }
        if let schema { body["response_format"] = responseFormat(schema, known.format) }
        if !tools.isEmpty {
            body["tools"] = .array(
                tools.map { tool in
                    [
                        "type": "function",
                        "function": [
                            "name": .string(tool.name), "description": .string(tool.description),
                            "parameters": tool.arguments,
                        ],
                    ]
                })
        }
        return .object(body)
    }

    private func responseFormat(_ schema: JSONSchema, _ format: ChatSettings.Format) -> JSON? {
        switch format {
        case .schema, .automatic:
            [
                "type": "json_schema",
                "json_schema": [
                    "name": "answer", "strict": .bool(StrictSchema.isStrict(schema.document)),
                    "schema": schema.document,
                ],
            ]
        case .object: ["type": "json_object"]
        case .prompt: nil
        }
    }

    /// Where the server does not hold the model to the schema, the prompt must.
    private func instructed(_ known: ChatCapabilities.Known) -> [JSON] {
        guard let schema, known.format == .object || known.format == .prompt else {
            return messages
        }
        let words =
            "Answer with one JSON value that fits this JSON Schema, and with nothing else:\n"
        var instructed = messages
        if instructed[0]["role"]?.stringValue == "system",
            let system = instructed[0]["content"]?.stringValue
        {
            instructed[0] = [
                "role": "system",
                "content": .string(system + "\n\n" + words + schema.document.text),
            ]
        } else {
            instructed.insert(
                ["role": "system", "content": .string(words + schema.document.text)], at: 0)
        }
        return instructed
    }
}
