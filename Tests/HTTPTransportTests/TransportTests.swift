import HTTPTransport
import TestSupport
import Testing

/// One transport and one misbehaving server on loopback, which the guard lets it reach.
struct Bench {
    let transport: HTTPTransport
    let server: ServerProcess
    var egress: EgressPolicy

    static func run(
        _ configuration: HTTPTransport.Configuration = .init(), _ body: (Bench) async throws -> Void
    ) async throws {
        try await ServerProcess.run("faults.py") { server in
            let bench = Bench(
                transport: try HTTPTransport(configuration), server: server,
                egress: try EgressPolicy(allow: ["127.0.0.1"]))
            try await body(bench)
            await bench.transport.shutDown()
        }
    }

    func request(_ path: String, _ method: String = "GET", body: [UInt8]? = nil) throws
        -> HTTPRequest
    {
        HTTPRequest(
            method: method, url: try HTTPURL(server.origin + path), body: body,
            timeouts: HTTPTimeouts(
                connect: .seconds(20), firstByte: .seconds(20), idle: .seconds(20),
                total: .seconds(30)),
            egress: egress)
    }

    func text(_ request: HTTPRequest) async throws -> String {
        String(decoding: try await transport.send(request).body, as: UTF8.self)
    }

    /// How the server counts requests for `path`, and connections since it started.
    func count(of path: String) async throws -> Int {
        let text = try await text(request("/counts?of=\(path)"))
        return try #require(Int(text.prefix { $0 != " " }))
    }

    func failure(_ request: HTTPRequest) async -> HTTPError? {
        do throws(HTTPError) {
            _ = try await transport.send(request)
            return nil
        } catch {
            return error
        }
    }
}

@Suite struct TransportTests {
    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"])
    func `method, headers and body arrive as given`(_ method: String) async throws {
        try await Bench.run { bench in
            var request = try bench.request("/echo?a=%2F", method, body: Array("hé\0llo".utf8))
            request.headers = [
                HTTPHeader("X-One", "1"), HTTPHeader("X-Empty", ""),
                HTTPHeader("Content-Type", "text/x"),
            ]
            request.credentials = [HTTPHeader("PRIVATE-TOKEN", "t")]

            let response = try await bench.transport.send(request)

            let text = String(decoding: response.body, as: UTF8.self)
            #expect(response.status == 200)
            #expect(text.hasPrefix("\(method) /echo?a=%2F\n"))
            for line in [
                "X-One: 1", "X-Empty: ", "Content-Type: text/x", "PRIVATE-TOKEN: t",
                "User-Agent: Sluice",
            ] {
                #expect(text.contains("\n\(line)\n"))
            }
            #expect(text.hasSuffix("\n\nhé\0llo"))
            #expect(response.headers.all("x-twice") == ["one", "two"])
        }
    }

    @Test func `nothing is sent that nobody asked for`() async throws {
        try await Bench.run { bench in
            let names = try await bench.text(bench.request("/echo", "POST")).split(separator: "\n")
                .dropFirst().map { $0.prefix { $0 != ":" } }

            #expect(
                Set(names) == ["Host", "User-Agent", "Accept", "Accept-Encoding", "Content-Length"])
        }
    }

    @Test func `an error status is an answer`() async throws {
        try await Bench.run { bench in
            let response = try await bench.transport.send(bench.request("/status?code=503"))

            #expect(response.status == 503)
            #expect(response.body == Array("as you wish".utf8))
        }
    }

    @Test func `HEAD gives headers and no body`() async throws {
        try await Bench.run { bench in
            let response = try await bench.transport.send(
                bench.request("/large?bytes=1000", "HEAD"))

            #expect(response.headers.first("content-length") == "1000")
            #expect(response.body.isEmpty)
        }
    }

    @Test func `the last head counts when there are several`() async throws {
        try await Bench.run { bench in
            let response = try await bench.transport.send(bench.request("/early-hints"))

            #expect(response.status == 200)
            #expect(response.headers.first("link") == nil)
            #expect(response.headers.first("x-last") == "yes")
        }
    }

    @Test(arguments: ["/large?bytes=1001", "/zipped?bytes=10000000", "/endless"])
    func `an answer over the limit is refused, before and after decompression`(
        _ path: String
    ) async throws {
        try await Bench.run { bench in
            var request = try bench.request(path)
            request.responseLimit = 1000

            let error = await bench.failure(request)

            #expect(error?.kind == .responseTooLarge(limit: 1000))
        }
    }

    @Test func `a compressed answer is unpacked`() async throws {
        try await Bench.run { bench in
            let text = try await bench.text(bench.request("/zipped?bytes=5000"))

            #expect(text.utf8.count == 5000)
        }
    }

    @Test(arguments: ["/many-headers", "/garbage"])
    func `an answer that is no reasonable HTTP is refused`(_ path: String) async throws {
        try await Bench.run { bench in
            let error = await bench.failure(try bench.request(path))

            guard case .invalidAnswer = error?.kind else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a body can be taken piece by piece`() async throws {
        try await Bench.run { bench in
            let (pieces, continuation) = AsyncStream.makeStream(of: [UInt8].self)

            let response = try await bench.transport.send(bench.request("/pieces")) {
                continuation.yield($0)
            }

            continuation.finish()
            let bytes = await pieces.reduce(into: [UInt8]()) { $0 += $1 }
            #expect(bytes == Array("one two three".utf8))
            #expect(response.body.isEmpty)
        }
    }

    @Test func `hundreds of requests at once are all answered`() async throws {
        try await Bench.run { bench in
            let total = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<300 {
                    let request = try bench.request("/large?bytes=\(number)")
                    group.addTask { try await bench.transport.send(request).body.count }
                }
                return try await group.reduce(0, +)
            }

            #expect(total == 300 * 299 / 2)
        }
    }

    @Test(arguments: [
        HTTPHeader("X-A", "b\r\nX-C: d"), HTTPHeader("X-A", "b\nX-C: d"),
        HTTPHeader("X-A\r\nX-C", "d"),
        HTTPHeader("X A", "b"), HTTPHeader("", "b"), HTTPHeader("X-A", "b\0"),
        HTTPHeader("Host", "other"),
        HTTPHeader("Content-Length", "5"), HTTPHeader("Transfer-Encoding", "chunked"),
    ])
    func `a header that would change the message is refused`(_ header: HTTPHeader) async throws {
        try await Bench.run { bench in
            var request = try bench.request("/echo")
            request.headers = [header]

            let error = await bench.failure(request)

            guard case .invalidRequest = error?.kind else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.mayHaveArrived == false)
            #expect(try await bench.count(of: "/echo") == 0)
        }
    }

    @Test func `what is under way ends when the transport is shut down`() async throws {
        try await Bench.run { bench in
            async let error = bench.failure(try bench.request("/silent"))
            while try await bench.count(of: "/silent") == 0 {}

            await bench.transport.shutDown()

            #expect(try await error?.kind == .closed)
            #expect(await bench.failure(try bench.request("/echo"))?.kind == .closed)
        }
    }
}
