extension JSON {
    /// The compact form: no white space, members in order.
    ///
    /// A double is written with the fewest digits that give it back, and keeps a point or an
    /// exponent, so that `1.0` does not come back as the integer `1`. What JSON cannot say does not
    /// break the document: NaN and the infinities become `null`, as in ECMAScript, and a
    /// `bigNumber` whose text is no number becomes a string.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.output
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The form for people: two spaces a level, one line for an empty array or object.
    package var prettyText: String {
        var writer = JSONWriter()
        writer.writePretty(self, level: 0)
        return String(decoding: writer.output, as: UTF8.self)
    }
}

struct JSONWriter {
    private(set) var output: [UInt8] = []

    mutating func write(_ value: JSON) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(true): output.append(contentsOf: "true".utf8)
        case .bool(false): output.append(contentsOf: "false".utf8)
        case .integer(let number): write(number)
        case .double(let number): write(number)
        case .bigNumber(let text): writeNumber(text)
        case .string(let text): write(text)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            var isFirst = true
            for element in elements {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                write(element)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, member) in object.members {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                write(key)
                output.append(UInt8(ascii: ":"))
                write(member)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    mutating func writePretty(_ value: JSON, level: Int) {
        switch value {
        case .array(let elements) where !elements.isEmpty:
            output.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                beginLine(level: level + 1, isFirst: place == 0)
                writePretty(element, level: level + 1)
            }
            endBlock(UInt8(ascii: "]"), level: level)
        case .object(let object) where !object.isEmpty:
            output.append(UInt8(ascii: "{"))
            for (place, member) in object.members.enumerated() {
                beginLine(level: level + 1, isFirst: place == 0)
                write(member.key)
                output.append(contentsOf: ": ".utf8)
                writePretty(member.value, level: level + 1)
            }
            endBlock(UInt8(ascii: "}"), level: level)
        default: write(value)
        }
    }

    private mutating func beginLine(level: Int, isFirst: Bool) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
    }

    private mutating func endBlock(_ bracket: UInt8, level: Int) {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
        output.append(bracket)
    }

    private mutating func write(_ number: Int64) {
        output.append(contentsOf: number.description.utf8)
    }

    private mutating func write(_ number: Double) {
        output.append(contentsOf: number.isFinite ? number.description.utf8 : "null".utf8)
    }

    private mutating func writeNumber(_ text: String) {
        if JSON.number(from: text) != nil {
            output.append(contentsOf: text.utf8)
        } else {
            write(text)
        }
    }

    private mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: needsEscape) {
            for byte in text.utf8 { writeEscaping(byte) }
        } else {
            output.append(contentsOf: text.utf8)
        }
        output.append(UInt8(ascii: "\""))
    }

    private func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func writeEscaping(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): output.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
        case UInt8(ascii: "\n"): output.append(contentsOf: "\\n".utf8)
        case UInt8(ascii: "\r"): output.append(contentsOf: "\\r".utf8)
        case UInt8(ascii: "\t"): output.append(contentsOf: "\\t".utf8)
        case 0x08: output.append(contentsOf: "\\b".utf8)
        case 0x0C: output.append(contentsOf: "\\f".utf8)
        case 0..<0x20:
            output.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
            output.append(contentsOf: String(byte, radix: 16).utf8)
        default: output.append(byte)
        }
    }
}
