import HTTPListener
import Synchronization
import Testing

/// Bytes that two readers could understand differently, one probe a line: its name, and its bytes with
/// `\r`, `\n`, `\t`, `\0`, `\v` (11) and `\a` (1) for bytes that cannot stand here.
private let probes = #"""
    both lengths | <post>Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
    both, reversed | <post>Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n
    two lengths | <post>Content-Length: 1\r\nContent-Length: 2\r\n\r\nab
    the same length twice | <post>Content-Length: 1\r\nContent-Length: 1\r\n\r\na
    a list of lengths | <post>Content-Length: 1, 1\r\n\r\na
    a signed length | <post>Content-Length: +1\r\n\r\na
    a negative length | <post>Content-Length: -1\r\n\r\na
    a length in hex | <post>Content-Length: 0x1\r\n\r\na
    an empty length | <post>Content-Length: \r\n\r\na
    unknown coding | <post>Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n
    two codings | <post>Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n
    chunked last but one | <post>Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n
    identity | <post>Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\na
    two encodings | <post>Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n
    quoted coding | <post>Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n
    vertical tab before coding | <post>Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n
    chunked in HTTP/1.0 | POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
    NUL in a value | <post>X: a\0b\r\nContent-Length: 0\r\n\r\n
    NUL at a value's end | <post>X: a\0\r\nContent-Length: 0\r\n\r\n
    NUL in a name | <post>X\0Y: a\r\nContent-Length: 0\r\n\r\n
    NUL in the target | GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n
    bare LF after a header | <post>X: a\nContent-Length: 0\r\n\r\n
    bare LF after the first line | GET / HTTP/1.1\nHost: a\r\n\r\n
    bare LF at the end | GET / HTTP/1.1\r\nHost: a\r\n\n
    bare CR | <post>X: a\rContent-Length: 0\r\n\r\n
    CR CR LF | <post>X: a\r\r\nContent-Length: 0\r\n\r\n
    a folded line | <post>X: a\r\n b\r\nContent-Length: 0\r\n\r\n
    a folded first header | GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n
    a folded coding | <post>Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n
    a blank before the colon | <post>Content-Length : 0\r\n\r\n
    a tab before the colon | <post>X\t: 0\r\nContent-Length: 0\r\n\r\n
    no colon | <post>XY\r\nContent-Length: 0\r\n\r\n
    no name | <post>: a\r\nContent-Length: 0\r\n\r\n
    control character in a name | <post>X\aY: a\r\nContent-Length: 0\r\n\r\n
    control character in a value | <post>X: a\ab\r\nContent-Length: 0\r\n\r\n
    no host | GET / HTTP/1.1\r\n\r\n
    an empty host | GET / HTTP/1.1\r\nHost: \r\n\r\n
    two hosts | GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n
    a host with a blank | GET / HTTP/1.1\r\nHost: a b\r\n\r\n
    a host with a path | GET / HTTP/1.1\r\nHost: a/b\r\n\r\n
    a host with a user | GET / HTTP/1.1\r\nHost: u@a\r\n\r\n
    a host with a huge port | GET / HTTP/1.1\r\nHost: a:70000\r\n\r\n
    another host in the target | GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n
    a user in the target | GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n
    another scheme | GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n
    authority form | CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n
    no path | GET a HTTP/1.1\r\nHost: a\r\n\r\n
    a fragment | GET /#a HTTP/1.1\r\nHost: a\r\n\r\n
    a byte above 127 in the target | GET /é HTTP/1.1\r\nHost: a\r\n\r\n
    two blanks | GET  / HTTP/1.1\r\nHost: a\r\n\r\n
    a blank behind the version | GET / HTTP/1.1 \r\nHost: a\r\n\r\n
    a tab for a blank | GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n
    HTTP/0.9 | GET /\r\n\r\n
    HTTP/1.2 | GET / HTTP/1.2\r\nHost: a\r\n\r\n
    lower case version | GET / http/1.1\r\nHost: a\r\n\r\n
    no chunk size | <chunked>\r\nabc\r\n0\r\n\r\n
    a chunk longer than it says | <chunked>3\r\nabcX\r\n0\r\n\r\n
    a chunk without an end | <chunked>3\r\nabc0\r\n\r\n
    a chunk size in 0x | <chunked>0x3\r\nabc\r\n0\r\n\r\n
    a signed chunk size | <chunked>+3\r\nabc\r\n0\r\n\r\n
    a blank before a chunk size | <chunked> 3\r\nabc\r\n0\r\n\r\n
    a bare CR after a chunk size | <chunked>3\rabc\r\n0\r\n\r\n
    a bare LF in a chunk extension | <chunked>3;a\nb\r\nabc\r\n0\r\n\r\n
    """#

private struct Probe: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    var testDescription: String { name }

    static let all = probes.split(separator: "\n").map { line in
        let parts = line.split(separator: " | ", maxSplits: 1).map(String.init)
        return Probe(name: parts[0], bytes: bytes(parts[1]))
    }

    private static func bytes(_ text: String) -> [UInt8] {
        let post = #"POST /x HTTP/1.1\r\nHost: a\r\n"#
        var rest = text.replacing("<chunked>", with: #"<post>Transfer-Encoding: chunked\r\n\r\n"#)
            .replacing("<post>", with: post).utf8[...]
        let escapes: [Character: UInt8] = [
            "r": 13, "n": 10, "t": 9, "0": 0, "v": 11, "a": 1,
        ]
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            bytes.append(escapes[Character(Unicode.Scalar(next))] ?? next)
        }
        return bytes
    }
}

@Suite struct SmugglingTests {
    @Test(arguments: Probe.all)
    fileprivate func `ambiguous bytes are refused with 400 and the connection is closed`(
        _ probe: Probe
    ) async throws {
        let handler = EchoHandler()
        try await withListener(handler) { _, port in
            let client = try RawClient.connect(port: port)
            // What is smuggled behind must never be answered.
            try client.send(
                probe.bytes + Array("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            let received = try client.receiveAll()
            #expect(received.isClosed)
            #expect(received.status == 400, "\(received.text)")
            #expect(!received.text.contains("smuggled"))
            #expect(!received.text.contains("HTTP/1.1 2"))
            #expect(handler.started.withLock { $0 } == 0)
        }
    }

    @Test(arguments: [
        ("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff3\r\nabc\r\n0\r\n\r\n", 413),
        ("Content-Length: 99999999999999999999\r\n\r\na", 413),
    ])
    func `sizes beyond all numbers are refused`(_ rest: String, _ status: Int) async throws {
        try await withListener { _, port in
            let client = try RawClient.connect(port: port)
            try client.send("POST / HTTP/1.1\r\nHost: a\r\n" + rest)
            let received = try client.receiveAll()
            #expect(received.isClosed)
            #expect(received.status == status)
        }
    }

    @Test func `a blank in the target ends the connection`() async throws {
        let handler = EchoHandler()
        try await withListener(handler) { _, port in
            let client = try RawClient.connect(port: port)
            try client.send("GET /a b HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let received = try client.receiveAll()
            #expect(received.isClosed)
            #expect(received.status == 400)
            #expect(handler.started.withLock { $0 } == 0)
        }
    }

    @Test func `another major version is refused by name`() async throws {
        try await withListener { _, port in
            let client = try RawClient.connect(port: port)
            try client.send("GET / HTTP/2.0\r\nHost: a\r\n\r\n")
            let received = try client.receiveAll()
            #expect(received.isClosed)
            #expect(received.status == 505)
        }
    }

    @Test func `plain requests in every allowed form are answered`() async throws {
        try await withListener { _, port in
            let forms = [
                (
                    "GET /a%20b?x=%41+1&y HTTP/1.1\r\nHost: a:80\r\nX:\tv \r\n\r\n",
                    "GET /a%20b [x=A 1;y=] {Host,X} 127.0.0.1 "
                ),
                ("GET http://a/p HTTP/1.1\r\nHost: A\r\n\r\n", "GET /p [] {Host} 127.0.0.1 "),
                (
                    "GET http://[::1]:8?q HTTP/1.1\r\nHost: [::1]:8\r\n\r\n",
                    "GET / [q=] {Host} 127.0.0.1 "
                ),
                ("GET / HTTP/1.0\r\n\r\n", "GET / [] {} 127.0.0.1 "),
                ("\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * [] {Host} 127.0.0.1 "),
                (
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                    "POST / [] {Host,Content-Length} 127.0.0.1 abc"
                ),
                (
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n",
                    "POST / [] {Host,Transfer-Encoding} 127.0.0.1 abcde"
                ),
                (
                    "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=b; c=d\r\nX:\r\nX: 2\r\n\r\n",
                    "GET / [] {Host,Cookie,X,X} 127.0.0.1 "
                ),
            ]
            for (bytes, answer) in forms {
                let client = try RawClient.connect(port: port)
                try client.send(bytes)
                let received = try client.receive()
                #expect(received.status == 200, "\(bytes)")
                #expect(received.body == answer)
                #expect(received.header("x-request-id")?.count == 16)
            }
        }
    }
}
