/// What must not reach a person's terminal as it is.
enum Terminal {
    /// `text` with control characters written visibly.
    ///
    // SECURITY: what a script printed cannot move the cursor, change colours or retitle the window.
    static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                safe.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            } else {
                safe.append(scalar)
            }
        }
        return String(safe)
    }

    /// Several lines of text: all control characters but the ends of lines are written visibly.
    static func harmlessLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { harmless(String($0)) }.joined(separator: "\n")
    }

    /// The same document with what JSON lets stand in a string, and a terminal or a reader of lines
    /// takes for more than text, written as `\u009b`.
    static func harmlessJSON(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2 }),
            text.unicodeScalars.contains(where: isSpecialInJSON)
        else { return text }
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isSpecialInJSON(scalar) {
                let digits = String(scalar.value, radix: 16)
                let zeros = String(repeating: "0", count: 4 - digits.count)
                safe.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
            } else {
                safe.append(scalar)
            }
        }
        return String(safe)
    }

    /// Only characters inside strings: what stands between values is never one of these.
    private static func isSpecialInJSON(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x7F
            && (isControl(scalar) || scalar.value == 0x2028 || scalar.value == 0x2029)
    }

    /// `text` with long hexadecimal names, such as those of commits, cut to ten digits.
    static func shortened(_ text: String) -> String {
        var shown = ""
        var run = ""
        func flush() {
            shown += run.count >= 20 ? run.prefix(10) + "…" : run
            run = ""
        }
        for character in text {
            if character.isHexDigit, character.isASCII {
                run.append(character)
            } else {
                flush()
                shown.append(character)
            }
        }
        flush()
        return shown
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09: false
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
