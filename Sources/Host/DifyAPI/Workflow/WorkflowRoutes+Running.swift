internal import FlowModel
internal import HTTPListener
internal import HostAPI
internal import JSONValue
internal import Journal

extension WorkflowRoutes {
    /// How long a key of a request is remembered.
    private static let keyTime = Duration.seconds(86_400)

    /// - Parameter version: the flow's version as the path names it; nil: the present one.
    func start(
        _ version: String?, _ client: WorkflowClient, _ request: HTTPRequest
    ) async throws -> HTTPAnswer {
        let body = try WorkflowBody(request)
        if let version { try check(version, client.app) }
        let key = try idempotencyKey(request, body, version)
        let inputs = try await inputs(of: body, client)
        let answer = try await submit(inputs, body, key, client)
        let run: RunID
        var isReplayed = false
        switch answer {
        case .started(let id):
            run = id
            do {
                try audit("run.start", "run:\(id)", "user \(body.user)", client, request)
            } catch {
                // The run is durable, and says who asked for it: an error would have it started twice.
                write(
                    trouble: "the start of run '\(id)' is not in the audit log: \(error)",
                    of: request)
            }
        case .same(let id):
            run = id
            isReplayed = true
        case .keyIsTaken(let id):
            throw WorkflowFault(
                422, "idempotency_key_reused",
                "this Idempotency-Key came before with another request, which started run \(id)")
        }
        var result = try await self.answer(run, body.mode, client)
        if isReplayed { result.headers.set("Idempotency-Replayed", "true") }
        return result
    }

    private func answer(
        _ run: RunID, _ mode: WorkflowBody.Mode, _ client: WorkflowClient
    ) async throws -> HTTPAnswer {
        switch mode {
        case .streaming:
            return WorkflowStream(
                backend: backend, run: run, app: client.app, tokens: tokens,
                pingInterval: settings.pingInterval, closesOnPause: true,
                begins: .atTheBeginning
            ).answer
        case .async:
            let view = try await view(run.text, of: client)
            var answer = HTTPAnswer.json(202, view.blockingJSON(tokens))
            answer.headers.set("Location", "/v1/workflows/run/\(run)")
            return answer
        case .blocking:
            let end = try await RunWatch(backend: backend, run: run)
                .untilItRests(within: settings.blockingLimit)
            guard let end else { throw WorkflowFault.noRun }
            let view = RunView(end, flow: await backend.flow(of: run), app: client.app)
            var answer = HTTPAnswer.json(200, view.blockingJSON(tokens))
            if !end.run.state.isFinal {
                answer.headers.set("Location", "/v1/workflows/run/\(run)")
            }
            return answer
        }
    }

    /// The path may name the flow, or its present version; others are not kept to be run again.
    private func check(_ version: String, _ app: WorkflowApp) throws(WorkflowFault) {
        if version == app.version || version == app.flow.name { return }
        if version == "draft" {
            throw WorkflowFault(
                400, "bad_request",
                "Cannot use draft workflow version. Workflow ID: draft. Please use a published "
                    + "workflow version or leave workflow_id empty.")
        }
        throw WorkflowFault(404, "not_found", "Workflow not found with id: \(version)")
    }

