/// What a head means, and what is refused in it.
///
/// SECURITY: whatever two readers could understand differently (RFC 9112 §11.2) is refused; so a proxy
/// before us and we always agree on where a request ends and whom it is for.
struct HeadRules {
    let limits: HTTPLimits

    struct Reading {
        var path: String
        var query: [HTTPQueryItem]
        /// Nil: chunked, its length unknown.
        var bodyLength: Int?
    }

    func read(
        method: String, target: String, version: String, headers: HTTPFields
    ) throws(HTTPRefusal) -> Reading {
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            throw .malformed("the version is neither HTTP/1.1 nor HTTP/1.0")
        }
        guard !method.isEmpty, method.utf8.allSatisfy(Self.isToken), method.utf8.count <= 32 else {
            throw .malformed("the method is none")
        }
        guard headers.fields.count <= limits.headers else {
            throw HTTPRefusal(
                status: 431, code: "too-many-headers",
                message: "the request has more than \(limits.headers) headers")
        }
        for field in headers.fields { try check(field) }
        let length = try bodyLength(headers, isOld: version == "HTTP/1.0")
        let host = try host(headers, isOld: version == "HTTP/1.0")
        let plain = try originForm(target, method: method, host: host)
        let mark = plain.firstIndex(of: "?") ?? plain.endIndex
        return Reading(
            path: String(plain[..<mark]), query: Self.items(plain[mark...].dropFirst()),
            bodyLength: length)
    }

    private func check(_ field: HTTPFields.Field) throws(HTTPRefusal) {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isToken) else {
            throw .malformed("the name of a header holds what no name may hold")
        }
        guard field.value.utf8.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 }) else {
            throw .malformed("the value of a header holds a control character")
        }
    }

    private func bodyLength(_ headers: HTTPFields, isOld: Bool) throws(HTTPRefusal) -> Int? {
        let lengths = headers.all("content-length")
        let encodings = headers.all("transfer-encoding")
        guard lengths.count <= 1, encodings.count <= 1, lengths.isEmpty || encodings.isEmpty else {
            throw .malformed("the request says twice where its body ends")
        }
        if let encoding = encodings.first {
            guard encoding.lowercased() == "chunked", !isOld else {
                throw .malformed("the only transfer encoding is 'chunked', in HTTP/1.1")
            }
            return nil
        }
        guard let length = lengths.first else { return 0 }
        guard (1...15).contains(length.utf8.count),
            length.utf8.allSatisfy({ (48...57).contains($0) }), let count = Int(length)
        else { throw .malformed("the content length is no number") }
        return count
    }

    private func host(_ headers: HTTPFields, isOld: Bool) throws(HTTPRefusal) -> String? {
        let hosts = headers.all("host")
        guard hosts.count <= 1 else { throw .malformed("the request names two hosts") }
        guard let host = hosts.first else {
            guard isOld else { throw .malformed("the request names no host") }
            return nil
        }
        guard Self.isAuthority(host) else { throw .malformed("the host is no host") }
        return host
    }

    /// The target without a scheme and a host.
    private func originForm(
        _ target: String, method: String, host: String?
    ) throws(HTTPRefusal) -> Substring {
        guard target.utf8.count <= limits.targetBytes else {
            throw HTTPRefusal(
                status: 414, code: "target-too-long",
                message: "the request's target is longer than \(limits.targetBytes) bytes")
        }
        guard target.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") }) else {
            throw .malformed("the target holds what no target may hold")
        }
        if target.hasPrefix("/") { return target[...] }
        if target == "*", method == "OPTIONS" { return target[...] }
        for scheme in ["http://", "https://"] where target.lowercased().hasPrefix(scheme) {
            let rest = target.dropFirst(scheme.count)
            let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            guard let host, rest[..<end].lowercased() == host.lowercased() else {
                throw .malformed("the target names another host than the Host header")
            }
            guard end < rest.endIndex else { return "/" }
            return rest[end] == "/" ? rest[end...] : "/" + rest[end...]
        }
        throw .malformed("the target is neither a path nor a URL")
    }

    /// `name`, `name:port` or `[address]:port`; empty is none.
    static func isAuthority(_ text: String) -> Bool {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inner = rest[rest.index(after: rest.startIndex)..<end]
            guard !inner.isEmpty,
                inner.allSatisfy({ "0123456789abcdefABCDEF:.".utf8.contains($0) })
            else { return false }
            rest = rest[rest.index(after: end)...]
        } else {
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            guard end > rest.startIndex, rest[..<end].allSatisfy(isHostByte) else { return false }
            rest = rest[end...]
        }
        guard let colon = rest.first else { return true }
        let port = rest.dropFirst()
        guard colon == UInt8(ascii: ":"), (1...5).contains(port.count) else { return false }
        return port.allSatisfy { (48...57).contains($0) }
            && UInt16(String(decoding: port, as: UTF8.self)) != nil
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// RFC 9110 §5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    static func items(_ query: Substring) -> [HTTPQueryItem] {
        query.split(separator: "&").map { part in
            let mark = part.firstIndex(of: "=") ?? part.endIndex
            return HTTPQueryItem(
                name: decoded(part[..<mark]), value: decoded(part[mark...].dropFirst()))
        }
    }

    /// A `%` without two digits stays as it is.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let high = Character(Unicode.Scalar(digits.first ?? 0)).hexDigitValue,
                let low = Character(Unicode.Scalar(digits.last ?? 0)).hexDigitValue
            {
                bytes.append(UInt8(high << 4 | low))
                rest.removeFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 32 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension HTTPRefusal: Error {
    static func malformed(_ message: String) -> HTTPRefusal {
        HTTPRefusal(status: 400, code: "malformed-request", message: message)
    }
}
