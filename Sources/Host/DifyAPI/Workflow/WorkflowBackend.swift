package import FlowEngine
package import FlowModel
package import HostAPI
package import JSONValue
package import Journal

/// A flow as clients of Dify's workflow API see it: an app.
package struct WorkflowApp: Sendable {
    package var flow: Flow
    /// Names the flow's bytes as they are now, in the form of a UUID.
    package var version: String

    package init(flow: Flow, version: String) {
        self.flow = flow
        self.version = version
    }
}

/// A run that a client asks for; the inputs have been coerced.
package struct WorkflowStart: Sendable {
    package struct Key: Sendable {
        package var text: String
        /// Digest of what was asked.
        package var body: [UInt8]
        package var keptFor: Duration
    }

    package var flow: String
    package var inputs: JSONObject
    package var trigger: JSON
    /// Such as `key:ID`.
    package var requestedBy: String
    package var user: String
    package var key: Key?
}

/// What the workflow API can do with a host; `HostAssembly` fills it.
package protocol WorkflowBackend: Sendable {
    /// Nil when no such flow is served.
    func app(_ flow: String) -> WorkflowApp?
    /// Why nothing new can begin now, in seconds until it may be tried again; nil: it can.
    func refusal() -> Int?
    /// Why nothing can be stored now; nil: it can be, as far as anybody knows.
    func storageFault() -> HostStorageFault?
    /// Nil when no such flow is served. Throws `InputFaults` and `JournalError.groupIsBusy`.
    func start(_ start: WorkflowStart) async throws -> AppRequestAnswer?

    func run(_ id: RunID) async throws -> RunDetail?
    /// The flow as the run is pinned to it; nil when it cannot be read any more.
    func flow(of run: RunID) async -> Flow?
    func listRuns(_ filter: AppRunFilter) async throws -> (runs: [AppRunRecord], total: Int)
    /// What happens to a run from now on; ends when its driver leaves it.
    func events(of run: RunID) -> AsyncStream<RunEvent>
    func cancel(_ run: RunID) async throws
    /// Throws `JournalError` when it cannot be decided so.
    func decide(
        _ run: RunID, _ step: StepPath, choice: String, by: String, comment: String?
    ) async throws

    /// Where files' records are kept.
    var fileRecords: any AppJournal { get }
    /// The time by the host's clock.
    var now: Moment { get }
}

/// What the host's owner chose for the workflow API.
package struct WorkflowSettings: Sendable {
    /// How long a blocking request waits for the end of its run.
    package var blockingLimit: Duration
    /// Bytes of an uploaded file.
    package var fileLimit: Int
    /// Bytes of all files of one flow together.
    package var filesLimit: Int
    /// How long files are kept.
    package var filesKeptFor: Duration
    /// Where clients reach the host, such as `https://sluice.example.com`; nil: not known.
    package var publicURL: String?
    /// Absolute path of the folder that holds the files' bytes.
    package var filesFolder: String
    /// Keys the tokens of forms and the addresses of files.
    package var hostKey: [UInt8]
    /// How often a stream says that it is there when nothing happens.
    package var pingInterval: Duration

    package init(
        blockingLimit: Duration = .seconds(600), fileLimit: Int = 15 << 20,
        filesLimit: Int = 2 << 30, filesKeptFor: Duration = .seconds(30 * 86_400),
        publicURL: String? = nil, filesFolder: String, hostKey: [UInt8],
        pingInterval: Duration = .seconds(10)
    ) {
        self.blockingLimit = blockingLimit
        self.fileLimit = fileLimit
        self.filesLimit = filesLimit
        self.filesKeptFor = filesKeptFor
        self.publicURL = publicURL
        self.filesFolder = filesFolder
        self.hostKey = hostKey
        self.pingInterval = pingInterval
    }
}
