internal import Cryptography
internal import JSONValue

/// Why the bytes of a request are no event.
struct UnreadableBody: Error, CustomStringConvertible {
    let description: String
}

extension WebhookEvent {
    /// Reads a request that was verified.
    ///
    /// The body is JSON where it says so or says nothing; a form is an object of texts, and one whose
    /// only field is `payload` (as GitHub and Slack send them) is the JSON in it; all else is text.
    init(_ request: WebhookRequest, privacy: HeaderPrivacy) throws(UnreadableBody) {
        var headers = JSONObject()
        for header in request.headers {
            let name = header.key
            if privacy.isPrivate(name) { continue }
            let before = headers[name]?.stringValue.map { "\($0), " } ?? ""
            headers[name] = .string(before + header.value)
        }
        let type = headers["content-type"]?.stringValue?.lowercased() ?? ""
        self.init(
            headers: .object(headers), query: .object(Self.form(request.query)),
            body: try Self.body(request.body, type: type))
    }

    private static func body(_ bytes: [UInt8], type: String) throws(UnreadableBody) -> JSON {
        let media = String(type.prefix { $0 != ";" && $0 != " " })
        if media == "application/x-www-form-urlencoded" {
            let fields = form(String(decoding: bytes, as: UTF8.self))
            guard fields.keys == ["payload"], let text = fields["payload"]?.stringValue,
                let payload = try? JSON.parse(text)
            else { return .object(fields) }
            return payload
        }
        if bytes.isEmpty { return .null }
        let saysJSON = media == "application/json" || media.hasSuffix("+json")
        if saysJSON || media.isEmpty {
            do throws(JSONParseError) {
                return try JSON.parse(bytes)
            } catch {
                if saysJSON { throw UnreadableBody(description: "the body is no JSON: \(error)") }
            }
        }
        return String(validating: bytes, as: UTF8.self).map(JSON.string) ?? .null
    }

    /// `a=1&b=2` as texts by name; of a name that comes again, the last.
    private static func form(_ text: String) -> JSONObject {
        var fields = JSONObject()
        for part in text.utf8.split(separator: UInt8(ascii: "&")).prefix(1000) {
            let mark = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let value = mark == part.endIndex ? part[mark...] : part[part.index(after: mark)...]
            fields[decoded(part[..<mark])] = .string(decoded(value))
        }
        return fields
    }

    private static func decoded(_ text: Substring.UTF8View) -> String {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), let value = escaped(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func escaped(_ digits: Substring.UTF8View) -> UInt8? {
        Hexadecimal.decode(String(Substring(digits)))?.first
    }
}
