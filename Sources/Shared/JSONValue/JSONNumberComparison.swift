extension JSON {
    /// Whether this number is less than `other`, by what their decimal spellings mean.
    ///
    /// Nil when either is no number, or when an exponent has more than 15 digits.
    package func isLess(than other: JSON) -> Bool? {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): return left < right
        case (.double(let left), .double(let right)): return left < right
        default:
            guard let left = decimal, let right = other.decimal else { return nil }
            return left < right
        }
    }

    /// Whether this is a number without a fraction: `3`, `3.0`, `1e400`.
    package var isWholeNumber: Bool {
        switch self {
        case .integer: true
        default: decimal?.isWhole ?? false
        }
    }

    /// Whether this number is `divisor` taken a whole number of times, reckoned in decimal.
    ///
    /// So 0.3 is a multiple of 0.1. False when either is no number, or when they lie so far apart
    /// that the reckoning would take more than 4,000 digits.
    package func isMultiple(of divisor: JSON) -> Bool {
        if case .integer(let number) = self, case .integer(let step) = divisor {
            return step != 0 && (step == -1 || number % step == 0)
        }
        guard let number = decimal, let step = divisor.decimal else { return false }
        return number.isMultiple(of: step)
    }

    private var decimal: JSONDecimal? {
        switch self {
        case .integer(let number): JSONDecimal(number.description)
        case .double(let number): number.isFinite ? JSONDecimal(number.description) : nil
        case .bigNumber(let text): JSONDecimal(text)
        default: nil
        }
    }
}

extension JSONDecimal: Comparable {
    static func < (left: JSONDecimal, right: JSONDecimal) -> Bool {
        if left.sign != right.sign { return left.sign < right.sign }
        if left.sign == 0 { return false }
        let isSmaller =
            left.exponent == right.exponent
            ? left.digits.lexicographicallyPrecedes(right.digits) : left.exponent < right.exponent
        return left.sign > 0 ? isSmaller : left != right && !isSmaller
    }

    private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

    var isWhole: Bool { digits.isEmpty || exponent >= digits.count }

    func isMultiple(of step: JSONDecimal) -> Bool {
        guard !step.digits.isEmpty else { return false }
        if digits.isEmpty { return true }
        // Both as whole numbers of the smaller last place: long division, digit by digit.
        let lastPlace = min(exponent - digits.count, step.exponent - step.digits.count)
        let zeros = exponent - digits.count - lastPlace
        let stepZeros = step.exponent - step.digits.count - lastPlace
        guard digits.count + zeros <= 4_000, step.digits.count + stepZeros <= 18 else {
            return false
        }
        var divisor: UInt64 = 0
        for digit in step.digits { divisor = divisor * 10 + UInt64(digit & 0xF) }
        for _ in 0..<stepZeros { divisor *= 10 }
        var remainder: UInt64 = 0
        for digit in digits { remainder = (remainder * 10 + UInt64(digit & 0xF)) % divisor }
        for _ in 0..<zeros { remainder = remainder * 10 % divisor }
        return remainder == 0
    }
}
