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
