package import FlowModel
package import Journal

/// The moments at which a schedule fires in its time zone.
///
/// Where clocks jump ahead, what should have fired in the hour that is skipped fires at the jump.
/// Where they go back, a fixed time fires once, the first time it is shown; a schedule of every hour
/// (`*` or `*/n` in its field of hours) fires in each hour that passes.
package struct CronTimes: Sendable {
    private let cron: CronSchedule
    private let zone: ZoneRules
    private let times: [Int64]

    package init(_ cron: CronSchedule, in zone: ZoneRules) {
        self.cron = cron
        self.zone = zone
        times = cron.hours.sorted().flatMap { hour in
            cron.minutes.sorted().map { Int64(hour) * 3600 + Int64($0) * 60 }
        }
    }

    /// The first moment after `moment`; nil when there is none for a lifetime.
    package func next(after moment: Moment) -> Moment? {
        let seconds = moment.milliseconds.floorDivided(by: 1000)
        // A day earlier, for zones that have skipped or repeated a whole day.
        var date = CivilDate(
            days: (seconds + zone.offset(at: seconds)).floorDivided(by: 86_400) - 1)
        for _ in 0..<Self.longest {
            if matches(date), let found = first(on: date, after: seconds) {
                return Moment(milliseconds: found * 1000)
            }
            date = date.next
        }
        return nil
    }

    /// The moments after `start` up to and with `end`, at most the last `limit` of them.
    package func times(after start: Moment, through end: Moment, limit: Int) -> [Moment] {
        var found: [Moment] = []
        var moment = start
        while let next = next(after: moment), next <= end {
            found.append(next)
            if found.count == 2 * limit { found.removeFirst(limit) }
            moment = next
        }
        return found.suffix(limit)
    }

    /// Days to look ahead: a 29th of February that has to be a certain weekday comes in 40 years.
    private static let longest = 41 * 366

    private func matches(_ date: CivilDate) -> Bool {
        guard let minute = cron.minutes.first, let hour = cron.hours.first else { return false }
        return cron.matches(
            minute: minute, hour: hour, day: date.day, month: date.month, weekday: date.weekday)
    }

    private func first(on date: CivilDate, after moment: Int64) -> Int64? {
        let midnight = date.days * 86_400
        // What is more than a day and a half before cannot come after, in any zone.
        guard midnight + 2 * 86_400 + 43_200 > moment else { return nil }
        return times.flatMap { moments(of: midnight + $0) }.filter { $0 > moment }.min()
    }

    private func moments(of local: Int64) -> [Int64] {
        let found = zone.moments(ofLocal: local)
        if cron.isOfEveryHour { return found }
        return found.first.map { [$0] } ?? zone.jump(over: local).map { [$0] } ?? []
    }
}
