/// What a request may not hold; checked before anything is opened.
enum RequestRules {
    /// libcurl writes these itself, or they would change how the message is framed.
    private static let reservedNames: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te",
        "trailer", "proxy-connection", "expect",
    ]

    /// What is wrong with `request`, nil when nothing is.
    static func fault(in request: HTTPRequest) -> String? {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy({ (65...90).contains($0) })
        else { return "'\(request.method)' is no method" }
        if request.body != nil, ["GET", "HEAD"].contains(request.method) {
            return "a \(request.method) has no body"
        }
        for header in request.headers + request.credentials {
            // SECURITY: a line end in a header would begin another header or another request.
            guard !header.name.isEmpty, header.name.utf8.allSatisfy(isTokenByte) else {
                return "a header's name holds what no name may hold"
            }
            guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                return "the value of header '\(header.name)' holds a control character"
            }
            if reservedNames.contains(header.name.lowercased()) {
                return "header '\(header.name)' is written by the transport alone"
            }
        }
        return nil
    }

    /// RFC 9110 §5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
