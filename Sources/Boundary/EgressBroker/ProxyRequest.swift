internal import Cryptography
internal import HTTPTransport

/// The head of what a script asks the broker for.
struct ProxyRequest {
    enum Kind {
        /// `CONNECT host:port`: TLS from end to end.
        case tunnel
        /// `GET http://host/…`: passed on.
        case plain(HTTPURL)
        /// `GET https://host/…`: made by the broker, for runtimes that have no TLS.
        case secure(HTTPURL)
    }

    let method: String
    let kind: Kind
    let destination: EgressDestination
    let headers: [HTTPHeader]
    let framing: BodyFraming
    /// Of `Proxy-Authorization: Basic`.
    let user: String?
    let password: String?
    /// `Expect: 100-continue`: the client waits for a word before it sends the body.
    let waitsForContinue: Bool

    /// What a client says to a proxy.
    init(_ head: HeadText) throws(HeadFault) {
        let line = try Line(head)
        guard line.method == "CONNECT" else {
            let url = try Self.url(line.target)
            guard let destination = EgressDestination(host: url.host, port: url.port) else {
                throw HeadFault(cause: "'\(url.host)' is no name of a host")
            }
            try self.init(
                head, line, url.scheme == "https" ? .secure(url) : .plain(url), destination)
            return
        }
        guard let destination = EgressDestination(line.target) else {
            throw HeadFault(cause: "'\(line.target)' is no HOST:PORT")
        }
        try self.init(head, line, .tunnel, destination)
        guard framing == .none else { throw HeadFault(cause: "a CONNECT has no body") }
    }

    // SECURITY: the host that the tunnel was opened for is the host that the request names.
    /// What a client says through a tunnel to the host itself.
    init(_ head: HeadText, inTunnelTo destination: EgressDestination) throws(HeadFault) {
        let line = try Line(head)
        guard line.target.hasPrefix("/"), line.method != "CONNECT" else {
            throw HeadFault(cause: "its target is no path")
        }
        let url = try Self.url("http://\(destination)\(line.target)")
        let named = head.headers.first("host") ?? ""
        guard
            EgressDestination(named) == destination
                || destination.port == 80 && EgressDestination(named + ":80") == destination
        else { throw HeadFault(cause: "its Host is '\(named)'") }
        try self.init(head, line, .plain(url), destination)
    }

    private init(
        _ head: HeadText, _ line: Line, _ kind: Kind, _ destination: EgressDestination
    ) throws(HeadFault) {
        method = line.method
        headers = head.headers
        self.kind = kind
        self.destination = destination
        guard headers.all("host").count <= 1 else { throw HeadFault(cause: "it has two hosts") }
        (user, password) = Self.credentials(headers)
        framing = try BodyFraming(headers, isOldVersion: line.isOldVersion)
        waitsForContinue =
            headers.first("expect")?.lowercased() == "100-continue" && framing != .none
    }

    /// The first line of a request.
    private struct Line {
        let method: String
        let target: String
        let isOldVersion: Bool

        init(_ head: HeadText) throws(HeadFault) {
            let parts = head.first.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2] == "HTTP/1.1" || parts[2] == "HTTP/1.0",
                (1...32).contains(parts[0].utf8.count), parts[0].utf8.allSatisfy(HeadText.isToken)
            else { throw HeadFault(cause: "its first line is no request") }
            method = String(parts[0])
            target = String(parts[1])
            isOldVersion = parts[2] == "HTTP/1.0"
        }
    }

    private static func url(_ text: String) throws(HeadFault) -> HTTPURL {
        do {
            return try HTTPURL(text)
        } catch {
            throw HeadFault(cause: "\(error); write the whole URL, as to every proxy")
        }
    }

    private static func credentials(_ headers: [HTTPHeader]) -> (String?, String?) {
        let values = headers.all("proxy-authorization")
        guard values.count == 1, let value = values.first, value.utf8.count < 512 else {
            return (nil, nil)
        }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let bytes = Base64.decode(String(parts[1]))
        else { return (nil, nil) }
        let pair = bytes.split(separator: UInt8(ascii: ":"), maxSplits: 1)
        guard pair.count == 2 else { return (nil, nil) }
        return (String(decoding: pair[0], as: UTF8.self), String(decoding: pair[1], as: UTF8.self))
    }

    /// What the host gets instead: written anew, so that nothing of the client's own lines is left.
    func rewritten(for url: HTTPURL) -> [UInt8] {
        var lines = ["\(method) \(url.target) HTTP/1.1", "Host: \(url.authority)"]
        lines += passedOn.map { "\($0.name): \($0.value)" }
        switch framing {
        case .none: break
        case .length(let count): lines.append("Content-Length: \(count)")
        case .chunked: lines.append("Transfer-Encoding: chunked")
        }
        lines += ["Connection: close", "", ""]
        return HeadText.bytes(ofLatin: lines.joined(separator: "\r\n"))
    }

    /// Its headers without those that the broker writes itself.
    var passedOn: [HTTPHeader] {
        headers.withoutConnection.filter {
            !["host", "content-length", "transfer-encoding"].contains($0.name.lowercased())
        }
    }
}

extension HTTPURL {
    /// What stands in a `Host` header.
    fileprivate var authority: String {
        String(origin.description.dropFirst(scheme.utf8.count + 3))
    }
}