    private func idempotencyKey(
        _ request: HTTPRequest, _ body: WorkflowBody, _ version: String?
    ) throws(WorkflowFault) -> WorkflowStart.Key? {
        guard let text = request.headers["idempotency-key"] else { return nil }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) })
        else {
            throw .invalid("Idempotency-Key must have 1 to 255 printable ASCII characters")
        }
        return WorkflowStart.Key(
            text: text, body: body.digest(version: version), keptFor: Self.keyTime)
    }

    // MARK: Inputs

    private struct ReadInputs {
        var values = JSONObject()
        var files: [JSON] = []
    }

    /// Undeclared inputs are dropped, as Dify does.
    private func inputs(
        of body: WorkflowBody, _ client: WorkflowClient
    ) async throws -> ReadInputs {
        var read = ReadInputs()
        var resolving = FileResolving(shelf: files, flow: client.app.flow.name, user: body.user)
        for declaration in client.app.flow.inputs {
            let field = InputField(declaration)
            let value = try field.read(body.inputs[declaration.name])
            guard !value.isNull else { continue }
            switch field.kind {
            case .file: read.values[declaration.name] = try await resolving.resolve(value)
            case .fileList:
                var list: [JSON] = []
                for file in value.arrayValue ?? [] {
                    list.append(try await resolving.resolve(file))
                }
                read.values[declaration.name] = .array(list)
            default: read.values[declaration.name] = value
            }
        }
        for file in body.files { read.files.append(try await resolving.resolve(file)) }
        return read
    }

    private func submit(
        _ inputs: ReadInputs, _ body: WorkflowBody, _ key: WorkflowStart.Key?,
        _ client: WorkflowClient
    ) async throws -> AppRequestAnswer {
        if backend.storageFault() != nil { throw WorkflowFault.cannotStore }
        if let seconds = backend.refusal() {
            throw WorkflowFault(
                429, "too_many_requests", "Too many requests. Please try again later.",
                retryAfter: seconds)
        }
        let trigger: JSON = [
            "kind": .string(WorkflowTrigger.kind), "by": .string(client.name),
            "user": .string(body.user), "workflow_id": .string(client.app.version),
            "files": .array(inputs.files),
        ]
        let start = WorkflowStart(
            flow: client.app.flow.name, inputs: inputs.values, trigger: trigger,
            requestedBy: client.name, user: body.user, key: key)
        do {
            guard let answer = try await backend.start(start) else {
                throw WorkflowFault(403, "forbidden", "the flow of this key is not served any more")
            }
            return answer
        } catch let faults as InputFaults {
            throw WorkflowFault.invalid(faults.faults.map(\.description).joined(separator: "; "))
        } catch JournalError.groupIsBusy {
            throw WorkflowFault(
                409, "group_is_busy", "another run of the flow's concurrency group goes on")
        } catch let error as JournalError {
            guard case .tooLarge = error else { throw error }
            throw WorkflowFault.invalid("the inputs are too large: \(error)")
        }
    }

    // MARK: Runs

    /// SECURITY: a run of another flow than the key's, or one that no client of this API asked for,
    /// is as if it were not there.
    func view(_ id: String?, of client: WorkflowClient) async throws -> RunView {
        guard let id, let detail = try await backend.run(RunID(id)),
            detail.run.flow == client.app.flow.name, WorkflowTrigger(detail.run) != nil
        else { throw WorkflowFault.noRun }
        return RunView(detail, flow: await backend.flow(of: detail.run.id), app: client.app)
    }

    /// Always says that it went well, as Dify does; only whoever asked for a run stops it.
    func stop(
        _ task: String, _ client: WorkflowClient, _ request: HTTPRequest
    ) async throws -> HTTPAnswer {
        let user = try WorkflowBody.user(try WorkflowBody.object(request)["user"])
        if let detail = try await backend.run(RunID(task)), !detail.run.state.isFinal,
            detail.run.flow == client.app.flow.name, WorkflowTrigger(detail.run)?.user == user
        {
            try audit("run.cancel", "run:\(detail.run.id)", "user \(user)", client, request)
            try await backend.cancel(detail.run.id)
        }
        return .json(200, ["result": "success"])
    }

    func audit(
        _ act: String, _ subject: String, _ detail: String, _ client: WorkflowClient,
        _ request: HTTPRequest
    ) throws {
        try keys.audit.record(
            by: client.name, act: act, subject: subject, at: backend.now.description,
            detail: detail, peer: request.peer.description, request: request.id)
    }
}

/// What a run of this API was started by, as its trigger holds it.
struct WorkflowTrigger: Sendable {
    static let kind = "workflow"

    let user: String
    let version: String
    let key: String
    let files: JSON

    /// Nil for a run that something else started.
    init?(_ run: RunRecord) {
        guard run.trigger["kind"]?.stringValue == Self.kind,
            let user = run.trigger["user"]?.stringValue
        else { return nil }
        self.user = user
        version = run.trigger["workflow_id"]?.stringValue ?? ""
        key = run.trigger["by"]?.stringValue ?? ""
        files = run.trigger["files"] ?? []
    }
}
