extension YAMLScalar {
    /// The type that the YAML 1.2 core schema gives a scalar.
    ///
    /// Quoted and block scalars are strings. An integer that 64 bits do not hold is a double here:
    /// whoever needs all its digits takes them from the text.
    package static func core(_ text: String, isQuoted: Bool) -> YAMLScalar {
        if isQuoted { return .string(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".nan", ".NaN", ".NAN": return .double(.nan)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
        case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
        default: return coreNumber(text) ?? .string(text)
        }
    }

    private static func coreNumber(_ text: String) -> YAMLScalar? {
        let bytes = Array(text.utf8)
        if text.hasPrefix("0o") { return radixNumber(text.dropFirst(2), radix: 8) }
        if text.hasPrefix("0x") { return radixNumber(text.dropFirst(2), radix: 16) }
        var shape = NumberShape(bytes)
        guard shape.isNumber() else { return nil }
        if shape.isInteger, let integer = Int64(text) { return .integer(integer) }
        return Double(text).map { .double($0) }
    }

    private static func radixNumber(_ digits: Substring, radix: Int) -> YAMLScalar? {
        guard let first = digits.first, first != "-", first != "+" else { return nil }
        return Int64(digits, radix: radix).map { .integer($0) }
    }
}

/// Recognises `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
private struct NumberShape {
    private let bytes: [UInt8]
    private var index = 0
    private(set) var isInteger = true

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func isNumber() -> Bool {
        skipSign()
        let whole = skipDigits()
        if peek() == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            guard skipDigits() > 0 || whole > 0 else { return false }
        } else if whole == 0 {
            return false
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            isInteger = false
            index += 1
            skipSign()
            guard skipDigits() > 0 else { return false }
        }
        return index == bytes.count
    }

    private func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSign() {
        if peek() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+") { index += 1 }
    }

    private mutating func skipDigits() -> Int {
        let start = index
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            index += 1
        }
        return index - start
    }
}

extension YAMLNode {
    /// The core type of a scalar, nil for a sequence or a mapping.
    package var scalar: YAMLScalar? {
        guard case .scalar(let text, let isQuoted) = content else { return nil }
        return YAMLScalar.core(text, isQuoted: isQuoted)
    }

    /// The text of a scalar whatever its type, nil for a sequence or a mapping.
    package var scalarText: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// The text of a scalar whose type is string; nil for `12`, `true`, `null` and collections.
    package var stringValue: String? {
        guard case .string(let text)? = scalar else { return nil }
        return text
    }

    package var members: [YAMLMember]? {
        guard case .mapping(let members) = content else { return nil }
        return members
    }

    package var elements: [YAMLNode]? {
        guard case .sequence(let elements) = content else { return nil }
        return elements
    }

    /// The value of `key`, nil when this is no mapping or has no such key.
    package subscript(key: String) -> YAMLNode? {
        members?.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// What this is, in words for messages: `a string`, `a mapping`, `nothing`.
    package var kind: String {
        switch content {
        case .mapping: return "a mapping"
        case .sequence: return "a list"
        case .scalar(let text, let isQuoted):
            switch YAMLScalar.core(text, isQuoted: isQuoted) {
            case .null: return "nothing"
            case .bool: return "a boolean"
            case .integer: return "an integer"
            case .double: return "a number"
            case .string: return "a string"
            }
        }
    }
}
