// What the parser says when it stops.
extension JSONParser {
    func unexpected(_ input: Span<UInt8>, expected: String) -> JSONFault {
        JSONFault(
            reason: .syntax("expected \(expected), found \(found(input))"), offset: position)
    }

    /// The byte or character at `position` in words.
    func found(_ input: Span<UInt8>) -> String {
        guard position < input.count else { return "the end of the document" }
        let byte = input[position]
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return "the end of the line"
        case UInt8(ascii: "'"): return "a single quote; JSON quotes with \""
        case UInt8(ascii: "/"), UInt8(ascii: "#"):
            return "'\(Unicode.Scalar(byte))'; JSON has no comments"
        case 0..<0x20, 0x7F: return "the control character 0x\(String(byte, radix: 16))"
        case 0x80...: return foundCharacter(input)
        case _ where isLetter(byte): return foundWord(input)
        default: return "'\(Unicode.Scalar(byte))'"
        }
    }

    /// A word such as `True`, `NaN` or `undefined`, which people write where JSON has none.
    private func foundWord(_ input: Span<UInt8>) -> String {
        var word = ""
        var place = position
        while place < input.count, isLetter(input[place]), word.utf8.count < 20 {
            word.unicodeScalars.append(Unicode.Scalar(input[place]))
            place += 1
        }
        let hint =
            switch word {
            case "True", "TRUE": "; JSON writes true"
            case "False", "FALSE": "; JSON writes false"
            case "None", "Null", "NULL", "undefined", "nil": "; JSON writes null"
            case "NaN", "Infinity": "; JSON has no such number"
            default: ""
            }
        return "'\(word)'\(hint)"
    }

    private func foundCharacter(_ input: Span<UInt8>) -> String {
        let end = min(position + 4, input.count)
        let bytes = (position..<end).map { input[$0] }
        guard let first = String(decoding: bytes, as: UTF8.self).unicodeScalars.first,
            first != "\u{FFFD}"
        else { return "the byte 0x\(String(input[position], radix: 16)), which is not UTF-8" }
        return "'\(first)'"
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
