@testable import JSONValue

/// Makes documents of every shape, and spells each in one of the many ways that JSON allows.
struct DocumentGenerator {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func value(depth: Int = 5) -> JSON {
        switch Int.random(in: 0..<(depth == 0 ? 6 : 9), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64(truncatingIfNeeded: random.next() >> random.next() % 64))
        case 3: return .double(Double(Int.random(in: -99_999...99_999, using: &random)) / 64)
        case 4: return .double(Double.random(in: -1e10...1e10, using: &random))
        case 5: return .string(text())
        case 6:
            let count = Int.random(in: 0...4, using: &random)
            return .array((0..<count).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...16, using: &random) where Bool.random(using: &random) {
                object[text()] = value(depth: depth - 1)
            }
            return .object(object)
        }
    }

    /// Text of characters that take one to four bytes and of those that need an escape.
    mutating func text() -> String {
        let characters = Array("aZ09 \"\\/\n\t\u{1}\u{7F}ßé€漢\u{FFFD}😀🏳".unicodeScalars)
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            if let character = characters.randomElement(using: &random) {
                text.unicodeScalars.append(character)
            }
        }
        return text
    }

    mutating func spelling(of value: JSON) -> String {
        switch value {
        case .array(let elements):
            var parts: [String] = []
            for element in elements { parts.append(spaced(spelling(of: element))) }
            return "[" + spaced(parts.joined(separator: ",")) + "]"
        case .object(let object):
            var parts: [String] = []
            for (key, member) in object {
                parts.append(spaced(spelling(ofText: key)) + ":" + spaced(spelling(of: member)))
            }
            return "{" + spaced(parts.joined(separator: ",")) + "}"
        case .string(let text): return spelling(ofText: text)
        default: return value.text
        }
    }

    private mutating func spaced(_ text: String) -> String {
        let spaces = ["", "", "", " ", "\n", "\t", "\r\n  "]
        let before = spaces.randomElement(using: &random) ?? ""
        return before + text + (spaces.randomElement(using: &random) ?? "")
    }

    /// The text in quotes, with some characters escaped that need not be.
    private mutating func spelling(ofText text: String) -> String {
        var result = "\""
        for character in text.unicodeScalars {
            if Int.random(in: 0..<4, using: &random) == 0 {
                for unit in String(character).utf16 {
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                let written = JSON.string(String(character)).text
                result += written.dropFirst().dropLast()
            }
        }
        return result + "\""
    }

    /// The same bytes with a few of them changed, dropped, doubled or moved.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let telling =
            Array("[]{},:\"\\u0-+.eE \n'tfn/".utf8) + [0, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
        for _ in 0...Int.random(in: 0...2, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(telling.randomElement(using: &random) ?? 0, at: place)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2 where place < bytes.count:
                bytes[place] = telling.randomElement(using: &random) ?? 0
            case 3 where place < bytes.count:
                bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            default:
                let end = min(bytes.count, place + Int.random(in: 0...8, using: &random))
                let target = Int.random(in: 0...bytes.count, using: &random)
                bytes.insert(contentsOf: bytes[place..<end], at: target)
            }
        }
        return bytes
    }
}
