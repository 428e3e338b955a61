package import HostAPI

/// What connectors and webhooks add up to.
package final class ServiceMeters: Sendable {
    private struct Operation: Hashable {
        var connection: String
        var operation: String
        var kind = ""
    }

    private struct Delivery: Hashable {
        var flow: String
        var verdict: String
    }

    private struct Exchange: Hashable {
        var connection: String
        var result: String
    }

    private let calls = Histograms<Operation>(
        rest: Operation(connection: otherLabel, operation: otherLabel))
    private let errors = Counters<Operation>(
        limit: 2000,
        rest: Operation(connection: otherLabel, operation: otherLabel, kind: otherLabel))
    private let exchanges = Histograms<Exchange>(
        rest: Exchange(connection: otherLabel, result: otherLabel))
    private let deliveries = Counters<Delivery>(
        limit: 1500, rest: Delivery(flow: otherLabel, verdict: otherLabel))
    private let commits = Histograms<Bool>(rest: true)

    package init() {}

    /// - Parameters:
    ///   - connection: of the configuration, or `none`.
    ///   - operation: one that there is, or `none`.
    ///   - error: the kind of failure; nil: there was none.
    package func countCall(
        connection: String, operation: String, error: String?, taking time: Duration
    ) {
        calls.record(time, as: Operation(connection: connection, operation: operation))
        guard let error else { return }
        errors.add(Operation(connection: connection, operation: operation, kind: error))
    }

    /// One request to a service and its answer: `2xx` and the like, or the kind of failure.
    package func countExchange(connection: String, result: String, taking time: Duration) {
        exchanges.record(time, as: Exchange(connection: connection, result: result))
    }

    /// - Parameter flow: one that is served; nil: none has that path.
    package func countDelivery(flow: String?, verdict: String) {
        deliveries.add(Delivery(flow: flow ?? "none", verdict: verdict))
    }

    package func countCommit(taking time: Duration) { commits.record(time, as: true) }

    package var figures: [HostFigure] {
        var figures = calls.all.sorted {
            ($0.key.connection, $0.key.operation) < ($1.key.connection, $1.key.operation)
        }.map { key, histogram in
            HostFigure(
                "sluice_connector_call_seconds",
                "How long operations of connectors took, retries and waits included.",
                labels: ["connection": key.connection, "operation": key.operation],
                histogram: histogram)
        }
        figures += errors.all.sorted {
            ($0.key.connection, $0.key.operation, $0.key.kind)
                < ($1.key.connection, $1.key.operation, $1.key.kind)
        }.map { key, count in
            HostFigure(
                "sluice_connector_errors_total", "Operations of connectors that failed.", .counter,
                labels: [
                    "connection": key.connection, "operation": key.operation, "kind": key.kind,
                ], value: Double(count))
        }
        figures += exchanges.all.sorted {
            ($0.key.connection, $0.key.result) < ($1.key.connection, $1.key.result)
        }.map { key, histogram in
            HostFigure(
                "sluice_connector_request_seconds",
                "How long single requests to services took.",
                labels: ["connection": key.connection, "result": key.result],
                histogram: histogram)
        }
        figures += deliveries.all.sorted {
            ($0.key.flow, $0.key.verdict) < ($1.key.flow, $1.key.verdict)
        }.map { key, count in
            HostFigure(
                "sluice_deliveries_total", "Requests to webhooks, by what became of them.",
                .counter, labels: ["flow": key.flow, "verdict": key.verdict], value: Double(count))
        }
        figures.append(
            HostFigure(
                "sluice_journal_commit_seconds",
                "How long transactions of the journal took until they were durable.",
                histogram: commits.all[true] ?? Histogram()))
        return figures
    }
}
