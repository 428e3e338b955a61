internal import HTTPListener
internal import LinuxSystem
internal import Synchronization

/// Counts of what was asked and answered, for Prometheus.
final class APIMetrics: Sendable {
    private struct Series: Hashable {
        /// Of the route, never of the request: a client must not be able to make up series.
        var operation: String
        var status: Int
    }

    private struct State {
        var requests: [Series: Int] = [:]
        var seconds: [String: Double] = [:]
        var brokenOff = 0
    }

    private let state = Mutex(State())

    /// - Parameter operation: one of the operations of the routes, or `none`.
    func count(_ record: HTTPExchangeRecord, as operation: String) {
        let seconds = Double(record.duration.nanoseconds) / 1e9
        state.withLock { state in
            state.requests[Series(operation: operation, status: record.status), default: 0] += 1
            state.seconds[operation, default: 0] += seconds
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
        figures += state.seconds.sorted { $0.key < $1.key }.map { operation, seconds in
            HostFigure(
                "sluice_http_request_seconds_total", "Time from a request's first line to its end.",
                .counter, labels: ["operation": operation], value: seconds)
        }
        figures.append(
            HostFigure(
                "sluice_http_requests_broken_off_total", "Requests whose client went away.",
                .counter, value: Double(state.brokenOff)))
        return figures
    }

    /// The text format of Prometheus, version 0.0.4.
    static func text(_ figures: [HostFigure]) -> String {
        var text = ""
        var described: Set<String> = []
        for figure in figures {
            if described.insert(figure.name).inserted {
                text += "# HELP \(figure.name) \(figure.help)\n"
                text += "# TYPE \(figure.name) \(figure.kind.rawValue)\n"
            }
            let labels = figure.labels.sorted { $0.key < $1.key }.map { name, value in
                "\(name)=\"\(escaped(value))\""
            }
            let braces = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
            text += "\(figure.name)\(braces) \(figure.value)\n"
        }
        return text
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += #"\\"#
            case "\"": text += #"\""#
            case "\n": text += #"\n"#
            default: text.append(character)
            }
        }
    }
}
