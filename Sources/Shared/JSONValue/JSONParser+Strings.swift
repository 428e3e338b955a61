extension JSONParser {
    /// Reads a string whose opening quote is at `position`.
    mutating func readString(_ input: Span<UInt8>) throws(JSONFault) -> String {
        let start = position + 1
        var end = start
        while end < input.count {
            let byte = input[end]
            if byte == UInt8(ascii: "\"") {
                position = end + 1
                return try text(input, start..<end)
            }
            if byte == UInt8(ascii: "\\") {
                return try readEscapedString(input, start: start, firstEscape: end)
            }
            if byte < 0x20 { throw controlCharacter(input, at: end) }
            end += 1
        }
        throw unclosedString(at: start - 1)
    }

    /// Reads the rest of a string that has an escape: pieces between escapes are copied whole.
    private mutating func readEscapedString(
        _ input: Span<UInt8>, start: Int, firstEscape: Int
    ) throws(JSONFault) -> String {
        var result = try text(input, start..<firstEscape)
        position = firstEscape
        var pieceStart = firstEscape
        while position < input.count {
            switch input[position] {
            case UInt8(ascii: "\""):
                result += try text(input, pieceStart..<position)
                position += 1
                return result
            case UInt8(ascii: "\\"):
                result += try text(input, pieceStart..<position)
                result.unicodeScalars.append(try readEscape(input))
                pieceStart = position
            case 0..<0x20: throw controlCharacter(input, at: position)
            default: position += 1
            }
        }
        throw unclosedString(at: start - 1)
    }

    /// Reads the escape whose backslash is at `position`.
    private mutating func readEscape(_ input: Span<UInt8>) throws(JSONFault) -> Unicode.Scalar {
        let start = position
        guard start + 1 < input.count else { throw unclosedString(at: start) }
        position += 2
        switch input[start + 1] {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "u"): return try readUnicodeEscape(input, start: start)
        default:
            position = start + 1
            throw JSONFault(
                reason: .syntax(
                    "expected one of \" \\ / b f n r t u after a backslash, found \(found(input))"),
                offset: start)
        }
    }

    private mutating func readUnicodeEscape(
        _ input: Span<UInt8>, start: Int
    ) throws(JSONFault) -> Unicode.Scalar {
        let first = try readHexadecimal(input, escape: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        let isPair =
            first < 0xDC00 && position + 1 < input.count
            && input[position] == UInt8(ascii: "\\") && input[position + 1] == UInt8(ascii: "u")
        if isPair {
            position += 2
            let second = try readHexadecimal(input, escape: position - 2)
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(
                    0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
            {
                return scalar
            }
        }
        let code = String(first, radix: 16, uppercase: true)
        throw JSONFault(
            reason: .syntax(
                "the escape \\u\(code) is half of a surrogate pair and stands for no character"),
            offset: start)
    }

    /// Reads four hexadecimal digits at `position`.
    private mutating func readHexadecimal(
        _ input: Span<UInt8>, escape: Int
    ) throws(JSONFault) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8? =
                position < input.count ? hexadecimalValue(of: input[position]) : nil
            guard let digit else {
                throw JSONFault(
                    reason: .syntax(
                        "expected four hexadecimal digits after \\u, found \(found(input))"),
                    offset: escape)
            }
            code = code << 4 | UInt16(digit)
            position += 1
        }
        return code
    }

    private func hexadecimalValue(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The bytes of a range as text, checked to be UTF-8.
    private func text(_ input: Span<UInt8>, _ range: Range<Int>) throws(JSONFault) -> String {
        do {
            return String(copying: try UTF8Span(validating: input.extracting(range)))
        } catch {
            throw JSONFault(
                reason: .invalidUTF8, offset: range.lowerBound + error.byteOffsets.lowerBound)
        }
    }

    private func controlCharacter(_ input: Span<UInt8>, at offset: Int) -> JSONFault {
        let code = String(input[offset], radix: 16, uppercase: true)
        let escape = "\\u" + String(repeating: "0", count: 4 - code.count) + code
        let spelling =
            switch input[offset] {
            case UInt8(ascii: "\n"): "a line break stands in a string; write it as \\n"
            case UInt8(ascii: "\t"): "a tab stands in a string; write it as \\t"
            default: "a control character stands in a string; write it as \(escape)"
            }
        return JSONFault(reason: .syntax(spelling), offset: offset)
    }

    private func unclosedString(at offset: Int) -> JSONFault {
        JSONFault(
            reason: .syntax("the string that begins here has no closing quote"), offset: offset)
    }
}
