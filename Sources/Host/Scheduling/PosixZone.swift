/// A zone as the variable TZ writes it (tzset(3)), such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixZone: Sendable {
    private enum Day: Sendable {
        /// 1 to 365; the leap day is never counted.
        case julian(Int)
        /// 0 to 365.
        case ordinal(Int)
        /// The day of week in the week of the month; week 5 is the last.
        case weekday(month: Int, week: Int, day: Int)
    }

    private struct Change: Sendable {
        let day: Day
        /// Seconds after midnight on the wall.
        let time: Int64

        /// As if the wall's time were UTC.
        func local(in year: Int) -> Int64 {
            let start = CivilDate(year: year, month: 1, day: 1).days
            switch day {
            case .ordinal(let number): return (start + Int64(number)) * 86_400 + time
            case .julian(let number):
                let isBehindLeapDay = CivilDate.isLeap(year) && number >= 60
                return (start + Int64(number) - (isBehindLeapDay ? 0 : 1)) * 86_400 + time
            case .weekday(let month, let week, let day):
                let first = CivilDate(year: year, month: month, day: 1)
                let shift = (day - first.weekday + 7) % 7
                var number = 1 + shift + (week - 1) * 7
                if number > CivilDate.length(of: month, year) { number -= 7 }
                return CivilDate(year: year, month: month, day: number).days * 86_400 + time
            }
        }
    }

    private let standard: Int64
    private let summer: (offset: Int64, begin: Change, end: Change)?

    init?(_ text: String) {
        var reader = Reader(text: text.utf8[...])
        guard reader.skipName(), let west = reader.time() else { return nil }
        standard = -west
        guard !reader.isAtEnd else {
            summer = nil
            return
        }
        guard reader.skipName() else { return nil }
        var offset = standard + 3600
        if !reader.isNext(",") {
            guard let west = reader.time() else { return nil }
            offset = -west
        }
        guard reader.take(","), let begin = reader.change(), reader.take(","),
            let end = reader.change(), reader.isAtEnd
        else { return nil }
        summer = (offset, begin, end)
    }

    func offset(at moment: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = CivilDate(days: (moment + standard).floorDivided(by: 86_400)).year
        let begin = summer.begin.local(in: year) - standard
        let end = summer.end.local(in: year) - summer.offset
        // South of the equator summer begins in one year and ends in the next.
        let isSummer =
            begin < end
            ? begin <= moment && moment < end : !(end <= moment && moment < begin)
        return isSummer ? summer.offset : standard
    }

    private struct Reader {
        var text: Substring.UTF8View

        var isAtEnd: Bool { text.isEmpty }
        func isNext(_ letter: Unicode.Scalar) -> Bool { text.first == UInt8(ascii: letter) }

        mutating func take(_ letter: Unicode.Scalar) -> Bool {
            guard isNext(letter) else { return false }
            text = text.dropFirst()
            return true
        }

        /// Three letters or more, or anything between `<` and `>`.
        mutating func skipName() -> Bool {
            if take("<") {
                text = text.drop { $0 != UInt8(ascii: ">") }
                return take(">")
            }
            let letters = text.prefix { (65...90).contains($0) || (97...122).contains($0) }
            text = text.dropFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number() -> Int? {
            let digits = text.prefix { (48...57).contains($0) }
            text = text.dropFirst(digits.count)
            return digits.count <= 4 ? Int(String(Substring(digits))) : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds; hours may be more than a day's.
        mutating func time() -> Int64? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard let hours = number() else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] where take(":") {
                guard let number = number() else { return nil }
                seconds += number * unit
            }
            return Int64(isNegative ? -seconds : seconds)
        }

        mutating func change() -> Change? {
            guard let day = day() else { return nil }
            guard take("/") else { return Change(day: day, time: 7200) }
            return time().map { Change(day: day, time: $0) }
        }

        private mutating func day() -> Day? {
            if take("M") {
                guard let month = number(), (1...12).contains(month), take("."),
                    let week = number(), (1...5).contains(week), take("."), let day = number(),
                    (0...6).contains(day)
                else { return nil }
                return .weekday(month: month, week: week, day: day)
            }
            if take("J") { return number().map { .julian($0) } }
            return number().map { .ordinal($0) }
        }
    }
}
