internal import FlowModel
internal import HTTPListener
internal import HostAPI
internal import JSONValue
internal import Journal

extension WorkflowRoutes {
    func showForm(_ token: String, _ client: WorkflowClient) async throws -> HTTPAnswer {
        let form = try await form(token, client)
        try check(isOpen: form)
        return .json(200, form.definition)
    }

    func submitForm(
        _ token: String, _ client: WorkflowClient, _ request: HTTPRequest
    ) async throws -> HTTPAnswer {
        let body = try WorkflowBody.object(request)
        let user = try WorkflowBody.user(body["user"])
        guard let action = body["action"]?.stringValue else {
            throw WorkflowFault.invalid("action must be a string")
        }
        let comment = body["inputs"]?["comment"]?.stringValue
        if let comment, comment.unicodeScalars.count > Self.longestComment {
            throw WorkflowFault(
                400, "invalid_form_data",
                "a comment has at most \(Self.longestComment) characters")
        }
        let form = try await form(token, client)
        try check(isOpen: form)
        let subject = "approval:\(form.id)"
        // SECURITY: a client chose these; the log stays readable whatever they are.
        let detail = "choice \(action.prefix(64)), user \(user.prefix(64))"
        do {
            try check(client, mayAnswer: form.approval)
            try await backend.decide(
                form.run, form.step.identity.path, choice: action, by: client.name,
                comment: comment)
        } catch {
            try audit("approval.refused", subject, detail, client, request)
            if let error = error as? JournalError { throw Self.fault(of: error, form) }
            throw error
        }
        try audit("approval.decide", subject, detail, client, request)
        return .json(200, [:])
    }

    private static let longestComment = 4000

    private func form(
        _ token: String, _ client: WorkflowClient
    ) async throws -> HumanInputForm {
        guard let (run, path) = tokens.question(token),
            let detail = try await backend.run(run), detail.run.flow == client.app.flow.name,
            let step = detail.step(path), let approval = step.approval
        else { throw WorkflowFault.noForm }
        if detail.run.state.isFinal, approval.decision == nil {
            throw Self.expired(HumanInputForm(run: run, step: step, approval: approval))
        }
        return HumanInputForm(run: run, step: step, approval: approval)
    }

    private func check(isOpen form: HumanInputForm) throws(WorkflowFault) {
        if form.approval.decision != nil { throw Self.submitted(form) }
        let isLate = form.approval.expiresAt.map { $0 <= backend.now } ?? false
        if isLate || !form.step.isOpenQuestion { throw Self.expired(form) }
    }

    private static func submitted(_ form: HumanInputForm) -> WorkflowFault {
        WorkflowFault(
            412, "human_input_form_submitted",
            "This form has already been submitted by another user, form_id=\(form.id)")
    }

    private static func expired(_ form: HumanInputForm) -> WorkflowFault {
        WorkflowFault(
            412, "human_input_form_expired", "This form has expired, form_id=\(form.id)")
    }

    /// SECURITY: an app key is in the hands of clients, so it answers only what the flow names it for.
    ///
    /// The journal checks the rest: the choice, the time, and that nobody approves the high risk of a
    /// run that they asked for.
    private func check(
        _ client: WorkflowClient, mayAnswer approval: ApprovalRecord
    ) throws(WorkflowFault) {
        guard !approval.who.contains(client.name) else { return }
        throw WorkflowFault(
            403, "forbidden",
            "this is for \(approval.who.joined(separator: ", ")), not for '\(client.name)'")
    }

    private static func fault(of error: JournalError, _ form: HumanInputForm) -> any Error {
        switch error {
        case .notAsked: submitted(form)
        case .unknownChoice: WorkflowFault(400, "invalid_form_data", error.description)
        case .notAllowed, .ownRequest: WorkflowFault(403, "forbidden", error.description)
        case .noSuchRun, .noSuchStep: WorkflowFault.noForm
        default: error
        }
    }
}
