internal import Connectors
package import DifyAPI
internal import FlowEngine
package import FlowModel
internal import HostAPI
internal import JSONValue
package import Journal
internal import LinuxSystem
internal import Scheduling

/// The host as clients of Dify's workflow API see it.
extension ServedHost: WorkflowBackend {
    func workflowRoutes(
        _ data: DataFolder, _ keys: KeyStore, _ authentication: Authentication, _ log: AccessLog?
    ) throws -> WorkflowRoutes {
        let rule = service.host.library.configuration?.workflowAPI ?? WorkflowAPIRule()
        let settings = WorkflowSettings(
            blockingLimit: rule.blockingLimit, fileLimit: rule.fileLimit,
            filesLimit: rule.filesLimit, filesKeptFor: rule.filesKeptFor,
            publicURL: service.host.library.configuration?.publicURL,
            filesFolder: data.path + "/files",
            hostKey: try HostKey.load(dataFolder: data.path).bytes)
        return WorkflowRoutes(
            backend: self, settings: settings, keys: keys, authentication: authentication, log: log)
    }

    package func app(_ flow: String) -> WorkflowApp? {
        service.flow(flow).map { served in
            WorkflowApp(flow: served.flow, version: UUIDText.format(served.bundle.digest))
        }
    }

    package func refusal() -> Int? { service.queue.refusal()?.seconds }

    package func start(_ start: WorkflowStart) async throws -> AppRequestAnswer? {
        guard let flow = service.flow(start.flow) else { return nil }
        return try await service.queue.submit(
            flow, trigger: service.traced(start.trigger), inputs: start.inputs,
            requestedBy: start.requestedBy,
            user: start.user, key: start.key.map { ($0.text, $0.body, $0.keptFor) })
    }

    package func flow(of run: RunID) async -> Flow? {
        try? await service.host.engine.flow(of: run)
    }

    package func listRuns(
        _ filter: AppRunFilter
    ) async throws -> (runs: [AppRunRecord], total: Int) {
        try await service.host.journal.listAppRuns(filter)
    }

    package func decide(
        _ run: RunID, _ step: StepPath, choice: String, by: String, comment: String?
    ) async throws {
        try await service.decide(run, step, choice: choice, by: by, comment: comment)
    }

    package var fileRecords: any AppJournal { service.host.journal }

    package var now: Moment { Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds) }
}
