internal import HTTPTransport

/// The head of a host's answer to a plain request.
struct AnswerHead {
    let status: Int
    private let first: String
    private let headers: [HTTPHeader]
    let length: Int

    /// Nil when it is not whole yet.
    init?(_ bytes: [UInt8], searched: Int = 0) throws(HeadFault) {
        guard let head = try HeadText(bytes, searched: searched) else { return nil }
        let parts = head.first.split(
            separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), parts[1].utf8.count == 3,
            let status = Int(parts[1]), (100...599).contains(status)
        else { throw HeadFault(cause: "its first line is no answer") }
        self.status = status
        first = "HTTP/1.1 " + parts.dropFirst().joined(separator: " ")
        headers = head.headers
        length = head.length
    }

    /// `100 Continue` and its like, which another head follows.
    var isInterim: Bool { status < 200 }

    /// As the client gets it: one answer on each connection.
    var rewritten: [UInt8] {
        let lines =
            [first] + headers.withoutConnection.map { "\($0.name): \($0.value)" }
            + ["Connection: close", "", ""]
        return HeadText.bytes(ofLatin: lines.joined(separator: "\r\n"))
    }
}

/// An answer of the broker itself.
struct OwnAnswer {
    var status: Int
    /// Words for the author: the reason phrase, which clients put into their exceptions, and the body.
    var words: String
    /// RFC 9209: what kind of failure of a proxy it is.
    var kind: String

    static func forbidden(_ words: String) -> OwnAnswer {
        OwnAnswer(status: 403, words: words, kind: "http_request_denied")
    }

    static func badRequest(_ cause: String) -> OwnAnswer {
        OwnAnswer(
            status: 400, words: "the egress broker does not understand the request: \(cause)",
            kind: "http_request_error")
    }

    static func badGateway(_ words: String) -> OwnAnswer {
        OwnAnswer(status: 502, words: words, kind: "connection_terminated")
    }

    static let unknownClient = OwnAnswer(
        status: 407,
        words: "the egress broker does not know this run; use the proxy of HTTP_PROXY as it is",
        kind: "http_request_denied")

    func bytes(isHead: Bool) -> [UInt8] {
        let clean = String(
            decoding: words.utf8.map { (32..<127).contains($0) ? $0 : UInt8(ascii: "?") }.prefix(
                600),
            as: UTF8.self)
        let body = clean + "\n"
        let quoted = clean.filter { $0 != "\"" && $0 != "\\" }
        var lines = [
            "HTTP/1.1 \(status) \(clean)",
            "Proxy-Status: sluice; error=\(kind); details=\"\(quoted)\"",
            "Content-Type: text/plain; charset=utf-8", "Content-Length: \(body.utf8.count)",
            "Connection: close",
        ]
        if status == 407 { lines.append("Proxy-Authenticate: Basic realm=\"sluice\"") }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + (isHead ? "" : body)).utf8)
    }
}
