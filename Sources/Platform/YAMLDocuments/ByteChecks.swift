/// What is checked before libyaml sees a byte: encoding, size, and characters that would make the
/// file read differently from how it looks.
struct ByteChecks {
    private var line = 1
    private var column = 1
    private var followsReturn = false

    /// Returns the bytes without a UTF-8 byte order mark.
    static func check(_ bytes: [UInt8], limits: YAMLLimits) throws(YAMLError) -> ArraySlice<UInt8> {
        guard bytes.count <= limits.size else {
            throw YAMLError(
                location: SourceLocation(line: 1, column: 1),
                message: "the file has \(bytes.count) bytes; the most is \(limits.size)")
        }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            throw YAMLError(
                location: SourceLocation(line: 1, column: 1),
                message: "the file is UTF-16; save it as UTF-8")
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        var checks = ByteChecks()
        try checks.checkCharacters(text)
        return text
    }

    private mutating func checkCharacters(_ text: ArraySlice<UInt8>) throws(YAMLError) {
        var decoder = UTF8()
        var iterator = text.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput:
                if followsReturn { throw loneReturn }
                return
            case .error:
                throw YAMLError(
                    location: SourceLocation(line: line, column: column),
                    message: "the file is not UTF-8 here; save it as UTF-8")
            case .scalarValue(let scalar):
                if followsReturn, scalar != "\n" { throw loneReturn }
                followsReturn = scalar == "\r"
                try check(scalar)
                if scalar == "\n" {
                    line += 1
                    column = 1
                } else {
                    column += 1
                }
            }
        }
    }

    /// libyaml would count it as a line end; editors do not.
    private var loneReturn: YAMLError {
        YAMLError(
            location: SourceLocation(line: line, column: column - 1),
            message: "a carriage return stands here without a line feed; remove it")
    }

    private func check(_ scalar: Unicode.Scalar) throws(YAMLError) {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E: return
        case 0x85, 0x2028, 0x2029:
            // libyaml (YAML 1.1) would count these as line ends; YAML 1.2 and editors do not.
            throw unwanted(scalar, "a line separator that editors do not show as one")
        case 0xFEFF: throw unwanted(scalar, "a byte order mark inside the file")
        case 0x00...0x1F, 0x7F...0x9F, 0xFFFE, 0xFFFF: throw unwanted(scalar, "a control character")
        case 0x202A...0x202E, 0x2066...0x2069:
            // SECURITY: a file never reads differently from how it is shown (bidirectional overrides).
            throw unwanted(scalar, "a character that reorders the text around it")
        default: return
        }
    }

    private func unwanted(_ scalar: Unicode.Scalar, _ what: String) -> YAMLError {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return YAMLError(
            location: SourceLocation(line: line, column: column),
            message: "U+\(code) is \(what); "
                + "remove it or write it as \"\\u\(code)\" in double quotes")
    }
}
