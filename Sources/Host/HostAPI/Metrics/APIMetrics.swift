internal import HTTPListener
internal import Synchronization

/// Counts of what was asked and answered, for Prometheus.
package final class APIMetrics: Sendable {
    private struct Series: Hashable {
        /// Of the route, never of the request: a client must not be able to make up series.
        var operation: String
        var status: Int
    }

    private struct State {
        var requests: [Series: Int] = [:]
        var times: [String: Histogram] = [:]
        var brokenOff = 0
        var sources: [@Sendable () -> [HostFigure]] = []
    }

    private let state = Mutex(State())

    /// Also gives what `source` reads whenever it is asked.
    package func include(_ source: @escaping @Sendable () -> [HostFigure]) {
        state.withLock { $0.sources.append(source) }
    }

    /// - Parameter operation: one of the operations of the routes, or `none`.
    func count(_ record: HTTPExchangeRecord, as operation: String) {
        let series = Series(operation: operation, status: record.status)
        state.withLock { state in
            state.requests[series, default: 0] += 1
            state.times[operation, default: Histogram()].record(record.duration)
            if !record.isComplete { state.brokenOff += 1 }
        }
    }

    var figures: [HostFigure] {
        let state = state.withLock { $0 }
        var figures = state.requests.sorted {
            ($0.key.operation, $0.key.status) < ($1.key.operation, $1.key.status)
        }.map { series, count in
            HostFigure(
                "sluice_http_requests_total", "Requests that were answered.", .counter,
                labels: ["operation": series.operation, "status": String(series.status)],
                value: Double(count))
        }
        figures += state.times.sorted { $0.key < $1.key }.map { operation, histogram in
            HostFigure(
                "sluice_http_request_seconds",
                "Time from a request's first line to its end; a stream's is its whole life.",
                labels: ["operation": operation], histogram: histogram)
        }
        figures.append(
            HostFigure(
                "sluice_http_requests_broken_off_total", "Requests whose client went away.",
                .counter, value: Double(state.brokenOff)))
        return figures + state.sources.flatMap { $0() }
    }
}
