/// A step from a value to one inside it.
enum PathStep: Sendable {
    case key(String)
    case index(Int)
}

/// JSON Pointers (RFC 6901) as text.
enum JSONPointer {
    static func text(_ path: [PathStep]) -> String {
        path.reduce(into: "") { pointer, step in
            switch step {
            case .key(let key): pointer = appending(key, to: pointer)
            case .index(let index): pointer += "/\(index)"
            }
        }
    }

    static func appending(_ key: String, to pointer: String) -> String {
        var result = pointer + "/"
        for scalar in key.unicodeScalars {
            switch scalar {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The pointer in a reference such as `#/$defs/name`; nil for what names anything else.
    static func local(_ reference: String) -> String? {
        guard reference.utf8.first == UInt8(ascii: "#") else { return nil }
        var bytes: [UInt8] = []
        var rest = Array(reference.utf8.dropFirst())[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let code = UInt8(digits, radix: 16) else { return nil }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        guard bytes.isEmpty || bytes[0] == UInt8(ascii: "/") else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
