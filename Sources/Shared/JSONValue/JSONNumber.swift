/// A JSON number in the one form that equal numbers share.
enum JSONNumber: Hashable {
    /// Every whole number up to 2^53 either way.
    case whole(Int64)
    /// A double with a fraction, or what is no number at all.
    case fraction(UInt64)
    /// Everything else, by its decimal digits.
    case decimal(JSONDecimal)
    /// A spelling whose exponent is beyond reckoning, or that is no number.
    case text(String)

    private static let exactRange = -(Int64(1) << 53)...(Int64(1) << 53)

    /// Nil for a value that is no number.
    init?(_ value: JSON) {
        switch value {
        case .integer(let number): self.init(number)
        case .double(let number): self.init(number)
        case .bigNumber(let text): self.init(text: text)
        default: return nil
        }
    }

    private init(_ number: Int64) {
        if Self.exactRange.contains(number) {
            self = .whole(number)
        } else {
            self.init(decimalText: String(number))
        }
    }

    private init(_ number: Double) {
        if let whole = Self.exactInteger(number) {
            self = .whole(whole)
        } else if number.isFinite, number.magnitude > 0x1p53 {
            self.init(decimalText: number.description)
        } else {
            self = .fraction(number.bitPattern)
        }
    }

    private init(text: String) {
        switch JSON.number(from: text) {
        case .integer(let number): self.init(number)
        case .double(let number): self.init(number)
        default: self.init(decimalText: text)
        }
    }

    private init(decimalText text: String) {
        if let decimal = JSONDecimal(text) {
            self = .decimal(decimal)
        } else {
            self = .text(text)
        }
    }

    /// The integer that a double stands for; nil with a fraction and beyond 2^53.
    static func exactInteger(_ number: Double) -> Int64? {
        guard number.magnitude <= 0x1p53 else { return nil }
        let whole = Int64(number)
        return Double(whole) == number ? whole : nil
    }
}

/// A decimal number without zeros at either end: 0.d₁d₂d₃… × 10^exponent.
struct JSONDecimal: Hashable {
    let isNegative: Bool
    /// ASCII digits, the first and the last not zero; none for zero.
    let digits: [UInt8]
    let exponent: Int

    /// Exponents of more digits than this are not reckoned with.
    private static let exponentDigits = 15

    /// Nil when `text` is no JSON number or has an exponent of more than 15 digits.
    init?(_ text: String) {
        var digits: [UInt8] = []
        var exponent = 0
        var sawPoint = false
        var bytes = Array(text.utf8)[...]
        let hasMinus = bytes.first == UInt8(ascii: "-")
        if hasMinus { bytes.removeFirst() }
        while let byte = bytes.first, byte | 0x20 != UInt8(ascii: "e") {
            bytes.removeFirst()
            if byte == UInt8(ascii: ".") {
                sawPoint = true
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            if digits.isEmpty, byte == UInt8(ascii: "0") {
                if sawPoint { exponent -= 1 }
                continue
            }
            digits.append(byte)
            if !sawPoint { exponent += 1 }
        }
        if !bytes.isEmpty {
            bytes.removeFirst()
            guard bytes.count <= Self.exponentDigits + 1,
                let shift = Int(String(decoding: bytes, as: UTF8.self))
            else { return nil }
            exponent += shift
        }
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        isNegative = hasMinus && !digits.isEmpty
        self.digits = digits
        self.exponent = digits.isEmpty ? 0 : exponent
    }
}
