import JSONValue

extension JSON {
    /// The value in a few words, for messages: scalars as they are written, the rest by size.
    var brief: String {
        switch self {
        case .array(let elements) where elements.isEmpty: "an empty array"
        case .array(let elements): "an array of \(elements.count)"
        case .object(let object) where object.isEmpty: "an empty object"
        case .object(let object):
            "an object with \(object.keys.prefix(3).map { "'\($0.brief)'" }.joined(separator: ", "))"
                + (object.count > 3 ? ", …" : "")
        case .string(let text): JSON.string(text.brief).text
        default: text.brief
        }
    }
}

extension String {
    /// At most 40 characters.
    fileprivate var brief: String {
        let head = unicodeScalars.prefix(41)
        return head.count <= 40 ? self : String(String.UnicodeScalarView(head.prefix(39))) + "…"
    }
}
