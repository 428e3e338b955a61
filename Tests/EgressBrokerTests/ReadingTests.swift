import HTTPTransport
import Testing

@testable import EgressBroker

/// What scripts say to the broker, read without mercy.
@Suite struct ReadingTests {
    private func request(_ text: String) throws -> ProxyRequest? {
        guard let head = try HeadText(Array(text.utf8)) else { return nil }
        return try ProxyRequest(head)
    }

    @Test(arguments: [
        ("GET http://a.test/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nContent-Length: +1\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nContent-Length: 0x1\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nContent-Length:\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nA: b\r\n c: d\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nA: b\nHost: c\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nA: b\rHost: c\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nA: \u{0}b\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\n: b\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nA b\r\n\r\n"),
        ("GET http://a.test/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("GET  http://a.test/ HTTP/1.1\r\n\r\n"),
        ("GET http://a.test/ HTTP/2\r\n\r\n"),
        ("GET http://a.test/ x HTTP/1.1\r\n\r\n"),
        ("GET /path HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        ("GET ftp://a.test/ HTTP/1.1\r\n\r\n"),
        ("GET http://user@a.test/ HTTP/1.1\r\n\r\n"),
        ("GET http://user:word@a.test/ HTTP/1.1\r\n\r\n"),
        ("GET http://a.test\\@b.test/ HTTP/1.1\r\n\r\n"),
        ("GET http://a%00.test/ HTTP/1.1\r\n\r\n"),
        ("GET http://a_ä.test/ HTTP/1.1\r\n\r\n"),
        ("CONNECT a.test HTTP/1.1\r\n\r\n"),
        ("CONNECT a.test:0 HTTP/1.1\r\n\r\n"),
        ("CONNECT a.test:65536 HTTP/1.1\r\n\r\n"),
        ("CONNECT a.test:+80 HTTP/1.1\r\n\r\n"),
        ("CONNECT user@a.test:80 HTTP/1.1\r\n\r\n"),
        ("CONNECT ::1:80 HTTP/1.1\r\n\r\n"),
        ("CONNECT [a.test]:80 HTTP/1.1\r\n\r\n"),
        ("CONNECT a.test:443 HTTP/1.1\r\nContent-Length: 3\r\n\r\n"),
    ])
    func `what two readers could read in two ways is no request`(text: String) {
        #expect(throws: HeadFault.self) { try request(text) }
    }

    @Test func `a head that is too long is no request, and one without an end is awaited`() throws {
        let begun = "GET http://a.test/ HTTP/1.1\r\nA: b\r\n"
        #expect(try request(begun) == nil)
        #expect(throws: HeadFault.self) {
            try request(begun + String(repeating: "a", count: HeadText.most))
        }
        #expect(throws: HeadFault.self) {
            try request(begun + String(repeating: "B: c\r\n", count: 300) + "\r\n")
        }
    }

    @Test func `a request is written anew, without what belongs to one connection`() throws {
        let head =
            "POST http://A.test:8080/b?c=d#e HTTP/1.1\r\nHost: evil.test\r\nX: y\r\nX-Hop: z\r\n"
            + "Connection: close, X-Hop\r\nProxy-Authorization: Basic MTp4\r\nUpgrade: h2c\r\n"
            + "TE: trailers\r\nContent-Length: 2\r\nProxy-Connection: keep-alive\r\n\r\n"

        let found = try #require(try request(head))

        #expect(found.destination.description == "a.test:8080")
        #expect(found.user == "1" && found.password == "x")
        guard case .plain(let url) = found.kind else {
            Issue.record("it is plain")
            return
        }
        #expect(
            String(decoding: found.rewritten(for: url), as: UTF8.self)
                == "POST /b?c=d HTTP/1.1\r\nHost: a.test:8080\r\nX: y\r\nContent-Length: 2\r\n"
                + "Connection: close\r\n\r\n")
    }

    @Test func `a head that arrives byte by byte is found as one that comes whole`() throws {
        let bytes = Array("GET http://a.test/ HTTP/1.1\r\nA: b\r\n\r\nrest".utf8)
        let length = bytes.count - 4
        for step in 1...7 {
            var searched = 0
            var found: Int?
            for count in stride(from: step, through: bytes.count + step, by: step)
            where found == nil {
                let head = try HeadText(Array(bytes.prefix(count)), searched: searched)
                searched = count
                found = head.map { head in
                    #expect(count >= length && count < length + step)
                    return head.length
                }
            }
            #expect(found == length, "\(step)")
        }
    }

    @Test func `through a tunnel a request names the tunnel's own host`() throws {
        func inner(_ text: String) throws -> ProxyRequest? {
            let destination = try #require(EgressDestination("a.test:80"))
            guard let head = try HeadText(Array(text.utf8)) else { return nil }
            return try ProxyRequest(head, inTunnelTo: destination)
        }
        #expect(try inner("GET /b HTTP/1.1\r\nHost: A.test\r\n\r\n") != nil)
        for text in [
            "GET /b HTTP/1.1\r\nHost: b.test\r\n\r\n", "GET /b HTTP/1.1\r\n\r\n",
            "GET http://b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
            "GET /b HTTP/1.1\r\nHost: a.test:81\r\n\r\n",
            "CONNECT b.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n",
            "GET @b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
        ] {
            #expect(throws: HeadFault.self, "\(text)") { try inner(text) }
        }
    }

    @Test func `a body in chunks is taken apart, and what follows it is left out`() throws {
        for size in [1, 3, 1000] {
            var reader = BodyReader(.chunked)
            var found: [UInt8] = []
            let bytes = Array("3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: u\r\n\r\nGET /".utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += try reader.take(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(reader.isDone)
            #expect(String(decoding: found, as: UTF8.self) == "abc0123456789")
        }
    }

    @Test(arguments: [
        "3\nabc\r\n", "3\r\nabcd\r\n", "g\r\n", "-1\r\n", "\r\n", "123456789\r\n", "0x3\r\nabc",
        "3 \r\nabc\r\n", "3\r\r\nabc",
    ])
    func `a chunk that can be read in two ways is refused`(text: String) {
        var reader = BodyReader(.chunked)
        #expect(throws: HeadFault.self) { _ = try reader.take(Array(text.utf8)) }
    }

    @Test func `a list names hosts whole and ports always`() {
        #expect(EgressDestination("API.example.com.:443")?.description == "api.example.com:443")
        #expect(EgressDestination("[0:0::1]:80")?.description == "[::1]:80")
        for text in [
            "a.test", "*.test:443", "a.test:", "a..test:80", "-a.test:80", "a.test:80:80", "",
        ] {
            #expect(EgressDestination(text) == nil, "\(text)")
        }
    }
}
