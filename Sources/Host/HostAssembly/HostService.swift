package import FlowEngine
internal import FlowModel
internal import HostAPI
package import JSONValue
package import Journal
package import Scheduling
internal import Synchronization
internal import Telemetry
package import Webhooks

/// A host that serves: everything of `sluice serve` below HTTP.
///
/// Open it, call `serve` in a task of its own, hand requests to `receive` and `submit`; `drain`, wait
/// for `serve` to return, then `stop`.
package final class HostService: Sendable {
    package let host: Host
    package let queue: RunQueue
    package let webhooks: WebhookReceiver
    private let flows: Mutex<[String: ServedFlow]>
    /// One at a time.
    let reloading = Mutex<Void>(())

    /// What is not served and why, as far as it is known when the host opens.
    package let problems: [String]

    package static func open(_ options: HostOptions) async throws -> HostService {
        var options = options
        options.serves = true
        let host = try await Host.open(options)
        do {
            return HostService(host, try ServedFlows(of: host))
        } catch {
            await host.stop()
            throw error
        }
    }

    private init(_ host: Host, _ served: ServedFlows) {
        self.host = host
        let configuration = host.library.configuration
        let meters = host.meters.queue
        var settings = Self.queueSettings(configuration)
        settings.observe = { meters.count($0) }
        let queue = RunQueue(engine: host.engine, journal: host.journal, settings: settings)
        self.queue = queue
        webhooks = WebhookReceiver(
            journal: host.journal, intake: QueueIntake(queue: queue, engine: host.engine),
            proxies: TrustedProxies(configuration?.trustedProxies ?? []),
            routes: served.webhooks)
        problems = served.problems.map(\.text)
        flows = Mutex(Self.named(served))
        queue.replaceSchedules(served.schedules)
    }

    static func queueSettings(_ configuration: HostConfiguration?) -> QueueSettings {
        QueueSettings(
            rule: configuration?.queue ?? .init(),
            retention: configuration?.retention ?? .seconds(30 * 86_400))
    }

    private static func named(_ served: ServedFlows) -> [String: ServedFlow] {
        let pairs = served.flows.map { ($0.flow.name, $0) }
        return Dictionary(pairs) { first, _ in first }
    }

    /// Drives runs and fires schedules until `drain`, or until the task is cancelled.
    package func serve() async { await queue.serve() }

    /// Begins nothing new and gives what runs so much time; `serve` returns then, or before.
    package func drain(within limit: Duration) { queue.drain(within: limit) }

    /// After `serve` has returned.
    package func stop() async { await host.stop() }

    package func receive(_ request: WebhookRequest) async -> WebhookAnswer {
        let answer = await webhooks.receive(request)
        host.meters.services.countDelivery(flow: answer.flow, verdict: answer.kind.word)
        return answer
    }

    /// The flows that are served, by name.
    package var flowNames: [String] { flows.withLock { $0.keys.sorted() } }

    package func flow(_ name: String) -> ServedFlow? { flows.withLock { $0[name] } }

    /// Starts a run of a flow, durably; it begins when it is its turn.
    ///
    /// Nil when there is no such flow. Throws `InputFaults` with all that is wrong with the inputs,
    /// and `JournalError.groupIsBusy`.
    ///
    /// - Parameter requestedBy: who asks, such as `key:NAME`; nobody approves the high risk that
    ///   they asked for.
    package func submit(
        flow name: String, inputs: JSONObject, trigger: JSON, requestedBy: String?
    ) async throws -> RunID? {
        guard let flow = flow(name) else { return nil }
        return try await queue.submit(
            flow, trigger: traced(trigger), inputs: inputs, requestedBy: requestedBy)
    }

    /// The trigger with the caller's trace, where there is one and traces go somewhere.
    ///
    /// Kept with the run: its spans continue that trace, whoever drives it and when.
    func traced(_ trigger: JSON) -> JSON {
        guard host.traces != nil, let parent = RequestTrace.parent, TraceParent(parent) != nil,
            case .object(var members) = trigger
        else { return trigger }
        members["traceparent"] = .string(parent)
        return .object(members)
    }

    /// Ends a run for good, wherever it stands.
    package func cancel(_ run: RunID) async throws {
        try await host.journal.requestCancel(run)
        host.engine.noticeControl(of: run)
        queue.notice()
    }

    /// Answers an approval: once, by somebody who may, before it expires.
    package func decide(
        _ run: RunID, _ step: StepPath, choice: String, by: String, comment: String?,
        seen: String? = nil
    ) async throws {
        try await host.engine.decide(
            run, step, choice: choice, by: by, comment: comment, seen: seen)
        queue.notice()
    }

    /// Says what became of an effect in doubt.
    package func resolve(
        _ run: RunID, _ step: StepPath, _ resolution: Resolution
    ) async throws {
        try await host.engine.resolve(run, step, resolution)
        queue.notice()
    }

    var servedFlows: [ServedFlow] { flows.withLock { Array($0.values) } }

    /// From now on these are served.
    func take(_ served: ServedFlows) {
        webhooks.replaceRoutes(served.webhooks)
        flows.withLock { $0 = Self.named(served) }
        queue.replaceSchedules(served.schedules)
    }
}

/// The queue as webhooks see it.
private struct QueueIntake: RunIntake {
    let queue: RunQueue
    let engine: FlowEngine

    func refusal() -> (seconds: Int, reason: String)? { queue.refusal() }
    func noticeFailure(_ error: JournalError) { queue.noticeFailure(error) }
    func noticeRun() { queue.noticeRun() }
    func listen(to run: RunID) -> any RunListening { Listener(inner: engine.listen(to: run)) }

    private struct Listener: RunListening {
        let inner: ResponseListener

        func answer(within limit: Duration) async -> RunAnswer {
            switch await inner.answer(within: limit) {
            case .responded(let response):
                return .responded(
                    status: response["status"]?.integerValue.flatMap { Int(exactly: $0) } ?? 200,
                    body: response["body"] ?? .null)
            case .ended(let state): return .ended(state)
            case .late: return .late
            }
        }
    }
}
