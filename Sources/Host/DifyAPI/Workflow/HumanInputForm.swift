internal import Cryptography
internal import JSONValue
internal import Journal

/// An approval as Dify's form of a human-input node: its choices are actions, its comment a field.
struct HumanInputForm: Sendable {
    let run: RunID
    let step: StepRecord
    let approval: ApprovalRecord

    private static let commentName = "comment"

    /// Names the question; knowing it lets nobody answer.
    var id: String { "\(run)/\(step.identity.path)" }

    /// The question, and exactly what it lets happen: operations, connections, risks, arguments.
    ///
    /// SECURITY: what was covered is shown as the journal froze it, fenced so that it reads as data.
    var content: String {
        guard case .object(let covered) = approval.covered, !covered.isEmpty else {
            return approval.ask
        }
        var shown = JSONObject()
        for (node, arguments) in covered {
            var operation = approval.operations[node]?.objectValue ?? JSONObject()
            operation["arguments"] = arguments
            shown[node] = .object(operation)
        }
        let text = JSON.object(shown).prettyText
        let fence = String(repeating: "`", count: max(3, Self.longestTicks(in: text) + 1))
        return "\(approval.ask)\n\n\(fence)json\n\(text)\n\(fence)"
    }

    private static func longestTicks(in text: String) -> Int {
        var (longest, current) = (0, 0)
        for byte in text.utf8 {
            current = byte == UInt8(ascii: "`") ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }

    var inputs: JSON {
        [
            [
                "type": "paragraph", "output_variable_name": .string(Self.commentName),
                "default": ["type": "constant", "selector": [], "value": ""],
            ]
        ]
    }

    var actions: JSON {
        .array(
            (approval.choices.objectValue ?? JSONObject()).map { choice, label in
                [
                    "id": .string(choice), "title": label,
                    "button_style": approval.approves.contains(choice) ? "primary" : "default",
                ]
            })
    }

    var expiration: JSON { approval.expiresAt.map(\.seconds) ?? .null }

    /// What `GET /v1/form/human_input/{token}` shows.
    var definition: JSON {
        [
            "form_content": .string(content), "inputs": inputs,
            "resolved_default_values": [Self.commentName: ""], "user_actions": actions,
            "expiration_time": expiration,
        ]
    }

    // MARK: Events

    func required(nodeID: String, _ tokens: FormTokens) -> JSON {
        [
            "form_id": .string(id), "node_id": .string(nodeID),
            "node_title": .string(step.identity.node), "form_content": .string(content),
            "inputs": inputs, "actions": actions, "display_in_ui": true,
            "form_token": .string(tokens.token(run, step.identity.path)),
            "resolved_default_values": [Self.commentName: ""], "expiration_time": expiration,
        ]
    }

    func pauseReason(_ tokens: FormTokens) -> JSON {
        guard case .object(var reason) = required(nodeID: step.identity.path.text, tokens) else {
            return .null
        }
        reason["TYPE"] = "human_input_required"
        return .object(reason)
    }

    /// The event that says how it was answered, or that nobody did in time.
    func answered(nodeID: String) -> (name: String, data: JSON) {
        guard let decision = approval.decision else {
            return (
                "human_input_form_timeout",
                [
                    "node_id": .string(nodeID), "node_title": .string(step.identity.node),
                    "expiration_time": expiration,
                ]
            )
        }
        let title = approval.choices[decision.choice]?.stringValue ?? decision.choice
        return (
            "human_input_form_filled",
            [
                "node_id": .string(nodeID), "node_title": .string(step.identity.node),
                "rendered_content": .string(content), "action_id": .string(decision.choice),
                "action_text": .string(title),
                "submitted_data": [Self.commentName: .string(decision.comment ?? "")],
            ]
        )
    }
}

/// Names open questions so that nobody guesses a name.
///
/// SECURITY: a token holds the run and the step, and 128 bits that only this host can make; nothing is
/// stored, so a token holds across restarts and for this one question.
struct FormTokens: Sendable {
    private let key: [UInt8]
    private static let size = 16

    init(hostKey: [UInt8]) {
        key = Digest.hmacSHA256(key: hostKey, message: Array("sluice form tokens".utf8))
    }

    func token(_ run: RunID, _ step: StepPath) -> String {
        let named = Array("\(run)\n\(step)".utf8)
        return Base64.encode(seal(of: named) + named, alphabet: .urlSafe)
    }

    /// The question that a token names; nil when this host did not make it.
    func question(_ token: String) -> (run: RunID, step: StepPath)? {
        guard token.utf8.count <= 4096, let bytes = Base64.decode(token, alphabet: .urlSafe),
            bytes.count > Self.size
        else { return nil }
        let named = Array(bytes.dropFirst(Self.size))
        guard isEqualInConstantTime(Array(bytes.prefix(Self.size)), seal(of: named)),
            let text = String(validating: named, as: UTF8.self),
            let end = text.firstIndex(of: "\n")
        else { return nil }
        return (RunID(String(text[..<end])), StepPath(String(text[text.index(after: end)...])))
    }

    private func seal(of named: [UInt8]) -> [UInt8] {
        Array(Digest.hmacSHA256(key: key, message: named).prefix(Self.size))
    }
}
