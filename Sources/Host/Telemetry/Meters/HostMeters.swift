package import Connectors
package import FlowEngine
internal import HTTPTransport
package import HostAPI
package import Journal
internal import LinuxSystem
internal import Synchronization

/// All that a host counts by itself, and who counts it.
package final class HostMeters: EngineObserver, ConnectorObserver {
    package let steps: StepMeters
    package let queue = QueueMeters()
    package let services = ServiceMeters()
    private let journal = Mutex<(at: MonotonicInstant, figures: JournalFigures)?>(nil)

    /// - Parameter isCall: whether a text is the name of a system call.
    package init(isCall: @escaping @Sendable (String) -> Bool) {
        steps = StepMeters(isCall: isCall)
    }

    package var figures: [HostFigure] { steps.figures + queue.figures + services.figures }

    // MARK: EngineObserver

    package func runBegan(_ run: ObservedRun) { steps.count(run) }
    package func attemptEnded(_ attempt: ObservedAttempt, of run: ObservedRun) {
        steps.count(attempt)
    }
    package func stepEnded(_ step: ObservedStep, of run: ObservedRun) { steps.count(step) }
    package func runLeft(_ run: ObservedRun, _ settlement: RunSettlement?) {}

    // MARK: ConnectorObserver

    package func operationEnded(_ operation: ObservedOperation) {
        services.countCall(
            connection: operation.connection ?? "none", operation: operation.operation ?? "none",
            error: operation.failure?.rawValue, taking: operation.duration)
    }

    package func exchangeEnded(_ exchange: ObservedExchange) {
        let result = exchange.status.map { "\($0 / 100)xx" } ?? exchange.failure ?? "none"
        services.countExchange(
            connection: exchange.connection, result: result, taking: exchange.duration)
    }

    // MARK: Journal

    /// What the journal holds; asked at most once a second, however often we are.
    package func figures(of journal: any HostJournal) async -> [HostFigure] {
        let now = MonotonicInstant.now
        var known = self.journal.withLock { $0 }
        if known.map({ now - $0.at >= .seconds(1) }) ?? true {
            known = (try? await journal.figures()).map { (at: now, figures: $0) }
            self.journal.withLock { [known] in $0 = known }
        }
        return JournalGauges.figures(of: known?.figures)
    }
}

enum JournalGauges {
    static func figures(of journal: JournalFigures?) -> [HostFigure] {
        let isReadable = HostFigure(
            "sluice_journal_readable", "Whether the journal could be read just now.", .gauge,
            value: journal == nil ? 0 : 1)
        guard let journal else { return [isReadable] }
        let now = Double(ProcessSurroundings.wallClockMilliseconds)
        let oldest = journal.oldestQueued.map { max(now - Double($0.milliseconds), 0) / 1000 }
        let queued = journal.queued.values.reduce(0, +)
        var figures = [isReadable]
        for (state, count) in [
            ("queued", queued), ("running", journal.running), ("waiting", journal.waiting),
        ] {
            figures.append(
                HostFigure(
                    "sluice_runs", "Runs that are not over, by state.", .gauge,
                    labels: ["state": state], value: Double(count)))
        }
        figures += depths(journal.queued).map { flow, count in
            HostFigure(
                "sluice_queue_depth", "Runs that wait for their turn, by flow.", .gauge,
                labels: ["flow": flow], value: Double(count))
        }
        figures += [
            HostFigure(
                "sluice_queue_oldest_seconds", "How long the oldest queued run has waited.", .gauge,
                value: oldest ?? 0),
            HostFigure(
                "sluice_approvals_waiting", "Questions that nobody has answered.", .gauge,
                value: Double(journal.approvals)),
            HostFigure(
                "sluice_journal_bytes", "Size of the journal's file.", .gauge,
                value: Double(journal.fileBytes)),
            HostFigure(
                "sluice_journal_wal_bytes", "Size of the journal's write-ahead log.", .gauge,
                value: Double(journal.logBytes)),
        ]
        return figures
    }

    /// The 200 flows with the longest queues; the rest together.
    private static func depths(_ queued: [String: Int]) -> [(flow: String, count: Int)] {
        let sorted = queued.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var depths = sorted.prefix(200).map { (flow: $0.key, count: $0.value) }
        let rest = sorted.dropFirst(200).reduce(0) { $0 + $1.value }
        if rest > 0 { depths.append((flow: otherLabel, count: rest)) }
        return depths
    }
}
