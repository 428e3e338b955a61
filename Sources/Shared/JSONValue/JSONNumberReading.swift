/// What is known of a number once its bytes were read.
struct JSONNumberReading {
    var isNegative = false
    var isInteger = true
    /// The digits as an integer, while there are at most 19 of them.
    private var mantissa: UInt64 = 0
    /// Digits from the first that is not zero.
    private var digitCount = 0
    /// The power of ten that the mantissa is multiplied with.
    var exponent = 0

    mutating func take(digit: UInt8) {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        if mantissa != 0 || digitCount != 0 { digitCount += 1 }
    }

    /// The value, where a few instructions give it exactly; nil asks for `slowValue`.
    var quickValue: JSON? {
        if isInteger {
            // Eighteen digits always fit. Minus zero is a double: no integer has it.
            guard digitCount <= 18, !(isNegative && mantissa == 0) else { return nil }
            return .integer(isNegative ? -Int64(mantissa) : Int64(mantissa))
        }
        guard let magnitude = nearestDouble else { return nil }
        let number = isNegative ? -magnitude : magnitude
        // Fifteen digits survive the way to a double and back.
        if digitCount <= 15 { return .double(number) }
        return isSpelled(by: magnitude) ? .double(number) : nil
    }

    /// The value of a valid number's text: a machine type when it gives back the same digits.
    static func slowValue(_ text: String, isInteger: Bool) -> JSON {
        if isInteger {
            if text == "-0" { return .double(-0.0) }
            return Int64(text).map(JSON.integer) ?? .bigNumber(text)
        }
        guard let number = Double(text), number.isFinite,
            let written = JSONDecimal(text), written == JSONDecimal(number.description)
        else { return .bigNumber(text) }
        return .double(number)
    }
}

// MARK: - Decimal to binary

extension JSONNumberReading {
    private static let exactPowers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// The double nearest to mantissa × 10^exponent, ties to even; nil where that needs more bits.
    private var nearestDouble: Double? {
        if digitCount <= 15, (-22...22).contains(exponent) {
            // One operation on exact numbers rounds correctly (Clinger, PLDI 1990).
            let power = Self.exactPowers[abs(exponent)]
            return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        }
        guard digitCount <= 19, (-19...19).contains(exponent), mantissa != 0 else { return nil }
        let power = UInt64(Self.exactPowers[abs(exponent)])
        return exponent < 0 ? Self.quotient(mantissa, power) : Self.product(mantissa, power)
    }

    private static func product(_ left: UInt64, _ right: UInt64) -> Double {
        let (high, low) = left.multipliedFullWidth(by: right)
        guard high != 0 else { return Double(low) }
        let shift = high.leadingZeroBitCount
        // The 64 leading bits; the lowest also says whether anything is below them, which decides ties.
        let leading = high << shift | low >> (64 - shift) | (low << shift == 0 ? 0 : 1)
        return Double(leading) * powerOfTwo(64 - shift)
    }

    private static func quotient(_ dividend: UInt64, _ divisor: UInt64) -> Double {
        // Both are moved up to their highest bit, so that the quotient has 63 or 64 bits.
        let up = dividend.leadingZeroBitCount
        let divisorUp = divisor.leadingZeroBitCount
        let moved = dividend << up
        let (quotient, remainder) = (divisor << divisorUp).dividingFullWidth(
            (moved >> 1, moved << 63))
        return Double(quotient | (remainder == 0 ? 0 : 1)) * powerOfTwo(divisorUp - up - 63)
    }

    private static func powerOfTwo(_ exponent: Int) -> Double {
        Double(bitPattern: UInt64(1023 + exponent) << 52)
    }

    /// Whether the shortest spelling of `magnitude` has just these digits.
    private func isSpelled(by magnitude: Double) -> Bool {
        var spelling = JSONNumberReading()
        var bytes = magnitude.description.utf8.makeIterator()
        while let byte = bytes.next(), byte != UInt8(ascii: "e") {
            if byte != UInt8(ascii: ".") { spelling.take(digit: byte & 0xF) }
        }
        // The exponent follows from the rest: a nearest double cannot be off by a power of ten.
        return spelling.significantDigits == significantDigits
    }

    private var significantDigits: UInt64 {
        var digits = mantissa
        while digits != 0, digits % 10 == 0 { digits /= 10 }
        return digits
    }
}
