/// Bytes as base64 (RFC 4648) and back.
package enum Base64 {
    package enum Alphabet: Sendable {
        /// `+` and `/`, padded with `=`.
        case standard
        /// `-` and `_`, without padding.
        case urlSafe
    }

    package static func encode(_ bytes: [UInt8], alphabet: Alphabet = .standard) -> String {
        let letters = alphabet == .standard ? standardLetters : urlSafeLetters
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0...group.count {
                output.append(letters[Int(bits >> UInt32(18 - 6 * place) & 63)])
            }
            if alphabet == .standard {
                output.append(
                    contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - group.count))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Nil for a foreign letter, a wrong length, misplaced padding or bits that should be zero.
    ///
    /// The standard alphabet wants its padding; the URL-safe one takes it or leaves it.
    package static func decode(_ text: String, alphabet: Alphabet = .standard) -> [UInt8]? {
        var letters = Array(text.utf8)
        let total = letters.count
        while letters.last == UInt8(ascii: "="), total - letters.count < 2 { letters.removeLast() }
        let isPadded = letters.count != total
        guard letters.count % 4 != 1 else { return nil }
        if isPadded || alphabet == .standard {
            guard total.isMultiple(of: 4) else { return nil }
        }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for letter in letters {
            guard let value = value(of: letter, in: alphabet) else { return nil }
            bits = bits << 6 | value
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
                bits &= (1 << bitCount) - 1
            }
        }
        return bits == 0 ? bytes : nil
    }

    private static let standardLetters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafeLetters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func value(of letter: UInt8, in alphabet: Alphabet) -> UInt32? {
        switch (letter, alphabet) {
        case (UInt8(ascii: "A")...UInt8(ascii: "Z"), _): UInt32(letter - UInt8(ascii: "A"))
        case (UInt8(ascii: "a")...UInt8(ascii: "z"), _): UInt32(letter - UInt8(ascii: "a")) + 26
        case (UInt8(ascii: "0")...UInt8(ascii: "9"), _): UInt32(letter - UInt8(ascii: "0")) + 52
        case (UInt8(ascii: "+"), .standard), (UInt8(ascii: "-"), .urlSafe): 62
        case (UInt8(ascii: "/"), .standard), (UInt8(ascii: "_"), .urlSafe): 63
        default: nil
        }
    }
}
