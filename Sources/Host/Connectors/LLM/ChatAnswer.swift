internal import JSONValue

/// One completion, as far as anybody needs it.
struct ChatAnswer: Sendable {
    let model: String?
    /// As it came, for sending it back.
    let message: JSON
    let content: String?
    let refusal: String?
    let reasoning: String?
    let finish: String?
    let calls: [ChatToolCall]
    let usage: ChatUsage

    /// Nil when the document holds no answer.
    init?(_ document: JSON) {
        guard let choice = document["choices"]?[0], let message = choice["message"],
            message.objectValue != nil
        else { return nil }
        self.message = message
        model = document["model"]?.stringValue
        content = Self.text(message["content"])
        refusal = message["refusal"]?.stringValue
        reasoning =
            message["reasoning_content"]?.stringValue ?? message["reasoning"]?.stringValue
            ?? content.flatMap { ModelText.thoughts(Array($0.utf8)) }
        finish = choice["finish_reason"]?.stringValue
        calls = (message["tool_calls"]?.arrayValue ?? []).map(ChatToolCall.init)
        usage = ChatUsage(document["usage"] ?? nil)
    }

    /// Some servers give a list of parts instead of one text.
    private static func text(_ content: JSON?) -> String? {
        if let text = content?.stringValue { return text }
        guard let parts = content?.arrayValue else { return nil }
        return parts.compactMap { $0["text"]?.stringValue }.joined()
    }

    /// Without the thoughts that some models leave in their text.
    var visibleContent: String? {
        guard let content else { return nil }
        let bytes = ModelText.withoutThoughts(Array(content.utf8))
        return bytes.count == content.utf8.count
            ? content
            : String(decoding: bytes.drop { $0 == 0x0a || $0 == 0x20 }, as: UTF8.self)
    }
}

/// One call of a tool that a model asks for.
struct ChatToolCall: Sendable {
    let identifier: String?
    let name: String
    /// Nil when they are no JSON object.
    let arguments: JSON?
    let argumentText: String

    init(_ value: JSON) {
        identifier = value["id"]?.stringValue
        name = value["function"]?["name"]?.stringValue ?? ""
        let given = value["function"]?["arguments"] ?? nil
        // By the contract a text; some servers give the object itself.
        argumentText = given.stringValue ?? (given.isNull ? "{}" : given.text)
        let text = argumentText.isEmpty ? "{}" : argumentText
        let parsed = (try? JSON.parse(text)) ?? JSONRepair.value(in: text)
        arguments = parsed?.objectValue == nil ? nil : parsed
    }
}

/// Tokens, added up over all requests of a step.
struct ChatUsage: Sendable {
    var prompt: Int64 = 0
    var completion: Int64 = 0
    var total: Int64 = 0

    init(_ value: JSON = nil) {
        prompt = value["prompt_tokens"]?.integerValue ?? 0
        completion = value["completion_tokens"]?.integerValue ?? 0
        total = value["total_tokens"]?.integerValue ?? (prompt + completion)
    }

    mutating func add(_ other: ChatUsage) {
        prompt += other.prompt
        completion += other.completion
        total += other.total
    }

    var json: JSON {
        [
            "prompt_tokens": .integer(prompt), "completion_tokens": .integer(completion),
            "total_tokens": .integer(total),
        ]
    }
}
