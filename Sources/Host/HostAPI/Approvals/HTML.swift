/// A piece of HTML: what is interpolated is escaped, whatever it is, unless it is HTML itself.
///
/// SECURITY: no text of a flow, a model or a client can become markup, since there is no other way in.
/// Characters that nobody sees (controls, direction overrides, blanks of other kinds) are shown by their
/// number, so that what is approved reads as what is sent.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    var text: String

    init(stringLiteral value: String) { text = value }
    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    static let none: HTML = ""

    struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }

        mutating func appendInterpolation(_ html: HTML) { text += html.text }

        mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { text += piece.text }
        }

        /// Text between tags.
        mutating func appendInterpolation(_ value: String) {
            for scalar in value.unicodeScalars {
                if HTML.isHidden(scalar) {
                    text +=
                        "<b class=\"hidden\">U+"
                        + String(scalar.value, radix: 16, uppercase: true) + "</b>"
                } else {
                    HTML.escape(scalar, into: &text)
                }
            }
        }

        /// The value of an attribute, between double quotes; a browser gives it back as it is.
        mutating func appendInterpolation(attribute value: String) {
            for scalar in value.unicodeScalars { HTML.escape(scalar, into: &text) }
        }
    }

    private static func escape(_ scalar: Unicode.Scalar, into text: inout String) {
        switch scalar {
        case "&": text += "&amp;"
        case "<": text += "&lt;"
        case ">": text += "&gt;"
        case "\"": text += "&quot;"
        case "'": text += "&#39;"
        case "\0": text += "\u{FFFD}"
        default: text.unicodeScalars.append(scalar)
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", "\n": return false
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse,
            .unassigned, .surrogate:
            return true
        default:
            // Variation selectors and fillers are letters or marks that nobody sees.
            return scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
