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
        if let value = number.quickValue { return value }
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
