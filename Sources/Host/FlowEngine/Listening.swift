internal import FlowModel
package import JSONValue
package import Journal

/// Waits for what a run's `respond` node says.
///
/// Made before there is a run, so that nothing is missed.
package struct ResponseListener: Sendable {
    package enum Answer: Sendable {
        /// `{status, body}`.
        case responded(JSON)
        /// It ended and said nothing.
        case ended(RunState)
        /// It goes on, or waits for a person.
        case late
    }

    let run: RunID
    let events: AsyncStream<RunEvent>
    let journal: any Journal
    let clock: any EngineClock

    package func answer(within limit: Duration) async -> Answer {
        let first = await withTaskGroup(of: Answer?.self) { group in
            group.addTask { await self.hear() }
            group.addTask {
                try? await self.clock.sleep(for: limit)
                return .late
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        if let first { return first }
        // Its driver has left it; whatever it said is in the journal.
        guard let record = try? await journal.showRun(run)?.run else { return .late }
        if let response = record.response { return .responded(response) }
        return record.state.isFinal ? .ended(record.state) : .late
    }

    private func hear() async -> Answer? {
        for await event in events {
            if case .responded(let response) = event.change { return .responded(response) }
        }
        return nil
    }
}

extension FlowEngine {
    package func listen(to run: RunID) -> ResponseListener {
        ResponseListener(run: run, events: events(of: run), journal: journal, clock: clock)
    }
}
