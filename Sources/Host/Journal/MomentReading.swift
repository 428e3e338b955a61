extension Moment {
    /// A time as RFC 3339 writes it, such as `2026-11-20T09:12:33.041Z` or `2026-11-20T18:12:33+09:00`,
    /// or a date alone, which is its midnight in UTC; nil when it is neither.
    ///
    /// Digits beyond milliseconds are dropped; a leap second is the second after it.
    package init?(rfc3339 text: String) {
        var rest = Array(text.utf8)[...]
        guard let year = Self.number(&rest, digits: 4), Self.take("-", &rest),
            let month = Self.number(&rest, digits: 2), Self.take("-", &rest),
            let day = Self.number(&rest, digits: 2), (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day)
        else { return nil }
        var milliseconds = Self.days(year, month, day) * 86_400_000
        if !rest.isEmpty {
            guard Self.take("T", &rest) || Self.take("t", &rest),
                let time = Self.timeOfDay(&rest), let offset = Self.offset(&rest), rest.isEmpty
            else { return nil }
            milliseconds += time - offset
        }
        self.init(milliseconds: milliseconds)
    }

    private static func timeOfDay(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard let hour = number(&rest, digits: 2), take(":", &rest),
            let minute = number(&rest, digits: 2), take(":", &rest),
            let second = number(&rest, digits: 2), hour < 24, minute < 60, second <= 60
        else { return nil }
        var time = (hour * 3600 + minute * 60 + second) * 1000
        guard take(".", &rest) else { return time }
        let digits = rest.prefix { (48...57).contains($0) }
        guard !digits.isEmpty else { return nil }
        for (digit, unit) in zip(digits, [100, 10, 1] as [Int64]) {
            time += Int64(digit - 48) * unit
        }
        rest = rest.dropFirst(digits.count)
        return time
    }

    /// Milliseconds that the text's clock is ahead of UTC.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if take("Z", &rest) || take("z", &rest) { return 0 }
        let isAhead = take("+", &rest)
        guard isAhead || take("-", &rest), let hours = number(&rest, digits: 2), take(":", &rest),
            let minutes = number(&rest, digits: 2), hours < 24, minutes < 60
        else { return nil }
        return (isAhead ? 1 : -1) * (hours * 60 + minutes) * 60_000
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Int64? {
        let taken = rest.prefix(digits)
        guard taken.count == digits, taken.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        rest = rest.dropFirst(digits)
        return taken.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    private static func take(_ character: Character, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == character.asciiValue else { return false }
        rest = rest.dropFirst()
        return true
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01; the year begins in March, as in `calendar`.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
