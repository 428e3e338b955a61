internal import Cryptography
internal import JSONValue

/// The spellings in which a value may turn up.
enum SecretForms {
    static func all(of value: [UInt8]) -> Set<[UInt8]> {
        guard value.count >= Redactor.shortestValue else { return [] }
        var forms: Set<[UInt8]> = [value]
        guard value.count >= Redactor.shortestEncoded else { return forms }
        for alphabet in [Base64.Alphabet.standard, .urlSafe] {
            for shift in 0..<3 { forms.insert(base64(of: value, shift: shift, alphabet)) }
        }
        for digits in [Array("0123456789ABCDEF".utf8), Array("0123456789abcdef".utf8)] {
            forms.insert(percentEncoded(value, keeping: "-._~", digits))
            forms.insert(percentEncoded(value, keeping: "-._~!$&'()*+,;=:@/?", digits))
            let form = percentEncoded(value, keeping: "-._* ", digits)
            forms.insert(form.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 })
        }
        forms.formUnion(jsonEscaped(value))
        for line in value.split(separator: UInt8(ascii: "\n"))
        where line.count >= 16 && line.count < value.count {
            forms.insert(Array(line))
        }
        return forms
    }

    /// The letters that depend on the value alone when `shift` bytes stand before it.
    private static func base64(
        of value: [UInt8], shift: Int, _ alphabet: Base64.Alphabet
    ) -> [UInt8] {
        let padded = [UInt8](repeating: 0, count: shift) + value
        let letters = Array(Base64.encode(padded, alphabet: alphabet).utf8)
        let whole = padded.count * 8 / 6
        return Array(letters[(shift * 8 + 5) / 6..<whole])
    }

    private static func percentEncoded(
        _ value: [UInt8], keeping kept: String, _ digits: [UInt8]
    ) -> [UInt8] {
        let keptBytes = Set(kept.utf8)
        return value.flatMap { byte -> [UInt8] in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            if isPlain || keptBytes.contains(byte) { return [byte] }
            return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private static func jsonEscaped(_ value: [UInt8]) -> [[UInt8]] {
        let text = String(decoding: value, as: UTF8.self)
        let plain = Array(JSON.string(text).bytes.dropFirst().dropLast())
        var slashed: [UInt8] = []
        for byte in plain {
            if byte == UInt8(ascii: "/") { slashed.append(UInt8(ascii: "\\")) }
            slashed.append(byte)
        }
        return [
            plain, slashed, asciiEscaped(plain, isUpper: false), asciiEscaped(plain, isUpper: true),
        ]
    }

    /// As writers spell it that keep to ASCII: `\u00e9`, surrogate pairs above U+FFFF.
    private static func asciiEscaped(_ escaped: [UInt8], isUpper: Bool) -> [UInt8] {
        var output: [UInt8] = []
        for scalar in String(decoding: escaped, as: UTF8.self).unicodeScalars {
            if scalar.isASCII {
                output.append(UInt8(scalar.value))
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16, uppercase: isUpper)
                output +=
                    Array("\\u".utf8)
                    + Array(repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
                output += Array(digits.utf8)
            }
        }
        return output
    }
}
