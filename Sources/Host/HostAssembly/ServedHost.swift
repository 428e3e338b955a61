package import FlowEngine
internal import FlowModel
package import HTTPListener
package import HostAPI
package import JSONValue
package import Journal
internal import SandboxPolicy
internal import SandboxSupervisor
internal import Scheduling
internal import Synchronization
internal import Webhooks

/// A host as the API sees it.
package final class ServedHost: HostBackend {
    let service: HostService
    private let found = Mutex<HostExamination?>(nil)

    private init(_ service: HostService) { self.service = service }

    package static func open(_ options: HostOptions) async throws -> ServedHost {
        ServedHost(try await HostService.open(options))
    }

    /// Runs programs of the sandbox contract.
    var programs: ProgramRunner? { service.host.programs }

    /// What is not served and why.
    package var problems: [String] { service.problems }

    /// Drives runs and looks at the machine, until it is drained.
    package func work() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.examine() }
            await service.serve()
            group.cancelAll()
        }
    }

    private func examine() async {
        guard let report = try? await Sandbox.examine() else { return }
        found.withLock {
            $0 = HostExamination(isReady: report.isReady, report: report.json)
        }
    }

    /// Begins nothing new; `work` returns when what runs is over, or the time is.
    package func drain(within time: Duration) { service.drain(within: time) }

    package func stop() async { await service.stop() }

    // MARK: HostBackend

    package func flows() async throws -> [FlowListing] {
        service.flowNames.compactMap { name in
            guard let flow = service.flow(name)?.flow else { return nil }
            return FlowListing(
                name: flow.name, summary: flow.summary,
                inputs: .array(flow.inputs.map(\.listing)),
                hook: flow.webhook.map { $0.path ?? "/hooks/\(flow.name)" })
        }
    }

    package func start(
        flow: String, inputs: JSONObject, requestedBy: String
    ) async throws -> RunID? {
        try refuseWhenBusy()
        do {
            return try await service.submit(
                flow: flow, inputs: inputs,
                trigger: ["kind": "api", "by": .string(requestedBy)], requestedBy: requestedBy)
        } catch let faults as InputFaults {
            throw APIFault(
                400, "invalid-inputs", "the inputs do not fit",
                details: faults.faults.map(\.description))
        } catch let error as EngineError {
            throw APIFault(400, "cannot-start", error.description)
        } catch let error as JournalError {
            guard case .groupIsBusy = error else { throw error }
            throw APIFault(
                409, "group-is-busy", "another run of the flow's concurrency group goes on")
        }
    }

    func refuseWhenBusy() throws(APIFault) {
        guard let (seconds, reason) = service.queue.refusal() else { return }
        let code = service.queue.fault == nil ? "busy" : "cannot-store"
        throw APIFault(503, code, "try again later: \(reason)", retryAfter: seconds)
    }

    package func runs(_ filter: RunFilter) async throws -> [RunRecord] {
        try await service.host.journal.listRuns(filter)
    }

    package func run(_ id: RunID) async throws -> RunDetail? {
        try await service.host.journal.showRun(id)
    }

    package func runRecord(_ id: RunID) async throws -> RunRecord? {
        try await service.host.journal.runRecord(id)
    }

    package func steps(of id: RunID, _ filter: StepFilter) async throws -> [StepRecord] {
        try await service.host.journal.listSteps(of: id, filter)
    }

    package func resolve(
        _ id: RunID, _ step: StepPath, _ resolution: Resolution
    ) async throws {
        do {
            try await service.resolve(id, step, resolution)
        } catch let error as JournalError {
            guard case .notAsked = error else { throw error }
            throw APIFault.notAsked
        }
    }

    package func cancel(_ id: RunID) async throws { try await service.cancel(id) }

    package func events(of id: RunID) -> AsyncStream<RunEvent> {
        service.host.engine.events(of: id)
    }

    package func profiles() -> [ProfileListing] {
        let catalogue = service.host.library.profiles
        return catalogue.names.compactMap { name in
            let languages = catalogue.languages(of: name)
            guard let profile = languages.first.flatMap({ catalogue.resolve(name, $0) }) else {
                return nil
            }
            return ProfileListing(
                name: name.text, summary: profile.summary,
                languages: languages.map(\.rawValue), network: profile.network,
                explanation: ProfileExplanation.text(catalogue, name) ?? "")
        }
    }

    package func redacted(_ text: String) -> String {
        service.host.journal.redaction.apply(text)
    }

    package func examination() -> HostExamination? { found.withLock { $0 } }

    package func storageFault() -> HostStorageFault? {
        service.queue.fault.map { fault in
            HostStorageFault(
                code: fault.fault == .full ? "disk-full" : "unwritable", since: fault.since)
        }
    }

    /// What the queue does that an operator should know of; ends when the host has stopped.
    package func log(to log: AccessLog) async {
        var queueLog = QueueLog()
        for await event in service.queue.events() {
            if let line = queueLog.line(for: event) { log.write(event: line) }
        }
    }

    package func hasHook(at path: String) -> Bool {
        percentDecoded(path[...]).map { service.webhooks.serves($0) } ?? false
    }

    package func receive(_ request: HTTPRequest) async -> HookReceipt {
        await service.receive(WebhookRequest(request)).receipt
    }
}

extension InputDeclaration {
    fileprivate var listing: JSON {
        [
            "name": .string(name), "type": .string(type.rawValue), "required": .bool(isRequired),
            "default": defaultValue ?? .null,
        ]
    }
}
