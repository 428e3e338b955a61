extension JSON {
    /// Reads one document; anything but white space around it is an error.
    package static func parse(
        _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
    ) throws(JSONParseError) -> JSON {
        try parse(bytes.span, limits: limits)
    }

    package static func parse(
        _ text: String, limits: JSONLimits = JSONLimits()
    ) throws(JSONParseError) -> JSON {
        try parse(Array(text.utf8).span, limits: limits)
    }

    package static func parse(
        _ input: Span<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(JSONParseError) -> JSON {
        var parser = JSONParser(limits: limits)
        do {
            return try parser.readDocument(input)
        } catch {
            throw error.placed(in: input)
        }
    }
}

/// A fault by its offset; line and column are counted only once it is reported.
struct JSONFault: Error {
    let reason: JSONParseError.Reason
    let offset: Int

    func placed(in input: Span<UInt8>) -> JSONParseError {
        var line = 1
        var lineStart = 0
        for place in 0..<min(offset, input.count) where input[place] == UInt8(ascii: "\n") {
            line += 1
            lineStart = place + 1
        }
        return JSONParseError(
            reason: reason, offset: offset, line: line, column: offset - lineStart + 1)
    }
}

/// Reads a document by descent, one call per level; strings and numbers are in files of their own.
struct JSONParser {
    private let sizeLimit: Int
    private let depthLimit: Int
    /// The next byte to read.
    var position = 0
    /// By depth, how much room the last array or object there turned out to need.
    ///
    /// Values that stand side by side mostly have the same shape.
    private var room: [Int] = []

    /// Room is never made ahead for more than this, so that small values after a large one stay small.
    private static let mostRoom = 32

    init(limits: JSONLimits) {
        sizeLimit = limits.size
        depthLimit = min(limits.depth, JSONLimits.deepest)
    }

    mutating func readDocument(_ input: Span<UInt8>) throws(JSONFault) -> JSON {
        guard input.count <= sizeLimit else {
            throw JSONFault(reason: .tooLarge(limit: sizeLimit), offset: 0)
        }
        if input.count >= 3, input[0] == 0xEF, input[1] == 0xBB, input[2] == 0xBF {
            throw JSONFault(
                reason: .syntax("the document begins with a byte order mark; save it without one"),
                offset: 0)
        }
        skipSpace(input)
        let value = try readValue(input, depth: 0)
        skipSpace(input)
        guard position == input.count else {
            throw unexpected(input, expected: "the end after the document's one value")
        }
        return value
    }

    mutating func readValue(_ input: Span<UInt8>, depth: Int) throws(JSONFault) -> JSON {
        guard position < input.count else { throw unexpected(input, expected: "a value") }
        switch input[position] {
        case UInt8(ascii: "\""): return .string(try readString(input))
        case UInt8(ascii: "{"): return .object(try readObject(input, depth: depth + 1))
        case UInt8(ascii: "["): return .array(try readArray(input, depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber(input)
        case UInt8(ascii: "t"): return try readWord("true", .bool(true), input)
        case UInt8(ascii: "f"): return try readWord("false", .bool(false), input)
        case UInt8(ascii: "n"): return try readWord("null", .null, input)
        default: throw unexpected(input, expected: "a value")
        }
    }

    private mutating func readArray(
        _ input: Span<UInt8>, depth: Int
    ) throws(JSONFault) -> [JSON] {
        try enter(depth)
        skipSpace(input)
        if take(UInt8(ascii: "]"), input) { return [] }
        var elements: [JSON] = []
        elements.reserveCapacity(room[depth])
        while true {
            elements.append(try readValue(input, depth: depth))
            skipSpace(input)
            if take(UInt8(ascii: ","), input) {
                skipSpace(input)
                if position < input.count, input[position] == UInt8(ascii: "]") {
                    throw unexpected(input, expected: "a value after ','")
                }
            } else if take(UInt8(ascii: "]"), input) {
                room[depth] = min(elements.count, Self.mostRoom)
                return elements
            } else {
                throw unexpected(input, expected: "',' or ']' after an element")
            }
        }
    }

    private mutating func readObject(
        _ input: Span<UInt8>, depth: Int
    ) throws(JSONFault) -> JSONObject {
        try enter(depth)
        skipSpace(input)
        if take(UInt8(ascii: "}"), input) { return JSONObject() }
        var object = JSONObject(capacity: room[depth])
        var seen = KeyFilter()
        while true {
            let keyStart = position
            guard position < input.count, input[position] == UInt8(ascii: "\"") else {
                throw unexpected(
                    input, expected: object.isEmpty ? "a key or '}'" : "a key after ','")
            }
            let key = try readString(input)
            let isNew = seen.isCertainlyNew(key, input, written: keyStart + 1..<position - 1)
            skipSpace(input)
            guard take(UInt8(ascii: ":"), input) else {
                throw unexpected(input, expected: "':' after a key")
            }
            skipSpace(input)
            let value = try readValue(input, depth: depth)
            if isNew {
                object.append(key, value)
            } else if !object.appendNew(key, value) {
                throw JSONFault(reason: .duplicateKey(key), offset: keyStart)
            }
            skipSpace(input)
            if take(UInt8(ascii: ","), input) {
                skipSpace(input)
            } else if take(UInt8(ascii: "}"), input) {
                room[depth] = min(object.count, Self.mostRoom)
                return object
            } else {
                throw unexpected(input, expected: "',' or '}' after a member")
            }
        }
    }

    /// Steps over the opening bracket that `position` is at.
    private mutating func enter(_ depth: Int) throws(JSONFault) {
        guard depth <= depthLimit else {
            throw JSONFault(reason: .tooDeep(limit: depthLimit), offset: position)
        }
        while room.count <= depth { room.append(4) }
        position += 1
    }

    private mutating func readWord(
        _ word: StaticString, _ value: JSON, _ input: Span<UInt8>
    ) throws(JSONFault) -> JSON {
        let text = word.description
        let start = position
        for byte in text.utf8 {
            guard position < input.count, input[position] == byte else {
                position = start
                throw unexpected(input, expected: "a value")
            }
            position += 1
        }
        return value
    }

    private mutating func take(_ byte: UInt8, _ input: Span<UInt8>) -> Bool {
        guard position < input.count, input[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace(_ input: Span<UInt8>) {
        while position < input.count {
            switch input[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                position += 1
            default: return
            }
        }
    }
}

/// Says of most keys that are new in their object that they are, without comparing them.
private struct KeyFilter {
    private var seen: UInt64 = 0

    /// `written` is where the key stands in the input, without its quotes.
    mutating func isCertainlyNew(
        _ key: String, _ input: Span<UInt8>, written: Range<Int>
    ) -> Bool {
        guard let first = written.first, key.utf8.count == written.count else {
            // Empty, or with escapes, so that it may equal a key that is written in another way.
            seen = .max
            return false
        }
        let ends = Int(input[first]) &* 5 &+ Int(input[written.upperBound - 1]) &* 11
        let bit: UInt64 = 1 << UInt64((ends &+ written.count &* 17) & 63)
        defer { seen |= bit }
        return seen & bit == 0
    }
}
