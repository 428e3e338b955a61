package import HostAPI
internal import Journal
package import Scheduling

/// What the queue did, and how runs ended.
package final class QueueMeters: Sendable {
    private struct Ended: Hashable {
        var flow: String
        var state: String
    }

    private let begun = Counters<String>(rest: otherLabel)
    private let parked = Counters<String>(rest: otherLabel)
    private let ended = Counters<Ended>(
        limit: 1500, rest: Ended(flow: otherLabel, state: otherLabel))
    private let events = Counters<String>(rest: otherLabel)

    package init() {}

    package func count(_ event: QueueEvent) {
        switch event {
        case .began(_, let flow): begun.add(flow)
        case .left(_, let flow, let state):
            if state.isFinal {
                ended.add(Ended(flow: flow, state: state.rawValue))
            } else {
                parked.add(flow)
            }
        case .abandoned(_, let flow, _):
            ended.add(Ended(flow: flow, state: RunState.failed.rawValue))
            events.add("abandoned")
        case .followed: events.add("followed")
        case .cannotFollow: events.add("cannot-follow")
        case .fired(_, let runs, _): events.add("fired", runs)
        case .cannotFire: events.add("cannot-fire")
        case .recovered(let runs): events.add("recovered", runs)
        case .journalFailed: events.add("journal-failed")
        case .journalRecovered: events.add("journal-recovered")
        case .leftDamaged: events.add("left-damaged")
        case .deleted(let runs, let deliveries):
            events.add("deleted-run", runs)
            events.add("deleted-delivery", deliveries)
        case .draining: events.add("draining")
        }
    }

    package var figures: [HostFigure] {
        var figures = begun.all.sorted { $0.key < $1.key }.map { flow, count in
            HostFigure(
                "sluice_runs_begun_total", "Runs that were driven, for the first time or again.",
                .counter, labels: ["flow": flow], value: Double(count))
        }
        figures += parked.all.sorted { $0.key < $1.key }.map { flow, count in
            HostFigure(
                "sluice_runs_parked_total", "Runs that were left to wait for a timer or a person.",
                .counter, labels: ["flow": flow], value: Double(count))
        }
        figures += ended.all.sorted {
            ($0.key.flow, $0.key.state) < ($1.key.flow, $1.key.state)
        }.map { key, count in
            HostFigure(
                "sluice_runs_ended_total", "Runs that are over.", .counter,
                labels: ["flow": key.flow, "state": key.state], value: Double(count))
        }
        figures += events.all.sorted { $0.key < $1.key }.map { event, count in
            HostFigure(
                "sluice_queue_events_total", "What the queue did beside driving runs.", .counter,
                labels: ["event": event], value: Double(count))
        }
        return figures
    }
}
