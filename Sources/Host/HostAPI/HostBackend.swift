package import FlowEngine
package import HTTPListener
package import JSONValue
package import Journal

/// What the API can do with a host; `HostAssembly` fills it.
package protocol HostBackend: ApprovalBackend {
    /// The flows that are served, by name.
    func flows() async throws -> [FlowListing]

    /// Makes a run durable and lets it begin when it is its turn; nil when there is no such flow.
    ///
    /// Throws `APIFault` for inputs that do not fit.
    func start(flow: String, inputs: JSONObject, requestedBy: String) async throws -> RunID?

    func runs(_ filter: RunFilter) async throws -> [RunRecord]
    func run(_ id: RunID) async throws -> RunDetail?
    /// A run without its steps.
    func runRecord(_ id: RunID) async throws -> RunRecord?
    func steps(of id: RunID, _ filter: StepFilter) async throws -> [StepRecord]
    /// Says what became of an effect in doubt.
    ///
    /// Throws `APIFault` when the step waits for no such word.
    func resolve(_ id: RunID, _ step: StepPath, _ resolution: Resolution) async throws
    /// Ends a run for good.
    func cancel(_ id: RunID) async throws
    /// What happens to a run from now on; ends when its driver leaves it.
    func events(of id: RunID) -> AsyncStream<RunEvent>

    /// A new run that takes over what was finished of an earlier one before a node.
    ///
    /// Throws `APIFault` when that cannot be.
    func resume(
        _ run: RunRecord, from node: String, isPinned: Bool, requestedBy: String
    ) async throws -> RunID
    /// Runs a recorded script step again, without touching its run.
    ///
    /// Throws `APIFault` when that cannot be.
    ///
    /// - Parameter script: in the place of the node's own.
    func replay(
        _ step: StepRecord, of run: RunRecord, isPinned: Bool, script: String?
    ) async throws -> ReplayReport

    func deliveries(_ filter: DeliveryFilter) async throws -> [DeliveryRecord]
    /// A delivery with its request; of a duplicate, the body that came first.
    func delivery(_ id: DeliveryID) async throws -> DeliveryDetail?
    /// Lets a delivery come again.
    ///
    /// Throws `APIFault` when that cannot be.
    func redeliver(_ delivery: DeliveryDetail, by: String) async throws -> RedeliveryReceipt

    /// Takes configuration and flows anew: `{flows, problems}`.
    ///
    /// Throws `APIFault` with every fault when the configuration is wrong; then nothing has changed.
    func reload() throws -> JSON

    /// The profiles of this host, by name.
    func profiles() -> [ProfileListing]

    /// The text without the host's secrets.
    func redacted(_ text: String) -> String

    /// What `sluice doctor` found; nil while it still looks.
    func examination() -> HostExamination?
    /// Why nothing can be stored now; nil: it can be, as far as anybody knows.
    func storageFault() -> HostStorageFault?
    /// Figures for `/metrics`, beside those of the API itself.
    func figures() async -> [HostFigure]

    /// Whether a webhook listens at that path: `/hooks/FLOW`, or what a flow's `at:` names.
    func hasHook(at path: String) -> Bool
    /// Takes a delivery: verified, deduplicated and durable before it is answered.
    func receive(_ request: HTTPRequest) async -> HookReceipt
}

/// What became of a delivery.
package struct HookReceipt: Sendable {
    package var answer: HTTPAnswer
    /// For the log only: why it was not believed, or what went wrong.
    package var note: String?

    package init(answer: HTTPAnswer, note: String?) {
        self.answer = answer
        self.note = note
    }
}

package struct FlowListing: Sendable, Hashable {
    package var name: String
    package var summary: String
    package var inputs: JSON
    /// Where its webhook listens; nil: it has none.
    package var hook: String?

    package init(name: String, summary: String, inputs: JSON, hook: String?) {
        self.name = name
        self.summary = summary
        self.inputs = inputs
        self.hook = hook
    }

    var json: JSON {
        [
            "flow": .string(name), "summary": .string(summary), "inputs": inputs,
            "hook": hook.map(JSON.string) ?? .null,
        ]
    }
}

package struct HostExamination: Sendable {
    package var isReady: Bool
    /// What `sluice doctor --json` prints.
    package var report: JSON

    package init(isReady: Bool, report: JSON) {
        self.isReady = isReady
        self.report = report
    }
}

/// The host lives, but nothing can be stored: it takes no work.
package struct HostStorageFault: Sendable {
    /// `disk-full` or `unwritable`.
    package var code: String
    package var since: Moment

    package init(code: String, since: Moment) {
        self.code = code
        self.since = since
    }

    var json: JSON { ["state": .string(code), "since": .string(since.description)] }
}
