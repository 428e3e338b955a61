/// When a schedule fires: minute, hour, day of month, month, day of week, as cron(8) writes them.
///
/// As in cron, when both days are restricted either one is enough.
package struct CronSchedule: Sendable, Hashable {
    package let minutes: Set<Int>
    package let hours: Set<Int>
    package let days: Set<Int>
    package let months: Set<Int>
    /// 0 is Sunday.
    package let weekdays: Set<Int>
    /// Whether the day of month, and of week, is more than `*`.
    private let restrictsDays: Bool
    private let restrictsWeekdays: Bool
    /// Whether the field of hours is `*`, or `*` with a step.
    package let isOfEveryHour: Bool

    package init(_ text: String) throws(CronError) {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == CronField.all.count else {
            throw CronError(
                message: "it has \(parts.count) fields, not 5",
                hint: "minute hour day month weekday, such as \"0 6 * * 1-5\"")
        }
        minutes = try CronField.all[0].values(of: parts[0])
        hours = try CronField.all[1].values(of: parts[1])
        days = try CronField.all[2].values(of: parts[2])
        months = try CronField.all[3].values(of: parts[3])
        weekdays = Set(try CronField.all[4].values(of: parts[4]).map { $0 % 7 })
        restrictsDays = !parts[2].hasPrefix("*")
        restrictsWeekdays = !parts[4].hasPrefix("*")
        isOfEveryHour = parts[1].hasPrefix("*")
        if !restrictsWeekdays, !months.contains(where: { Self.length(of: $0) >= days.min() ?? 1 }) {
            throw CronError(
                message: "no such day exists in those months",
                hint: "day \(days.min() ?? 0) never comes")
        }
    }

    /// - Parameter weekday: 0 is Sunday.
    package func matches(minute: Int, hour: Int, day: Int, month: Int, weekday: Int) -> Bool {
        guard minutes.contains(minute), hours.contains(hour), months.contains(month) else {
            return false
        }
        if restrictsDays, restrictsWeekdays {
            return days.contains(day) || weekdays.contains(weekday)
        }
        return days.contains(day) && weekdays.contains(weekday)
    }

    private static func length(of month: Int) -> Int {
        switch month {
        case 2: 29
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

package struct CronError: Error, Sendable, Hashable {
    package let message: String
    package let hint: String?
}

/// One of the five fields.
private struct CronField {
    let name: String
    let range: ClosedRange<Int>
    /// Names for numbers, from the start of the range on.
    var names: [String] = []

    static let all = [
        CronField(name: "minute", range: 0...59),
        CronField(name: "hour", range: 0...23),
        CronField(name: "day", range: 1...31),
        CronField(
            name: "month", range: 1...12,
            names: [
                "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
            ]),
        CronField(
            name: "weekday", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    func values(of text: String) throws(CronError) -> Set<Int> {
        var values: Set<Int> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "/", omittingEmptySubsequences: false)
            var step = 1
            if parts.count == 2, let number = Int(parts[1]), number >= 1 {
                step = number
            } else if parts.count != 1 {
                throw fault("'\(item)' is no step", "such as */15")
            }
            let (first, last) = try bounds(of: parts[0], hasStep: parts.count == 2)
            values.formUnion(stride(from: first, through: last, by: step))
        }
        return values
    }

    private func bounds(
        of text: Substring, hasStep: Bool
    ) throws(CronError) -> (Int, Int) {
        if text == "*" { return (range.lowerBound, name == "weekday" ? 6 : range.upperBound) }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2 else { throw fault("'\(text)' is no range", nil) }
        let first = try number(ends[0])
        guard ends.count == 2 else { return (first, hasStep ? range.upperBound : first) }
        let last = try number(ends[1])
        guard first <= last else { throw fault("the range '\(text)' runs backwards", nil) }
        return (first, last)
    }

    private func number(_ text: Substring) throws(CronError) -> Int {
        if let place = names.firstIndex(of: text.lowercased()) { return range.lowerBound + place }
        guard let number = Int(text), text.allSatisfy(\.isNumber) else {
            throw fault("'\(text)' is no number", nil)
        }
        guard range.contains(number) else {
            throw fault("\(number) is not \(range.lowerBound) to \(range.upperBound)", nil)
        }
        return number
    }

    private func fault(_ message: String, _ hint: String?) -> CronError {
        CronError(message: "in the field \(name), \(message)", hint: hint)
    }
}
