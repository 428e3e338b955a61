internal import HTTPTransport

/// How long a service asks to wait, by any of the headers that services use.
enum RetryAfter {
    /// Nil when it does not say.
    ///
    /// `now` is in seconds since 1970.
    static func duration(in headers: [HTTPHeader], now: Int64) -> Duration? {
        if let text = headers.first("retry-after-ms"), let milliseconds = Double(text),
            milliseconds >= 0, milliseconds < 86_400_000
        {
            return .milliseconds(Int64(milliseconds.rounded(.up)))
        }
        if let text = headers.first("retry-after") {
            if let seconds = Double(text), seconds >= 0, seconds < 86_400 {
                return .milliseconds(Int64((seconds * 1000).rounded(.up)))
            }
            if let date = HTTPDate.seconds(text) { return .seconds(max(0, date - now)) }
        }
        let resets = ["x-ratelimit-reset-requests", "x-ratelimit-reset-tokens"]
            .compactMap { headers.first($0).flatMap(compactDuration) }
        if let longest = resets.max() { return longest }
        for name in ["ratelimit-reset", "x-ratelimit-reset"] {
            if let text = headers.first(name), let number = Int64(text), number >= 0 {
                // GitLab and GitHub give a time, others the seconds that are left.
                return .seconds(number > 1_000_000_000 ? max(0, number - now) : number)
            }
        }
        return nil
    }

    /// Reads `6m0s`, `1h2m3s`, `120ms`, `1.5s`.
    static func compactDuration(_ text: String) -> Duration? {
        var milliseconds = 0.0
        var number = ""
        var unit = ""
        var isAny = false
        func flush() -> Bool {
            let factors = ["h": 3_600_000.0, "m": 60_000, "s": 1000, "ms": 1]
            guard let value = Double(number), let factor = factors[unit] else { return false }
            milliseconds += value * factor
            isAny = true
            number = ""
            unit = ""
            return true
        }
        for character in text {
            if character.isASCII, character.isNumber || character == "." {
                if !unit.isEmpty, !flush() { return nil }
                number.append(character)
            } else {
                unit.append(character)
            }
        }
        guard flush(), isAny, milliseconds < 86_400_000 else { return nil }
        return .milliseconds(Int64(milliseconds.rounded(.up)))
    }
}

/// The one date format that HTTP writes (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    /// Seconds since 1970; nil when it is another format or no date.
    static func seconds(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        guard parts.count == 6, parts[5] == "GMT", let day = Int64(parts[1]),
            let month = months.firstIndex(of: String(parts[2])), let year = Int64(parts[3]),
            (1970...9999).contains(year), (1...31).contains(day)
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (0...23).contains(clock[0]), (0...59).contains(clock[1]),
            (0...60).contains(clock[2])
        else { return nil }
        return days(year, Int64(month + 1), day) * 86_400 + clock[0] * 3600 + clock[1] * 60
            + clock[2]
    }

    /// Days since 1970-01-01 in the Gregorian calendar; years begin in March so that leap days end them.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
