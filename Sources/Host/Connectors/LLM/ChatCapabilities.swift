internal import JSONValue
internal import Synchronization

/// What a server has refused so far, so that it is asked in its own way from then on.
final class ChatCapabilities: Sendable {
    struct Known: Sendable, Equatable {
        var format: ChatSettings.Format
        var tokenKey = "max_tokens"
        /// Parameters that this server or model does not take.
        var refused: Set<String> = []
    }

    private let known: Mutex<Known>

    init(_ format: ChatSettings.Format) {
        known = Mutex(Known(format: format == .automatic ? .schema : format))
    }

    var current: Known { known.withLock { $0 } }

    /// Learns from a 400; the way to ask next, nil when the refusal has another cause.
    func learn(from error: ChatServiceError, asked: Known) -> Known? {
        var next = asked
        let text = error.message.lowercased()
        let parameter = error.parameter?.lowercased() ?? ""
        let isAboutFormat =
            text.contains("response_format") || parameter.hasPrefix("response_format")
            || text.contains("json_schema") || text.contains("json_object")
            || error.code == "invalid_json_schema"
        if text.contains("max_completion_tokens"), text.contains("max_tokens"),
            asked.tokenKey == "max_tokens"
        {
            next.tokenKey = "max_completion_tokens"
        } else if isAboutFormat, asked.format == .schema {
            next.format = .object
        } else if isAboutFormat, asked.format == .object {
            next.format = .prompt
        } else if let refused = Self.optional.first(where: { name in
            !asked.refused.contains(name) && (parameter == name || Self.refuses(text, name))
        }) {
            next.refused.insert(refused)
        } else {
            return nil
        }
        // Of several requests under way at once, each may have learnt something else.
        known.withLock { known in
            known.refused.formUnion(next.refused)
            known.tokenKey = next.tokenKey
            if next.format != asked.format { known.format = next.format }
        }
        return next
    }

    private static let optional = [
        "temperature", "seed", "reasoning_effort", "stop", "max_tokens", "max_completion_tokens",
    ]

    private static func refuses(_ text: String, _ name: String) -> Bool {
        text.contains(name)
            && ["unsupported", "not support", "unrecognized", "unknown", "not permitted"]
                .contains { text.contains($0) }
    }
}

/// What a server says when it refuses: `{"error": {message, type, param, code}}`, or one text.
struct ChatServiceError: Sendable {
    let message: String
    let parameter: String?
    let code: String?
    let type: String?
    /// The status that an error inside a 200 claims.
    let claimedStatus: Int?

    /// Nil when the document is no error.
    init?(_ document: JSON) {
        guard let error = document["error"], !error.isNull else { return nil }
        if let text = error.stringValue {
            message = text
            (parameter, code, type, claimedStatus) = (nil, nil, nil, nil)
            return
        }
        message = error["message"]?.stringValue ?? error.text
        parameter = error["param"]?.stringValue
        code = error["code"]?.stringValue
        type = error["type"]?.stringValue
        claimedStatus = error["code"]?.integerValue.map { Int($0) }
    }

    var isQuota: Bool {
        code == "insufficient_quota" || type == "insufficient_quota"
            || message.lowercased().contains("insufficient_quota")
    }

    /// OpenAI, LM Studio, Ollama and llama.cpp, Gemini: each has words of its own.
    var isContextLength: Bool {
        let text = message.lowercased()
        return code == "context_length_exceeded" || text.contains("maximum context length")
            || text.contains("available context size") || text.contains("context length")
            || (text.contains("token count") && text.contains("exceeds"))
            || text.contains("tokens to keep from the initial prompt")
    }
}
