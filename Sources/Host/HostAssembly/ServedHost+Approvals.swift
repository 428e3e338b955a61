internal import Connectors
internal import FlowModel
internal import HTTPListener
package import HostAPI
package import Journal
internal import LinuxSystem

extension ServedHost {
    package func address(of name: ApprovalName) -> String {
        service.host.approvalLinks.address(of: name)
    }

    package func approvals(_ filter: ApprovalFilter) async throws -> [ApprovalListing] {
        let now = Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds)
        return try await service.host.journal.listApprovals(filter, at: now)
    }

    package func decide(
        _ run: RunID, _ step: StepPath, choice: String, by: String, comment: String?, seen: String
    ) async throws {
        try await service.decide(run, step, choice: choice, by: by, comment: comment, seen: seen)
    }

    /// What the owner of the host wrote.
    var configuration: HostConfiguration {
        service.host.library.configuration ?? HostConfiguration()
    }

    /// The page where people decide.
    func approvalPage(
        _ data: DataFolder, _ authentication: Authentication, _ log: AccessLog
    ) throws -> ApprovalPage {
        ApprovalPage(
            backend: self, keys: try data.keyStore(), authentication: authentication,
            hostKey: try HostKey.load(dataFolder: data.path).bytes,
            links: service.host.approvalLinks, log: log)
    }
}
