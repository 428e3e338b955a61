package import FlowModel
package import JSONValue
package import Journal

/// One flow's webhook, ready to take requests.
package struct WebhookRoute: Sendable {
    /// What a delivery makes of a flow.
    package struct Start: Sendable {
        package var id: RunID
        package var trigger: JSON
        package var inputs: JSONObject
        package var at: Moment
        package var requestedBy: String?
    }

    package let flow: String
    package let path: String
    let trigger: WebhookTrigger
    let verifier: WebhookVerifier
    let privacy: HeaderPrivacy
    let vars: JSON
    let secretInputs: Set<String>
    let answersItself: Bool
    let makeRun: @Sendable (Start) throws -> NewRun

    /// Nil when the flow has no webhook.
    ///
    /// - Parameters:
    ///   - secret: the value of a secret by name.
    ///   - makeRun: a run of the flow; throws what is wrong with the inputs.
    package init?(
        _ flow: Flow, vars: JSON, secret: (String) throws -> String,
        makeRun: @escaping @Sendable (Start) throws -> NewRun
    ) {
        guard let trigger = flow.webhook else { return nil }
        self.flow = flow.name
        path = trigger.path ?? "/hooks/\(flow.name)"
        self.trigger = trigger
        verifier = WebhookVerifier(trigger.verify, secret: secret)
        privacy = HeaderPrivacy(trigger.verify)
        self.vars = vars
        secretInputs = Set(flow.inputs.filter { $0.type == .secret }.map(\.name))
        answersItself = flow.nodes.contains { node in
            if case .respond = node.work { true } else { false }
        }
        self.makeRun = makeRun
    }

    /// Why no request can be believed today, in words: a secret that is missing, say.
    package var problems: [String] { verifier.missing.map { "flow '\(flow)': \($0)" } }

    /// Whether only this machine may send.
    package var isForThisMachineOnly: Bool { trigger.verify.contains(.none) }

    var isForSlack: Bool {
        trigger.verify.contains { scheme in
            if case .slack = scheme { true } else { false }
        }
    }

    var isForGitHub: Bool {
        trigger.verify.contains { scheme in
            if case .github = scheme { true } else { false }
        }
    }

    func reply(_ word: String) -> JSON? { trigger.replies?[word] }
}
