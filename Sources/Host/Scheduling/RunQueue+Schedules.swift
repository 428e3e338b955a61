package import FlowEngine
internal import FlowModel
internal import JSONValue
internal import Journal
internal import Synchronization

/// A flow that fires by the clock.
package struct ServedSchedule: Sendable {
    let flow: ServedFlow
    let times: CronTimes
    let missed: MissedFires
    /// Nil until the journal was asked when it fired last.
    var next: Moment?
    var hasBegun = false

    /// Nil when the flow has no schedule, or its cron cannot be read.
    package init?(_ flow: ServedFlow, zone: ZoneRules) {
        guard let trigger = flow.flow.schedule, let cron = try? CronSchedule(trigger.cron) else {
            return nil
        }
        self.flow = flow
        times = CronTimes(cron, in: zone)
        missed = trigger.missed
    }
}

extension RunQueue {
    /// From now on these are the schedules.
    package func replaceSchedules(_ new: [ServedSchedule]) {
        schedules.withLock { $0 = new }
        notice()
    }

    /// So many runs at most make up for the time when no host ran.
    private static let mostMissed = 1000

    func nextFire() -> Moment? { schedules.withLock { $0.compactMap(\.next).min() } }

    func fireSchedules(at now: Moment) async throws(JournalError) {
        let due = schedules.withLock { schedules in
            schedules.filter { schedule in
                !schedule.hasBegun || schedule.next.map { $0 <= now } ?? false
            }
        }
        for schedule in due {
            try await fire(schedule, at: now)
            schedules.withLock { schedules in
                let name = schedule.flow.flow.name
                guard let place = schedules.firstIndex(where: { $0.flow.flow.name == name })
                else { return }
                schedules[place].hasBegun = true
                schedules[place].next = schedule.times.next(after: now)
            }
        }
    }

    private func fire(_ schedule: ServedSchedule, at now: Moment) async throws(JournalError) {
        let name = schedule.flow.flow.name
        guard let last = try await journal.lastFire(of: name) else {
            // Seen for the first time: it has missed nothing.
            _ = try await journal.fire(name, from: nil, to: now, runs: [])
            return
        }
        var moments = schedule.times.times(after: last, through: now, limit: Self.mostMissed)
        guard let latest = moments.last else { return }
        // While a host runs, a fire is late by a moment only.
        let isMissed = !schedule.hasBegun
        if isMissed {
            switch schedule.missed {
            case .all: break
            case .once: moments = [latest]
            case .none: moments = []
            }
        }
        var runs: [NewRun] = []
        do {
            for moment in moments {
                let trigger: JSON = [
                    "kind": "schedule", "at": .string(moment.description),
                    "missed": .bool(isMissed),
                ]
                runs.append(
                    try schedule.flow.newRun(
                        names.next(at: now), trigger: trigger, inputs: JSONObject(), at: now))
            }
        } catch {
            runs = []
            hub.send(.cannotFire(flow: name, reason: "\(error)"))
        }
        guard try await journal.fire(name, from: last, to: latest, runs: runs) else { return }
        guard !runs.isEmpty else { return }
        hub.send(.fired(flow: name, runs: runs.count, missed: isMissed))
        for _ in runs { noticeRun() }
    }
}
