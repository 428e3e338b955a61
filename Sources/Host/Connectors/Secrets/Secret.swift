/// What a secret is called, in `secret:NAME` and by everybody who must not see it.
package struct SecretName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    /// Up to 128 letters, digits, `_` and `-`, not beginning with `-`, since it is also the name of a
    /// file and, with `SLUICE_SECRET_` before it, of an environment variable.
    package init(_ text: String) throws(SecretError) {
        let bytes = Array(text.utf8)
        let isName = bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isName, let first = bytes.first, first != UInt8(ascii: "-"), bytes.count <= 128 else {
            throw .badName(text)
        }
        self.text = text
    }

    package var description: String { text }
    package static func < (left: SecretName, right: SecretName) -> Bool { left.text < right.text }
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
            return "cannot use '\(Self.printable(text))' as the name of a secret: write up to 128 "
                + "letters, digits, '_' and '-', not beginning with '-'"
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
