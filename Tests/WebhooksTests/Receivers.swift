import FlowModel
import JSONValue
import Journal
import Synchronization
import TestSupport

@testable import Webhooks

/// A receiver over a real journal, with flows that are written as text.
struct TestReceiver {
    let folder: TemporaryFolder
    let journal: SQLiteJournal
    let intake: TestIntake
    let receiver: WebhookReceiver

    /// - Parameter trigger: what stands below `webhook:`, one key a line.
    init(
        _ trigger: String, inputs: String = "{n: {type: integer}}", rest: String = "",
        secret: String = "s3cret", refusal: String? = nil, sizeLimit: Int? = nil
    ) async throws {
        folder = try TemporaryFolder()
        journal = try await SQLiteJournal.open(folder.file("journal.db"), sizeLimit: sizeLimit)
        intake = TestIntake(refusal: refusal)
        let lines = trigger.split(separator: "\n").map { "    \($0)\n" }.joined()
        let text = """
            flow: greet
            inputs: \(inputs)
            on:
              webhook:
            \(lines)\(rest)
            nodes:
              a: {set: 1}

            """
        receiver = WebhookReceiver(
            journal: journal, intake: intake, proxies: TrustedProxies([]),
            routes: [try Self.route(text, secret: secret)])
    }

    static func route(_ text: String, secret: String) throws -> WebhookRoute {
        let flow = try Flow.load(
            Array(text.utf8), file: "flow.yaml", files: NoFiles(),
            surroundings: FlowSurroundings(
                operations: OperationCatalogue([]), profiles: [], configuration: nil))
        let bundle = DigestedBundle(
            PinnedBundle(
                entry: flow.name,
                flows: [
                    PinnedFlow(
                        name: flow.name, folder: "/flows/greet",
                        files: [PinnedFile(path: "flow.yaml", bytes: Array(text.utf8))])
                ], settings: .null))
        let route = WebhookRoute(
            flow, vars: ["limit": 3], secret: { _ in secret },
            makeRun: { start in
                var queueing = RunQueueing(requestedBy: start.requestedBy)
                if let rule = flow.concurrency {
                    queueing.group = "all"
                    queueing.whenBusy = RunQueueing.WhenBusy(rawValue: rule.whenBusy) ?? .queue
                }
                return NewRun(
                    id: start.id, flow: flow.name, tenant: "home", trigger: start.trigger,
                    inputs: try flow.bindInputs(.object(start.inputs)), bundle: bundle,
                    createdAt: start.at, queueing: queueing)
            })
        guard let route else { throw JournalError.store("the flow has no webhook") }
        return route
    }

    func runs() async throws -> [RunRecord] { try await journal.listRuns(RunFilter()) }
    func deliveries() async throws -> [DeliveryRecord] {
        try await journal.listDeliveries(DeliveryFilter())
    }
}

private struct NoFiles: FlowFiles {
    var folder: String { "/flows/greet" }
    func paths() throws(FlowFileError) -> [String] { [] }
    func read(_ path: String) throws(FlowFileError) -> [UInt8] { throw .missing }
}

/// Counts the runs that it is told of, and answers for them as the test says.
final class TestIntake: RunIntake {
    private let noticed = Mutex(0)
    private let failed = Mutex<[JournalError]>([])
    private let said: Mutex<RunAnswer> = Mutex(.late)
    private let reason: String?

    init(refusal: String?) { reason = refusal }

    var failures: [JournalError] { failed.withLock { $0 } }
    var notices: Int { noticed.withLock { $0 } }
    func say(_ answer: RunAnswer) { said.withLock { $0 = answer } }

    func refusal() -> (seconds: Int, reason: String)? { reason.map { (7, $0) } }
    func noticeFailure(_ error: JournalError) { failed.withLock { $0.append(error) } }
    func noticeRun() { noticed.withLock { $0 += 1 } }
    func listen(to run: RunID) -> any RunListening { Listener(answer: said.withLock { $0 }) }

    private struct Listener: RunListening {
        let answer: RunAnswer
        func answer(within limit: Duration) async -> RunAnswer { answer }
    }
}
