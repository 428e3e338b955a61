/// What a secret is called, in `secret:NAME` and by everybody who must not see it.
package struct SecretName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// Up to 64 letters, digits and `_`, beginning with a letter, since it is also the name of a file
    /// and of an environment variable.
    package init(_ text: String) throws(SecretError) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= 64, Self.isLetter(first),
            bytes.allSatisfy({
                Self.isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
            })
        else { throw .badName(text) }
        self.text = text
    }

    package var description: String { text }
    package static func < (left: SecretName, right: SecretName) -> Bool { left.text < right.text }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }
}

/// A value that must never be printed or stored in the clear.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package let name: SecretName
    private let value: String

    package init(name: SecretName, value: String) {
        self.name = name
        self.value = value
    }

    /// The value itself: only for a credential header, a signature or a redactor.
    package func reveal() -> String { value }

    package var description: String { "[secret \(name)]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

package enum SecretError: Error, Sendable, Hashable, CustomStringConvertible {
    case badName(String)
    case missing(SecretName)
    case empty(SecretName)
    case notText(SecretName, source: String)
    case file(String)

    package var description: String {
        switch self {
        case .badName(let text):
            return "cannot use '\(Self.printable(text))' as the name of a secret: write up to 64 "
                + "letters, digits and '_', beginning with a letter"
        case .missing(let name):
            return
                "secret '\(name)' is not set; write it with 'sluice secrets set \(name)', or set "
                + "SLUICE_SECRET_\(name), or give the service a credential of that name"
        case .empty(let name): return "secret '\(name)' is empty; give it a value"
        case .notText(let name, let source):
            return "secret '\(name)' (\(source)) is not UTF-8 text or holds a NUL"
        case .file(let cause): return cause
        }
    }

    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(80).map {
                    $0.value < 0x20 || $0.value == 0x7f ? "?" : $0
                }))
    }
}
