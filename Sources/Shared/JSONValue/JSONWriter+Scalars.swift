extension JSONWriter {
    mutating func write(_ number: Int64) {
        let magnitude = number.magnitude
        var digits = 1
        var bound: UInt64 = 10
        while digits < 19, magnitude >= bound {
            digits += 1
            bound *= 10
        }
        let length = digits + (number < 0 ? 1 : 0)
        output.append(addingCapacity: length) { out in
            out.append(repeating: UInt8(ascii: "-"), count: length)
            var written = out.mutableSpan
            var rest = magnitude
            for place in stride(from: length - 1, through: length - digits, by: -1) {
                written[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
        }
    }

    mutating func write(_ number: Double) {
        guard number.isFinite else { return write(word: "null") }
        output.append(contentsOf: number.description.utf8)
    }

    mutating func writeNumber(_ text: String) {
        if JSON.number(from: text) != nil {
            output.append(contentsOf: text.utf8)
        } else {
            write(text)
        }
    }

    /// Writes a string with its quotes.
    mutating func write(_ text: String) {
        let source = text.utf8Span.span
        let length = source.count
        // Counted without a branch, so that the loop works on many bytes at once.
        var escapes = 0
        for place in 0..<length { escapes &+= needsEscape(source[place]) ? 1 : 0 }
        if escapes == 0 {
            output.append(addingCapacity: length + 2) { out in
                // Filled with quotes, then written over: a loop that the compiler makes one copy.
                out.append(repeating: UInt8(ascii: "\""), count: length + 2)
                var all = out.mutableSpan
                for place in 0..<length { all[place + 1] = source[place] }
            }
        } else {
            // An escape takes at most six bytes where there was one.
            output.append(addingCapacity: length + 5 * escapes + 2) { out in
                out.append(UInt8(ascii: "\""))
                for place in 0..<length {
                    let byte = source[place]
                    if needsEscape(byte) {
                        writeEscape(of: byte, to: &out)
                    } else {
                        out.append(byte)
                    }
                }
                out.append(UInt8(ascii: "\""))
            }
        }
    }
}

@inline(__always)
private func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

private func writeEscape(of byte: UInt8, to out: inout OutputSpan<UInt8>) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\n"): out.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): out.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): out.append(UInt8(ascii: "t"))
    case 0x08: out.append(UInt8(ascii: "b"))
    case 0x0C: out.append(UInt8(ascii: "f"))
    case 0..<0x20:
        out.append(UInt8(ascii: "u"))
        out.append(repeating: UInt8(ascii: "0"), count: 2)
        out.append(hexadecimalDigit(byte >> 4))
        out.append(hexadecimalDigit(byte & 0xF))
    default: out.append(byte)
    }
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
