internal import FlowModel
internal import JSONValue

/// Answers the tool calls of a model, within the node's limits.
struct ToolLoop {
    private let call: OperationCall
    private let rounds: Int
    private let tokens: Int?
    private var round = 0
    private var sequence = 0

    init(_ call: OperationCall) {
        self.call = call
        rounds = call.work.toolRounds ?? 8
        tokens = call.work.toolTokens
    }

    /// Appends the model's message and one answer for each of its calls.
    ///
    /// A call that cannot be made is told to the model as text; it may go on. Throws when the rounds
    /// or tokens are used up, and when the host itself could not run the tool.
    mutating func answer(
        _ answer: ChatAnswer, in conversation: inout ChatConversation, used: ChatUsage
    ) async throws(ConnectorFailure) {
        round += 1
        guard round <= rounds else {
            throw ConnectorFailure(
                .limit, "the model asked for tools more than \(rounds) times; raise limits: rounds")
        }
        if let tokens, used.total >= tokens {
            throw ConnectorFailure(
                .limit,
                "the conversation used \(used.total) of \(tokens) tokens before the model was done; "
                    + "raise limits: tokens")
        }
        let identified = answer.calls.enumerated().map { index, one in
            (call: one, identifier: one.identifier ?? "call_\(round)_\(index)")
        }
        conversation.append(Self.message(answer, identified))
        for one in identified {
            let text = try await run(one.call)
            conversation.append([
                "role": "tool", "tool_call_id": .string(one.identifier), "content": .string(text),
            ])
        }
    }

    /// The assistant's message as it came, but for what servers refuse to have back.
    private static func message(
        _ answer: ChatAnswer, _ calls: [(call: ChatToolCall, identifier: String)]
    ) -> JSON {
        var message = JSONObject()
        message["role"] = "assistant"
        message["content"] = answer.message["content"] ?? nil
        message["tool_calls"] = .array(
            calls.map { one in
                [
                    "id": .string(one.identifier), "type": "function",
                    "function": [
                        "name": .string(one.call.name), "arguments": .string(one.call.argumentText),
                    ],
                ]
            })
        return .object(message)
    }

    private mutating func run(_ tool: ChatToolCall) async throws(ConnectorFailure) -> String {
        guard call.work.tools.contains(where: { $0.name == tool.name }) else {
            let known = call.work.tools.map(\.name).joined(separator: ", ")
            return "error: there is no tool '\(tool.name.prefix(100))'; there are \(known)"
        }
        guard let arguments = tool.arguments else {
            return "error: the arguments of '\(tool.name)' are not a JSON object"
        }
        guard let callTool = call.callTool else {
            throw ConnectorFailure(.invalidArguments, "the step has tools, but nothing to run them")
        }
        let number = sequence
        sequence += 1
        call.log.add("tool \(tool.name)")
        do {
            let made = ToolCall(name: tool.name, arguments: arguments, sequence: number)
            switch try await callTool(made) {
            case .value(let value): return value.stringValue ?? value.text
            case .failure(let words): return "error: " + words
            }
        } catch is CancellationError {
            throw ConnectorFailure(.cancelled, "cancelled")
        } catch {
            throw ConnectorFailure(
                .connection, "the tool '\(tool.name)' could not be run: \(error)")
        }
    }
}
