extension JSONParser {
    /// Reads a number whose first byte, a digit or a minus sign, is at `position`.
    mutating func readNumber(_ input: Span<UInt8>) throws(JSONFault) -> JSON {
        let start = position
        var number = JSONNumberReading()
        if input[position] == UInt8(ascii: "-") {
            number.isNegative = true
            position += 1
        }
        if position < input.count, input[position] == UInt8(ascii: "0") {
            position += 1
            if position < input.count, isDigit(input[position]) {
                throw JSONFault(
                    reason: .syntax("a number has a zero before its first digit; remove the zero"),
                    offset: start)
            }
        } else if readDigits(input, into: &number) == 0 {
            throw unexpected(input, expected: "a digit after '-'")
        }
        if position < input.count, input[position] == UInt8(ascii: ".") {
            position += 1
            number.isInteger = false
            let count = readDigits(input, into: &number)
            if count == 0 { throw unexpected(input, expected: "a digit after '.'") }
            number.exponent = -count
        }
        if position < input.count, input[position] | 0x20 == UInt8(ascii: "e") {
            number.isInteger = false
            number.exponent += try readExponent(input)
        }
        if let value = number.exactValue { return value }
        return JSONNumberReading.slowValue(
            String(decoding: (start..<position).map { input[$0] }, as: UTF8.self),
            isInteger: number.isInteger)
    }

    /// Reads digits at `position`; answers how many there were.
    private mutating func readDigits(
        _ input: Span<UInt8>, into number: inout JSONNumberReading
    ) -> Int {
        let start = position
        while position < input.count, isDigit(input[position]) {
            number.take(digit: input[position] & 0xF)
            position += 1
        }
        return position - start
    }

    /// Reads what follows the `e` at `position`; beyond ±1,000,000 only its size matters.
    private mutating func readExponent(_ input: Span<UInt8>) throws(JSONFault) -> Int {
        position += 1
        var isNegative = false
        if position < input.count,
            input[position] == UInt8(ascii: "-") || input[position] == UInt8(ascii: "+")
        {
            isNegative = input[position] == UInt8(ascii: "-")
            position += 1
        }
        let start = position
        var exponent = 0
        while position < input.count, isDigit(input[position]) {
            if exponent < 1_000_000 { exponent = exponent * 10 + Int(input[position] & 0xF) }
            position += 1
        }
        if position == start { throw unexpected(input, expected: "a digit in the exponent") }
        return isNegative ? -exponent : exponent
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }
}

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

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    mutating func take(digit: UInt8) {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        if mantissa != 0 || digitCount != 0 { digitCount += 1 }
    }

    /// The value, where a few instructions give it exactly; nil asks for the slow way.
    var exactValue: JSON? {
        if isInteger {
            // Eighteen digits always fit. Minus zero is a double: no integer has it.
            guard digitCount <= 18, !(isNegative && mantissa == 0) else { return nil }
            return .integer(isNegative ? -Int64(mantissa) : Int64(mantissa))
        }
        // Fifteen digits survive the way to a double and back, and one multiplication or division
        // of numbers that are exact rounds correctly (Clinger, "How to read floating point numbers").
        guard digitCount <= 15, (-22...22).contains(exponent) else { return nil }
        let power = Self.powersOfTen[abs(exponent)]
        let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        return .double(isNegative ? -magnitude : magnitude)
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

extension JSON {
    /// The number that `text` spells, or nil when it is not exactly one JSON number.
    package static func number(from text: String) -> JSON? {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first)
        else { return nil }
        var parser = JSONParser(limits: JSONLimits())
        guard let number = try? parser.readNumber(bytes.span), parser.position == bytes.count
        else { return nil }
        return number
    }
}
