internal import Cryptography
internal import FlowEngine
internal import FlowModel
internal import Foundation
internal import HTTPTransport
internal import JSONValue
internal import Journal
internal import LinuxSystem
internal import Scheduling
internal import Webhooks

/// `bench deliveries`: what it costs to take a webhook's request, below HTTP.
///
/// Each is a merge request event of 4 KB, verified by HMAC-SHA256, deduplicated, read, and durable
/// with its run (`synchronous=FULL`) before it counts. `deliveries.accept.N` is deliveries a second
/// with N senders, who share flushes; its p50 is processor time each, of all threads. `deliveries.paced`
/// is the time to the answer at 500 a second. `deliveries.busy` is `accept.64` while a queue drives
/// the runs of what was taken.
enum DeliveryBenchmark: Benchmark {
    static let name = "deliveries"

    static func run(_ options: BenchOptions, into report: inout Report) async throws {
        for senders in [1, 16, 64] where options.includes("deliveries.accept.\(senders)") {
            report.add(try await accept(senders, options, drives: false))
        }
        if options.includes("deliveries.paced") { report.add(try await paced(options)) }
        if options.includes("deliveries.busy") {
            report.add(try await accept(64, options, drives: true))
        }
    }

    private static func accept(
        _ senders: Int, _ options: BenchOptions, drives: Bool
    ) async throws -> Figure {
        let count = options.rounds(senders == 1 ? 3000 : 16_000) / senders * senders
        return try await DeliveryWorld.with { world in
            var times: [Duration] = []
            var rate = 0.0
            try await withThrowingTaskGroup(of: Void.self) { group in
                if drives { group.addTask { await world.queue.serve() } }
                for round in 0..<3 {
                    let before = ProcessorTime.now
                    let began = ContinuousClock.now
                    try await world.send(count, by: senders, round: round)
                    let seconds = (ContinuousClock.now - began) / .seconds(1)
                    times.append((ProcessorTime.now - before) / count)
                    rate = max(rate, Double(count) / seconds)
                }
                world.queue.drain(within: .zero)
                try await group.waitForAll()
            }
            let name = drives ? "deliveries.busy" : "deliveries.accept.\(senders)"
            return Figure(name: name, times: times, rate: rate)
        }
    }

    /// Sent at fixed moments, whether the one before was answered or not.
    private static func paced(_ options: BenchOptions) async throws -> Figure {
        let count = options.rounds(4000)
        return try await DeliveryWorld.with { world in
            let clock = ContinuousClock()
            let start = clock.now + .milliseconds(50)
            let times = try await withThrowingTaskGroup(of: Duration.self) { group in
                for number in 0..<count {
                    let due = start + .milliseconds(2) * number
                    group.addTask {
                        try await clock.sleep(until: due, tolerance: .zero)
                        let began = clock.now
                        try await world.send(world.request(number, round: 9))
                        return clock.now - began
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            return Figure(name: "deliveries.paced", times: times, rate: 500)
        }
    }
}

/// A receiver over a journal on disk, and requests for it.
private struct DeliveryWorld: Sendable {
    let queue: RunQueue
    private let receiver: WebhookReceiver
    private let body: String

    private static let secret = "the secret of this benchmark"

    static func with(_ body: (DeliveryWorld) async throws -> Figure) async throws -> Figure {
        let folder = URL(filePath: ".build/bench/deliveries-\(CurrentProcess.pid)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "journal.db").path(percentEncoded: false)
        let journal = try await SQLiteJournal.open(path)
        let figure = try await body(try DeliveryWorld(journal))
        await journal.close()
        return figure
    }

    private init(_ journal: SQLiteJournal) throws {
        let engine = EngineFlows.engine(journal)
        queue = RunQueue(
            engine: engine, journal: journal,
            settings: QueueSettings(rule: QueueRule(longest: 10_000_000)))
        let text = """
            flow: taken
            inputs: {project: {type: integer, required: true}, iid: {type: integer, required: true}}
            on:
              webhook:
                verify: {github: secret:S}
                deduplicate: {key: "${{ headers['x-github-delivery'] }}", within: 1 h}
                accept-if: ${{ body.object_kind == 'merge_request' }}
                inputs: {project: "${{ body.project.id }}", iid: "${{ body.iid }}"}
            nodes:
              a: {set: "${{ inputs.iid }}"}
            """
        let request = EngineFlows.request(text, items: 0)
        let flow = try EngineFlows.flow(of: request.bundle)
        let served = ServedFlow(
            flow: flow, bundle: DigestedBundle(request.bundle), tenant: "bench")
        let route = WebhookRoute(
            flow, vars: .null, secret: { _ in Self.secret },
            makeRun: { start in
                try served.newRun(
                    start.id, trigger: start.trigger, inputs: start.inputs, at: start.at)
            })
        receiver = WebhookReceiver(
            journal: journal, intake: BenchIntake(queue: queue), proxies: TrustedProxies([]),
            routes: route.map { [$0] } ?? [])
        var commits: [JSON] = []
        for number in 0..<18 {
            commits.append([
                "id": .string(Hexadecimal.encode(Digest.sha256("\(number)"))),
                "message": .string("Change number \(number) of a merge request, with its reason"),
                "author": ["name": "Somebody", "email": "[REDACTED]"],
            ])
        }
        let event: JSON = [
            "object_kind": "merge_request", "project": ["id": 41], "commits": .array(commits),
        ]
        body = String(event.text.dropLast())
    }

    func request(_ number: Int, round: Int) -> WebhookRequest {
        let bytes = Array("\(body), \"iid\": \(number)}".utf8)
        let signature = Digest.hmacSHA256(key: Array(Self.secret.utf8), message: bytes)
        return WebhookRequest(
            method: "POST", path: "/hooks/taken", query: "",
            headers: [
                .init(name: "Host", value: "sluice.example.com"),
                .init(name: "User-Agent", value: "a benchmark"),
                .init(name: "Content-Type", value: "application/json"),
                .init(name: "X-GitHub-Event", value: "merge_request"),
                .init(name: "X-GitHub-Delivery", value: "\(round)-\(number)"),
                .init(
                    name: "X-Hub-Signature-256",
                    value: "sha256=" + Hexadecimal.encode(signature)),
            ], body: bytes, peer: .unixSocket,
            receivedAt: Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds))
    }

    /// Making and signing requests is part of what is measured, and is not what a host does.
    func send(_ count: Int, by senders: Int, round: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<senders {
                group.addTask {
                    for number in stride(from: sender, to: count, by: senders) {
                        try await send(request(number, round: round))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    func send(_ request: WebhookRequest) async throws {
        let answer = await receiver.receive(request)
        guard answer.status == 202 else {
            throw EngineBenchmarkError(fault: "\(answer.status) \(answer.note ?? "")")
        }
    }
}

private struct BenchIntake: RunIntake {
    let queue: RunQueue

    func refusal() -> (seconds: Int, reason: String)? { nil }
    func noticeFailure(_ error: JournalError) {}
    func noticeRun() { queue.noticeRun() }
    func listen(to run: RunID) -> any RunListening { Late() }

    private struct Late: RunListening {
        func answer(within limit: Duration) async -> RunAnswer { .late }
    }
}
