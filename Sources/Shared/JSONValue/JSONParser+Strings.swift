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

    /// Reads the rest of a string that has an escape.
    ///
    /// Its end is sought first, so that the decoded bytes, which are never more than the written
    /// ones, go to room that is there.
    private mutating func readEscapedString(
        _ input: Span<UInt8>, start: Int, firstEscape: Int
    ) throws(JSONFault) -> String {
        var end = firstEscape
        while end < input.count, input[end] != UInt8(ascii: "\"") {
            end += input[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < input.count else { throw unclosedString(at: start - 1) }
        let decoded = try [UInt8](capacity: end - start) { out throws(JSONFault) in
            for place in start..<firstEscape { out.append(input[place]) }
            position = firstEscape
            while position < end {
                let byte = input[position]
                if byte == UInt8(ascii: "\\") {
                    try readEscape(input, into: &out)
                } else if byte < 0x20 {
                    throw controlCharacter(input, at: position)
                } else {
                    out.append(byte)
                    position += 1
                }
            }
        }
        position = end + 1
        if let text = try? UTF8Span(validating: decoded.span) { return String(copying: text) }
        // Escapes are ASCII and decode to whole characters: what is invalid now was so as written.
        return try text(input, start..<end)
    }

    /// Reads the escape whose backslash is at `position`.
    private mutating func readEscape(
        _ input: Span<UInt8>, into out: inout OutputSpan<UInt8>
    ) throws(JSONFault) {
        let start = position
        guard start + 1 < input.count else { throw unclosedString(at: start) }
        position += 2
        switch input[start + 1] {
        case UInt8(ascii: "\""): out.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): out.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): out.append(UInt8(ascii: "/"))
        case UInt8(ascii: "n"): out.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "t"): out.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "r"): out.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "u"):
            let scalar = try readUnicodeEscape(input, start: start)
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { out.append(byte) }
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
            case UInt8(ascii: "\n"):
                "a line break stands in a string; close the string or write \\n"
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
