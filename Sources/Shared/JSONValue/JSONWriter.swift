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
    var output: [UInt8] = []

    mutating func write(_ value: JSON) {
        switch value {
        case .null: write(word: "null")
        case .bool(let flag): write(word: flag ? "true" : "false")
        case .integer(let number): write(number)
        case .double(let number): write(number)
        case .bigNumber(let text): writeNumber(text)
        case .string(let text): write(text)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    private mutating func write(_ elements: [JSON]) {
        output.append(UInt8(ascii: "["))
        for place in elements.indices {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            write(elements[place])
        }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ object: JSONObject) {
        output.append(UInt8(ascii: "{"))
        for place in object.members.indices {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            write(object.members[place].key)
            output.append(UInt8(ascii: ":"))
            write(object.members[place].value)
        }
        output.append(UInt8(ascii: "}"))
    }

    mutating func write(word: StaticString) {
        output.append(contentsOf: word.description.utf8)
    }
}

// MARK: - The form for people

extension JSONWriter {
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
}
