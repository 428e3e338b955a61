internal import HTTPListener
internal import HostAPI

/// A body of `multipart/form-data` (RFC 7578), taken apart without copying it twice.
struct MultipartForm: Sendable {
    struct Part: Sendable {
        var name: String
        /// Nil for a field that is no file.
        var fileName: String?
        var type: String?
        var bytes: ArraySlice<UInt8>

        var text: String? { String(validating: bytes, as: UTF8.self) }
    }

    /// More than any client of this API sends; a body of many tiny parts is not worth reading.
    private static let mostParts = 64
    private static let longestHead = 8 << 10

    let parts: [Part]

    /// Nil when the body is none, or is cut off.
    init?(_ request: HTTPRequest) {
        guard let type = request.headers["content-type"],
            let boundary = Self.boundary(in: type)
        else { return nil }
        let bytes = request.body
        let line = Array("--\(boundary)".utf8)
        guard var place = Self.find(line, in: bytes, from: 0) else { return nil }
        let separator = Array("\r\n--\(boundary)".utf8)
        var parts: [Part] = []
        while true {
            place += line.count
            let rest = bytes[place...]
            if rest.starts(with: Array("--".utf8)) { break }
            guard parts.count < Self.mostParts, rest.starts(with: Array("\r\n".utf8)) else {
                return nil
            }
            let start = place + 2
            let blank = Array("\r\n\r\n".utf8)
            guard let headEnd = Self.find(blank, in: bytes, from: start),
                headEnd - start <= Self.longestHead,
                let end = Self.find(separator, in: bytes, from: headEnd + 4)
            else { return nil }
            let bodyStart = headEnd + 4
            guard bodyStart <= end,
                let part = Self.part(head: bytes[start..<headEnd], bytes[bodyStart..<end])
            else { return nil }
            parts.append(part)
            place = end + 2
        }
        self.parts = parts
    }

    /// The text of the field of that name; nil when there is none.
    func text(_ name: String) -> String? {
        parts.first { $0.name == name && $0.fileName == nil }?.text
    }

    private static func part(head: ArraySlice<UInt8>, _ bytes: ArraySlice<UInt8>) -> Part? {
        guard let text = String(validating: head, as: UTF8.self) else { return nil }
        var disposition: String?
        var type: String?
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            switch line[..<colon].lowercased() {
            case "content-disposition": disposition = String(value)
            case "content-type": type = String(value)
            default: break
            }
        }
        guard let disposition, disposition.lowercased().hasPrefix("form-data"),
            let name = parameter("name", of: disposition)
        else { return nil }
        let fileName =
            extended("filename", of: disposition)
            ?? parameter("filename", of: disposition)
        return Part(name: name, fileName: fileName, type: type, bytes: bytes)
    }

    private static func boundary(in type: String) -> String? {
        guard type.lowercased().hasPrefix("multipart/form-data"),
            let boundary = parameter("boundary", of: type), (1...70).contains(boundary.utf8.count)
        else { return nil }
        return boundary
    }

    /// `name="value"` or `name=value` of a header; in quotes `\"` is a quote.
    private static func parameter(_ name: String, of header: String) -> String? {
        var rest = header[...]
        while let mark = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: mark)...].drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let isIt = rest[..<equals].lowercased() == name
            var value = ""
            rest = rest[rest.index(after: equals)...]
            if rest.first == "\"" {
                rest = rest.dropFirst()
                while let character = rest.popFirst(), character != "\"" {
                    guard character == "\\", let next = rest.first, next == "\"" || next == "\\"
                    else {
                        value.append(character)
                        continue
                    }
                    value.append(next)
                    rest = rest.dropFirst()
                }
            } else {
                value = String(rest.prefix { $0 != ";" && $0 != " " })
                rest = rest.dropFirst(value.count)
            }
            if isIt { return value }
        }
        return nil
    }

    /// `filename*=UTF-8''na%20me` (RFC 8187).
    private static func extended(_ name: String, of header: String) -> String? {
        guard let value = parameter(name + "*", of: header),
            value.lowercased().hasPrefix("utf-8'"),
            let quote = value.lastIndex(of: "'")
        else { return nil }
        return percentDecoded(value[value.index(after: quote)...])
    }

    /// The first place of `pattern` at or after `start`.
    private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = pattern.first, bytes.count >= pattern.count else { return nil }
        var place = start
        let last = bytes.count - pattern.count
        while place <= last {
            guard let next = bytes[place...last].firstIndex(of: first) else { return nil }
            if bytes[next..<next + pattern.count].elementsEqual(pattern) { return next }
            place = next + 1
        }
        return nil
    }
}
