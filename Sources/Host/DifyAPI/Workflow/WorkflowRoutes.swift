package import HTTPListener
package import HostAPI
internal import JSONValue
internal import Journal

/// Dify's workflow API: a flow is an app, a step a node, an approval human input.
///
/// Whose key it is says which flow is meant: one key for each flow.
package struct WorkflowRoutes: MountedRoutes {
    let backend: any WorkflowBackend
    let settings: WorkflowSettings
    private let authentication: Authentication
    let keys: KeyStore
    let tokens: FormTokens
    let files: FileShelf
    private let log: AccessLog?

    package init(
        backend: any WorkflowBackend, settings: WorkflowSettings, keys: KeyStore,
        authentication: Authentication, log: AccessLog?
    ) {
        self.backend = backend
        self.settings = settings
        self.keys = keys
        self.authentication = authentication
        self.log = log
        tokens = FormTokens(hostKey: settings.hostKey)
        files = FileShelf(records: backend.fileRecords, settings: settings)
    }

    // MARK: MountedRoutes

    package func operation(method: String, path: String) -> String? {
        switch WorkflowMatch.find(method: method, path: path) {
        case .match(let match): match.route.operation.rawValue
        case .otherMethods, .nothing: "workflowNone"
        case .foreign: nil
        }
    }

    package func admit(_ head: HTTPRequest) -> HTTPAdmission {
        do throws(WorkflowFault) {
            let match = try route(head)
            if needsKey(match.route.operation) { _ = try client(head) }
            guard match.route.operation == .upload else {
                return .accept(bodyLimit: match.route.bodyLimit)
            }
            // Beside the file stand the form's other fields and boundaries.
            let limit = settings.fileLimit + 64 << 10
            if let length = head.headers["content-length"].flatMap(Int.init), length > limit {
                throw files.tooLarge
            }
            return .accept(bodyLimit: limit)
        } catch {
            return .refuse(error.answer)
        }
    }

    package func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        do {
            let match = try route(request)
            guard needsKey(match.route.operation) else { return try await open(match, request) }
            return try await perform(match, try client(request), request)
        } catch let fault as WorkflowFault {
            return fault.answer
        } catch let error where APIHandler.isStorage(error) {
            // The log has it once, from who drives the journal.
            return WorkflowFault.cannotStore.answer
        } catch {
            // SECURITY: what went wrong inside is for the log; the client gets the name of its request.
            write(trouble: "\(error)", of: request)
            return WorkflowFault.inside.answer
        }
    }

    /// Deletes files that are older than they are kept, at once and every hour, until it is cancelled.
    package func keepTidy() async {
        while !Task.isCancelled {
            do {
                try await files.tidy()
            } catch {
                log?.write(event: "old files cannot be deleted: \(error)")
            }
            try? await Task.sleep(for: .seconds(3600))
        }
    }

    func write(trouble: String, of request: HTTPRequest) {
        log?.write(event: "request \(request.id): \(trouble)")
    }

    private func route(_ request: HTTPRequest) throws(WorkflowFault) -> WorkflowMatch {
        switch WorkflowMatch.find(method: request.method, path: request.path) {
        case .match(let match): return match
        case .otherMethods:
            throw WorkflowFault(
                405, "method_not_allowed", "The method is not allowed for the requested URL.")
        case .nothing, .foreign: throw .noPath
        }
    }

    private func needsKey(_ operation: WorkflowOperation) -> Bool {
        operation != .welcome && operation != .signedPreview
    }

    // MARK: Who asks

    /// SECURITY: a key of this API touches one flow; one that says none would touch all of them.
    private func client(_ request: HTTPRequest) throws(WorkflowFault) -> WorkflowClient {
        guard let header = request.headers["authorization"],
            let blank = header.firstIndex(of: " ")
        else { throw .noHeader }
        guard header[..<blank].lowercased() == "bearer" else { throw .wrongScheme }
        switch authentication.judge(request) {
        case .tooMany(let seconds):
            throw WorkflowFault(
                429, "too_many_requests", "too many wrong keys came from this address",
                retryAfter: seconds)
        case .unknown: throw .wrongKey
        case .caller(let caller):
            guard caller.may(.workflow) else {
                throw WorkflowFault(
                    403, "forbidden",
                    "this needs an app key: sluice keys create --scope workflow --flow NAME")
            }
            guard let name = caller.flow else {
                throw WorkflowFault(
                    403, "forbidden",
                    "this key names no flow, and an app is one flow; make one with "
                        + "'sluice keys create --scope workflow --flow NAME'")
            }
            guard let app = backend.app(name) else {
                throw WorkflowFault(
                    403, "forbidden", "the flow '\(name)' of this key is not served any more")
            }
            return WorkflowClient(app: app, name: caller.name)
        }
    }

    // MARK: What is done

    private func open(
        _ match: WorkflowMatch, _ request: HTTPRequest
    ) async throws -> HTTPAnswer {
        guard match.route.operation == .signedPreview else {
            return .json(
                200, ["welcome": "Dify OpenAPI", "api_version": "v1", "server_version": "sluice"])
        }
        return try await files.preview(match.parts["file"] ?? "", signedBy: request)
    }

    private func perform(
        _ match: WorkflowMatch, _ client: WorkflowClient, _ request: HTTPRequest
    ) async throws -> HTTPAnswer {
        switch match.route.operation {
        case .run: return try await start(nil, client, request)
        case .runVersion: return try await start(match.parts["workflow"], client, request)
        case .showRun:
            return .json(200, try await view(match.parts["run"], of: client).runJSON)
        case .stop: return try await stop(match.parts["task"] ?? "", client, request)
        case .logs: return try await logs(client, request)
        case .events: return try await resume(match.parts["run"], client, request)
        case .upload: return try await files.upload(request, for: client)
        case .preview: return try await files.preview(match.parts["file"] ?? "", for: client)
        case .parameters: return .json(200, client.app.parameters(settings))
        case .info: return .json(200, client.app.info)
        case .meta: return .json(200, ["tool_icons": [:]])
        case .site: return .json(200, client.app.site)
        case .showForm: return try await showForm(match.parts["token"] ?? "", client)
        case .submitForm:
            return try await submitForm(match.parts["token"] ?? "", client, request)
        case .chat:
            throw WorkflowFault(
                400, "not_chat_app",
                "Please check if your Chat app mode matches the right API route.")
        case .completion:
            throw WorkflowFault(
                400, "not_completion_app",
                "Please check if your Completion app mode matches the right API route.")
        case .welcome, .signedPreview: throw WorkflowFault.noPath
        }
    }
}

/// Who asks, and for which flow.
struct WorkflowClient: Sendable {
    var app: WorkflowApp
    /// `key:ID`.
    var name: String
}
