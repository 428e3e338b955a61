import SandboxPolicy

/// Times given on the command line: `500ms`, `5s`, `1.5s`, `2min`, with or without a blank.
enum TimeArgument {
    static func duration(_ text: String, option: String) throws(UsageError) -> Duration {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(number.count).drop { $0 == " " }
        guard let duration = duration(number: String(number), unit: String(unit)), duration > .zero
        else {
            throw UsageError(
                message: "\(option) is '\(text)'; write a time such as 500ms, 5s or 2min")
        }
        return duration
    }

    private static func duration(number: String, unit: String) -> Duration? {
        if let whole = try? Duration(quantity: "\(number) \(unit)") { return whole }
        let units: [String: Double] = ["ms": 0.001, "s": 1, "min": 60, "h": 3600]
        guard let factor = units[unit], let count = Double(number), count * factor < 1e8 else {
            return nil
        }
        return .microseconds(Int64((count * factor * 1_000_000).rounded()))
    }
}
