package import HTTPTransport
package import HostAPI
internal import JSONValue
internal import LinuxSystem
internal import Synchronization

/// Where traces go, and what is sent with them.
package struct TraceDestination: Sendable {
    package var endpoint: HTTPURL
    /// Sent to that origin alone.
    package var headers: [HTTPHeader]
    package var egress: EgressPolicy
    /// How many of the traces that begin here are kept, from 0 to 1.
    package var share: Double
    package var version: String

    package init(
        endpoint: HTTPURL, headers: [HTTPHeader], egress: EgressPolicy, share: Double,
        version: String
    ) {
        self.endpoint = endpoint
        self.headers = headers
        self.egress = egress
        self.share = share
        self.version = version
    }
}

/// Sends spans to a collector (OTLP/HTTP, JSON) behind the back of those who make them.
///
/// Nobody ever waits for it: what does not fit into its queue is dropped and counted.
package final class TraceExporter: Sendable {
    /// Spans that wait; some 2 MB of memory.
    static let capacity = 4096
    static let batch = 512
    static let interval = Duration.seconds(2)
    static let tries = 3

    private struct State {
        var spans: [Span] = []
        var exported = 0
        var dropped = 0
        var refused = 0
        var task: Task<Void, Never>?
        var isStopping = false
    }

    let destination: TraceDestination
    private let transport: HTTPTransport
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    package init(_ destination: TraceDestination, transport: HTTPTransport) {
        self.destination = destination
        self.transport = transport
        (signals, signal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Sends from now on, in a task that `stop` ends.
    package func start() {
        state.withLock { state in
            guard state.task == nil else { return }
            state.task = Task { await self.serve() }
        }
    }

    /// Sends what there is, for so long at most; then nothing any more.
    package func stop(within limit: Duration = .seconds(3)) async {
        let task = state.withLock { state in
            state.isStopping = true
            return state.task
        }
        signal.finish()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await task?.value }
            group.addTask {
                try? await Task.sleep(for: limit)
                task?.cancel()
            }
            await group.next()
            group.cancelAll()
        }
        await transport.shutDown()
    }

    func add(_ span: Span) {
        let isFull = state.withLock { state in
            guard state.spans.count < Self.capacity, !state.isStopping else {
                state.dropped += 1
                return false
            }
            state.spans.append(span)
            return state.spans.count % Self.batch == 0
        }
        if isFull { signal.yield() }
    }

    package var figures: [HostFigure] {
        let state = state.withLock { ($0.spans.count, $0.exported, $0.dropped, $0.refused) }
        let results = [("exported", state.1), ("dropped", state.2), ("refused", state.3)]
        return results.map { result, count in
            HostFigure(
                "sluice_trace_spans_total",
                "Spans of traces: taken by the collector, dropped since it is away or too slow, or "
                    + "refused by it.",
                .counter, labels: ["result": result], value: Double(count))
        } + [
            HostFigure(
                "sluice_trace_queue", "Spans that wait to be sent.", .gauge, value: Double(state.0))
        ]
    }

    // MARK: Sending

    private func serve() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: Self.interval)) != nil { self.signal.yield() }
            }
            for await _ in signals { await sendAll() }
            await sendAll()
            group.cancelAll()
        }
    }

    private func sendAll() async {
        while !Task.isCancelled {
            let spans = state.withLock { state in
                let spans = Array(state.spans.prefix(Self.batch))
                state.spans.removeFirst(spans.count)
                return spans
            }
            guard !spans.isEmpty else { return }
            await send(spans)
        }
    }

    private func send(_ spans: [Span]) async {
        let body = TraceRequest.bytes(spans, resource: resource)
        for number in 1...Self.tries {
            switch await attempt(body) {
            case .taken(let refused):
                return state.withLock { state in
                    state.refused += min(refused, spans.count)
                    state.exported += max(spans.count - refused, 0)
                }
            case .refused: return state.withLock { $0.refused += spans.count }
            case .later:
                let isLast = number == Self.tries || state.withLock { $0.isStopping }
                guard !isLast, (try? await Task.sleep(for: .seconds(1 << (number - 1)))) != nil
                else { return state.withLock { $0.dropped += spans.count } }
            }
        }
    }

    private enum Answer {
        case taken(refused: Int)
        case refused
        /// It is away, or asks to come again.
        case later
    }

    private func attempt(_ body: [UInt8]) async -> Answer {
        let request = HTTPRequest(
            method: "POST", url: destination.endpoint,
            headers: [HTTPHeader("Content-Type", "application/json")],
            credentials: destination.headers, body: body,
            timeouts: HTTPTimeouts(
                connect: .seconds(5), firstByte: .seconds(10), idle: .seconds(10),
                total: .seconds(15)), responseLimit: 1 << 16, egress: destination.egress,
            isRepeatable: true)
        let response: HTTPResponse
        do {
            response = try await transport.send(request)
        } catch {
            return .later
        }
        switch response.status {
        case 200...299: return .taken(refused: Self.refused(in: response.body))
        case 429, 502, 503, 504: return .later
        default: return .refused
        }
    }

    /// `partialSuccess.rejectedSpans`, a number or a text.
    private static func refused(in body: [UInt8]) -> Int {
        guard let value = try? JSON.parse(body),
            let count = value["partialSuccess"]?["rejectedSpans"]
        else { return 0 }
        let number = count.integerValue.flatMap { Int(exactly: $0) }
        return max(number ?? count.stringValue.flatMap { Int($0) } ?? 0, 0)
    }

    private var resource: [(name: String, value: Span.Value)] {
        [
            ("service.name", .text("sluice")),
            ("service.version", .text(destination.version)),
            ("process.pid", .number(Int64(CurrentProcess.pid))),
            ("telemetry.sdk.name", .text("sluice")),
            ("telemetry.sdk.language", .text("swift")),
            ("telemetry.sdk.version", .text(destination.version)),
        ]
    }
}
