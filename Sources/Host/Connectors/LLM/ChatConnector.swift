internal import FlowModel
internal import HTTPTransport
internal import JSONSchema
internal import JSONValue

/// Any server that speaks OpenAI's chat completions.
final class ChatConnector: Connector {
    private let client: ServiceClient
    private let settings: ChatSettings
    private let capabilities: ChatCapabilities

    private static let retriedStatuses: Set<Int> = [408, 409, 429, 500, 502, 503, 504, 529]
    private static let usualRounds = 8

    init(client: ServiceClient, settings: ChatSettings) {
        self.client = client
        self.settings = settings
        capabilities = ChatCapabilities(settings.format)
    }

    /// `{content, value, model, finish, usage, reasoning}`; value is null without a schema.
    func perform(_ call: OperationCall) async throws(ConnectorFailure) -> JSON {
        var conversation = try ChatConversation(call, settings)
        var tools = ToolLoop(call)
        var usage = ChatUsage()
        var hasReasked = false
        while true {
            let answer = try await ask(conversation, call)
            usage.add(answer.usage)
            if !answer.calls.isEmpty, !call.work.tools.isEmpty {
                try await tools.answer(answer, in: &conversation, used: usage)
                continue
            }
            let content = try text(of: answer)
            var value: JSON?
            if let schema = conversation.schema {
                let found = JSONRepair.value(in: answer.content ?? content)
                let faults =
                    found.map { schema.faults(in: $0).map(\.description) }
                    ?? ["the answer is not JSON"]
                if !faults.isEmpty {
                    guard !hasReasked, answer.finish != "length" else {
                        throw unusable(answer, content, faults)
                    }
                    hasReasked = true
                    call.log.add("asked again: \(faults.prefix(3).joined(separator: "; "))")
                    reask(&conversation, content, faults)
                    continue
                }
                value = found
            }
            return [
                "content": .string(content), "value": value ?? nil,
                "model": .string(answer.model ?? settings.model),
                "finish": answer.finish.map { .string($0) } ?? nil, "usage": usage.json,
                "reasoning": answer.reasoning.map { .string($0) } ?? nil,
            ]
        }
    }

    // MARK: One request

    /// Asks until the server takes the request in one of the ways it knows.
    private func ask(
        _ conversation: ChatConversation, _ call: OperationCall
    ) async throws(ConnectorFailure) -> ChatAnswer {
        var known = capabilities.current
        var tries = 0
        while true {
            tries += 1
            let answer = try await client.send(
                .init(
                    method: "POST", path: "/chat/completions",
                    headers: [HTTPHeader("Content-Type", "application/json")],
                    body: conversation.request(known).bytes, isRepeatable: true,
                    retriedStatuses: Self.retriedStatuses, isFinal: Self.isQuota),
                for: call)
            let document = try? JSON.parse(answer.body)
            let refusal = document.flatMap(ChatServiceError.init)
            guard answer.status == 200, refusal == nil, let document else {
                if answer.status == 400 || refusal?.claimedStatus == 400, let refusal, tries < 8,
                    let next = capabilities.learn(from: refusal, asked: known)
                {
                    call.log.add("refused (\(refusal.message.prefix(120))); asking differently")
                    known = next
                    continue
                }
                throw failure(answer, refusal)
            }
            guard let read = ChatAnswer(document) else {
                throw ConnectorFailure(
                    .invalidAnswer,
                    "connection '\(client.connection)': the model server answered without a message: "
                        + answer.excerpt, status: answer.status, isRetryable: true)
            }
            return read
        }
    }

    private static func isQuota(_ answer: ServiceClient.Answer) -> Bool {
        guard answer.status == 429, let document = try? JSON.parse(answer.body) else {
            return false
        }
        return ChatServiceError(document)?.isQuota ?? false
    }

    private func failure(
        _ answer: ServiceClient.Answer, _ refusal: ChatServiceError?
    ) -> ConnectorFailure {
        let start = "connection '\(client.connection)': the model server"
        guard let refusal else {
            if answer.status == 200 {
                return ConnectorFailure(
                    .invalidAnswer, "\(start) did not answer with JSON: \(answer.excerpt)",
                    status: 200, isRetryable: true)
            }
            return answer.failure(from: client.connection, act: "ask the model")
        }
        let words = String(refusal.message.prefix(400))
        if refusal.isQuota {
            return ConnectorFailure(
                .quota, "\(start) has no quota left for this key: \(words)", status: answer.status)
        }
        if refusal.isContextLength {
            return ConnectorFailure(
                .contextLength,
                "\(start) says the prompt is too long for the model: \(words); send less, or give "
                    + "the server a longer context",
                status: answer.status)
        }
        let status = answer.status == 200 ? refusal.claimedStatus ?? 200 : answer.status
        switch status {
        case 401, 403:
            return ConnectorFailure(
                .authentication, "\(start) does not accept the key: \(words)", status: status)
        case 429:
            return ConnectorFailure(
                .rateLimited, "\(start) has had too many requests: \(words)", status: status,
                isRetryable: true, retryAfter: answer.asked)
        default:
            // An error inside a success that says nothing more is taken for the server's bad day.
            return ConnectorFailure(
                .httpStatus, "\(start) answered \(status): \(words)", status: status,
                isRetryable: Self.retriedStatuses.contains(status) || status == 200,
                retryAfter: answer.asked)
        }
    }

    // MARK: What was answered

    private func text(of answer: ChatAnswer) throws(ConnectorFailure) -> String {
        let start = "connection '\(client.connection)': the model"
        if let refusal = answer.refusal, !refusal.isEmpty {
            throw ConnectorFailure(.refused, "\(start) declined: \(refusal.prefix(400))")
        }
        if answer.finish == "content_filter" {
            throw ConnectorFailure(.refused, "\(start)'s answer was withheld by a content filter")
        }
        if let content = answer.visibleContent, !content.isEmpty { return content }
        if answer.finish == "length" {
            throw ConnectorFailure(
                .cutOff,
                "\(start) used all its tokens before it began to answer; raise 'max-tokens'")
        }
        if !answer.calls.isEmpty {
            throw ConnectorFailure(
                .invalidAnswer, "\(start) called the tool '\(answer.calls[0].name)', but has none")
        }
        throw ConnectorFailure(.invalidAnswer, "\(start) answered nothing", isRetryable: true)
    }

    private func unusable(
        _ answer: ChatAnswer, _ content: String, _ faults: [String]
    ) -> ConnectorFailure {
        let start = "connection '\(client.connection)': the model's answer"
        if answer.finish == "length" {
            return ConnectorFailure(
                .cutOff, "\(start) was cut off at the limit of tokens; raise 'max-tokens'")
        }
        return ConnectorFailure(
            .invalidAnswer,
            "\(start) does not fit the schema (\(faults.prefix(5).joined(separator: "; "))): "
                + content.prefix(1000))
    }

    /// Shows the model its answer and what is wrong with it; once.
    private func reask(
        _ conversation: inout ChatConversation, _ content: String, _ faults: [String]
    ) {
        let words = faults.prefix(10).map { "- " + $0 }.joined(separator: "\n")
        conversation.append(["role": "assistant", "content": .string(content)])
        conversation.append([
            "role": "user",
            "content": .string(
                "Your answer does not fit the JSON Schema:\n\(words)\n"
                    + "Answer again with the corrected JSON alone."),
        ])
    }
}
