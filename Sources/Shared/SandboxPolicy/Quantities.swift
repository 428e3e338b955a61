/// Why a text is no duration or size.
package struct QuantityError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}

extension Duration {
    /// Reads `500 ms`, `20 s`, `2 min`, `1 h` or `30 d`: a whole number and a unit.
    package init(quantity text: String) throws(QuantityError) {
        let quantity = try Quantity(text, example: "20 s")
        let units: [String: Int64] = [
            "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000,
        ]
        guard let unit = units[quantity.unit] else {
            throw QuantityError(
                message: "'\(quantity.unit)' is no unit of time; use ms, s, min, h or d")
        }
        let (milliseconds, overflow) = quantity.number.multipliedReportingOverflow(by: unit)
        // A hundred years: far past every use, and sums of deadlines never overflow.
        guard !overflow, milliseconds <= 36_500 * 86_400_000 else {
            throw QuantityError(message: "'\(text)' is longer than 36500 d")
        }
        self = .milliseconds(milliseconds)
    }

    /// The text that `init(quantity:)` reads, in the largest unit that divides it.
    package var quantityText: String {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        let units: [(String, Int64)] = [
            ("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000),
        ]
        for (name, size) in units where milliseconds >= size && milliseconds % size == 0 {
            return "\(milliseconds / size) \(name)"
        }
        return milliseconds == 0 ? "0 s" : "\(milliseconds) ms"
    }
}

extension ByteCount {
    /// Reads `512 B`, `64 KiB`, `256 MiB` or `2 GiB`: a whole number and a unit.
    package init(quantity text: String) throws(QuantityError) {
        let quantity = try Quantity(text, example: "256 MiB")
        let units: [String: Int64] = ["B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        guard let unit = units[quantity.unit] else {
            throw QuantityError(
                message: "'\(quantity.unit)' is no unit of size; use B, KiB, MiB or GiB")
        }
        let (bytes, overflow) = quantity.number.multipliedReportingOverflow(by: unit)
        guard !overflow else { throw QuantityError(message: "'\(text)' is too large") }
        self.init(Int(bytes))
    }

    /// The text that `init(quantity:)` reads, in the largest unit that divides it.
    package var quantityText: String {
        let units: [(String, Int)] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        for (name, size) in units where bytes >= size && bytes % size == 0 {
            return "\(bytes / size) \(name)"
        }
        return "\(bytes) B"
    }
}

/// A whole number and a unit, with or without spaces between them.
private struct Quantity {
    let number: Int64
    let unit: String

    init(_ text: String, example: String) throws(QuantityError) {
        let digits = text.prefix { ("0"..."9").contains($0) }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard !digits.isEmpty else {
            throw QuantityError(
                message: "'\(text)' does not begin with a whole number; write it like '\(example)'")
        }
        guard !unit.isEmpty else {
            throw QuantityError(message: "'\(text)' has no unit; write it like '\(example)'")
        }
        if unit.hasPrefix(".") || unit.hasPrefix(",") {
            throw QuantityError(
                message: "'\(text)' is no whole number; use a smaller unit, like '\(example)'")
        }
        guard let number = Int64(digits) else {
            throw QuantityError(message: "'\(text)' is too large")
        }
        self.number = number
        self.unit = String(unit)
    }
}
