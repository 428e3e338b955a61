package import JSONValue

/// Replaces secrets by `[secret NAME]` wherever a text is printed or stored.
///
/// Found are the value itself, its base64 in both alphabets whatever stands before and after it, its
/// percent-encoded, form-encoded and JSON-escaped forms, and each line of a value with several.
/// A value of less than 4 bytes is not looked for, since it would hide innocent text, and encoded
/// forms only from 8 bytes on. So a secret ought to have 8 bytes or more.
package struct Redactor: Sendable {
    package static let shortestValue = 4
    package static let shortestEncoded = 8

    private struct Form: Sendable {
        let bytes: [UInt8]
        let replacement: [UInt8]
    }

    /// By first byte, the longest first.
    private let forms: [UInt8: [Form]]
    /// Whether a form begins with this byte: asked for every byte of every text.
    private let isFirst: [Bool]

    package init(_ secrets: [Secret] = []) {
        var forms: [UInt8: [Form]] = [:]
        for secret in secrets {
            let replacement = Array(secret.description.utf8)
            for bytes in SecretForms.all(of: Array(secret.reveal().utf8)) {
                guard let first = bytes.first else { continue }
                forms[first, default: []].append(Form(bytes: bytes, replacement: replacement))
            }
        }
        isFirst = (UInt8.min...UInt8.max).map { forms[$0] != nil }
        self.forms = forms.mapValues { $0.sorted { $0.bytes.count > $1.bytes.count } }
    }

    private init(forms: [UInt8: [Form]]) {
        self.forms = forms
        isFirst = (UInt8.min...UInt8.max).map { forms[$0] != nil }
    }

    /// One that knows the secrets of both.
    package func joined(with other: Redactor) -> Redactor {
        let joined = forms.merging(other.forms) { left, right in
            let known = Set(left.map(\.bytes))
            return (left + right.filter { !known.contains($0.bytes) })
                .sorted { $0.bytes.count > $1.bytes.count }
        }
        return Redactor(forms: joined)
    }

    package func redact(_ text: String) -> String {
        if forms.isEmpty { return text }
        guard let bytes = redacted(Array(text.utf8)) else { return text }
        return String(decoding: bytes, as: UTF8.self)
    }

    package func redact(_ bytes: [UInt8]) -> [UInt8] { redacted(bytes) ?? bytes }

    /// The same value with every text in it redacted, keys and numbers too.
    package func redact(_ value: JSON) -> JSON {
        if forms.isEmpty { return value }
        switch value {
        case .null, .bool: return value
        case .string(let text): return .string(redact(text))
        case .integer, .double, .bigNumber:
            return redacted(value.bytes).map { .string(String(decoding: $0, as: UTF8.self)) }
                ?? value
        case .array(let elements): return .array(elements.map(redact))
        case .object(let object):
            var copy = JSONObject()
            for (key, member) in object { copy[redact(key)] = redact(member) }
            return .object(copy)
        }
    }

    /// Nil when nothing was found.
    private func redacted(_ bytes: [UInt8]) -> [UInt8]? {
        var output: [UInt8]?
        var copied = 0
        var place = 0
        while place < bytes.count {
            guard isFirst[Int(bytes[place])], let candidates = forms[bytes[place]],
                let form = candidates.first(where: { bytes[place...].starts(with: $0.bytes) })
            else {
                place += 1
                continue
            }
            output = (output ?? []) + bytes[copied..<place] + form.replacement
            place += form.bytes.count
            copied = place
        }
        return output.map { $0 + bytes[copied...] }
    }
}
