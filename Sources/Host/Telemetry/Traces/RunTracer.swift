package import Connectors
package import FlowEngine
internal import FlowModel
internal import HTTPTransport
internal import JSONValue
package import Journal
internal import LinuxSystem
internal import SandboxPolicy
internal import Synchronization

/// Makes the spans of runs, their steps, the tries at them, and the requests of connectors.
package final class RunTracer: EngineObserver, ConnectorObserver {
    private let exporter: TraceExporter
    /// The runs that are driven now and traced, by name.
    private let traces = Mutex<[String: RunTrace]>([:])

    package init(_ exporter: TraceExporter) { self.exporter = exporter }

    // MARK: EngineObserver

    package func runBegan(_ run: ObservedRun) {
        let parent = Self.parent(in: run.trigger)
        let share = exporter.destination.share
        guard let trace = RunTrace(run: run.id.text, parent: parent, share: share) else { return }
        traces.withLock { $0[run.id.text] = trace }
        guard run.startedAt == nil else { return }
        exporter.add(
            Span(
                trace: trace.trace, name: "queued", span: trace.span(["queued"]),
                parent: trace.runSpan, start: run.createdAt.nanoseconds,
                end: run.drivenAt.nanoseconds, attributes: [("sluice.flow", .text(run.flow))]))
    }

    package func runLeft(_ run: ObservedRun, _ settlement: RunSettlement?) {
        guard let trace = traces.withLock({ $0.removeValue(forKey: run.id.text) }),
            let settlement, settlement.state.isFinal
        else { return }
        exporter.add(
            Span(
                trace: trace.trace, name: "run \(run.flow)", span: trace.runSpan,
                parent: trace.parent, kind: trace.parent == nil ? .internal : .consumer,
                start: run.createdAt.nanoseconds, end: ProcessSurroundings.wallClockNanoseconds,
                hasFailed: settlement.state == .failed,
                attributes: [
                    ("sluice.run.id", .text(run.id.text)),
                    ("sluice.flow", .text(run.flow)),
                    ("sluice.trigger.kind", .text(Self.kind(of: run.trigger))),
                    ("sluice.run.state", .text(settlement.state.rawValue)),
                ]))
    }

    package func stepEnded(_ step: ObservedStep, of run: ObservedRun) {
        guard step.state != .skipped, let trace = trace(of: run.id.text) else { return }
        let end = ProcessSurroundings.wallClockNanoseconds
        let path = step.step.path.text
        var attributes: [(name: String, value: Span.Value)] = [
            ("sluice.run.id", .text(run.id.text)),
            ("sluice.node", .text(step.step.node)),
            ("sluice.step.kind", .text(step.step.kind)),
            ("sluice.step.state", .text(step.state.rawValue)),
        ]
        if let index = step.step.itemIndex {
            attributes.append(("sluice.item.index", .number(Int64(index))))
        }
        let began = end - (step.endedAt - step.begunAt).nanoseconds
        exporter.add(
            Span(
                trace: trace.trace, name: "step \(step.step.node)", span: trace.step(path),
                parent: trace.parentOfStep(at: path),
                start: step.startedAt?.nanoseconds ?? began, end: end,
                hasFailed: step.state == .failed, attributes: attributes))
    }

    package func attemptEnded(_ attempt: ObservedAttempt, of run: ObservedRun) {
        guard let trace = trace(of: run.id.text) else { return }
        let end = ProcessSurroundings.wallClockNanoseconds
        let path = attempt.step.path.text
        let hasFailed = attempt.ending.error != nil && attempt.ending.outcome != "cancelled"
        exporter.add(
            Span(
                trace: trace.trace, name: "attempt \(attempt.step.node)",
                span: trace.attempt(path, attempt.number), parent: trace.step(path),
                start: end - (attempt.endedAt - attempt.begunAt).nanoseconds, end: end,
                hasFailed: hasFailed, attributes: Self.attributes(of: attempt, hasFailed)))
    }

    private static func attributes(
        of attempt: ObservedAttempt, _ hasFailed: Bool
    ) -> [(name: String, value: Span.Value)] {
        let outcome = attempt.ending.outcome
        var attributes: [(name: String, value: Span.Value)] = [
            ("sluice.node", .text(attempt.step.node)),
            ("sluice.attempt.number", .number(Int64(attempt.number))),
            ("sluice.outcome", .text(outcome)),
            (
                "sluice.attempt.wait_us",
                .number((attempt.begunAt - attempt.askedAt).nanoseconds / 1000)
            ),
        ]
        switch attempt.work {
        case .script(let language, let profile):
            let isNode = attempt.ending.runtime?.engine == .node
            attributes.append(("sluice.runtime", .text(isNode ? "node" : language.rawValue)))
            attributes.append(("sluice.profile", .text(profile.text)))
            let denials = attempt.ending.denials.reduce(0) { $0 + $1.count }
            if denials > 0 { attributes.append(("sluice.denials", .number(Int64(denials)))) }
        case .operation(let operation, let connection):
            attributes.append(("sluice.runtime", .text("operation")))
            attributes.append(("sluice.operation", .text(operation)))
            if let connection { attributes.append(("sluice.connection", .text(connection))) }
        case .flow: attributes.append(("sluice.runtime", .text("flow")))
        }
        if hasFailed {
            // SECURITY: what a script calls its error is the script's own text.
            let kind = attempt.ending.error.flatMap { ConnectorFailure.Kind(rawValue: $0.kind) }
            var word = outcome
            if case .operation = attempt.work, let kind { word = kind.rawValue }
            attributes.append(("error.type", .text(word)))
        }
        return attributes
    }

    // MARK: ConnectorObserver

    package func operationEnded(_ operation: ObservedOperation) {}

    package func exchangeEnded(_ exchange: ObservedExchange) {
        let origin = exchange.origin
        guard let trace = trace(of: origin.run) else { return }
        let end = ProcessSurroundings.wallClockNanoseconds
        var attributes: [(name: String, value: Span.Value)] = [
            ("http.request.method", .text(exchange.method)),
            ("url.scheme", .text(exchange.service.scheme)),
            ("server.address", .text(exchange.service.host)),
            ("server.port", .number(Int64(exchange.service.port))),
            ("sluice.connection", .text(exchange.connection)),
            ("sluice.operation", .text(exchange.operation)),
        ]
        if let status = exchange.status {
            attributes.append(("http.response.status_code", .number(Int64(status))))
        }
        let failure = exchange.failure ?? exchange.status.flatMap { $0 >= 400 ? "\($0)" : nil }
        if let failure { attributes.append(("error.type", .text(failure))) }
        exporter.add(
            Span(
                trace: trace.trace, name: exchange.method, span: TraceNames.random(),
                parent: trace.attempt(origin.step, origin.attempt), kind: .client,
                start: end - exchange.duration.nanoseconds, end: end, hasFailed: failure != nil,
                attributes: attributes))
    }

    private func trace(of run: String) -> RunTrace? { traces.withLock { $0[run] } }

    /// The header of a webhook's request, or what a caller of the API sent.
    private static func parent(in trigger: JSON) -> TraceParent? {
        let text = trigger["traceparent"] ?? trigger["headers"]?["traceparent"]
        return text?.stringValue.flatMap(TraceParent.init)
    }

    private static let kinds: Set = ["command", "api", "webhook", "schedule", "failure"]

    private static func kind(of trigger: JSON) -> String {
        let kind = trigger["kind"]?.stringValue ?? "other"
        return kinds.contains(kind) ? kind : "other"
    }
}

enum TraceNames {
    /// 16 hexadecimal digits, not all zero.
    static func random() -> String {
        let text = String(UInt64.random(in: 1 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

extension Moment {
    fileprivate var nanoseconds: Int64 { milliseconds &* 1_000_000 }
}
