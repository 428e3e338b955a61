import HTTPListener
import LinuxSystem
import Synchronization
import Testing

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite struct BehaviourTests {
    @Test func `one connection serves many requests, pipelined ones too`() async throws {
        try await withListener { _, port in
            let client = try RawClient.connect(port: port)
            try client.send(get + "GET /two HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let received = try client.receiveAll()
            #expect(received.text.ranges(of: "HTTP/1.1 200").count == 2)
            #expect(received.text.contains("GET /two"))
        }
    }

    @Test func `a client that asks first hears 100 and then its answer`() async throws {
        try await withListener { _, port in
            let client = try RawClient.connect(port: port)
            try client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            let first = try client.receive { $0.text.hasSuffix("\r\n\r\n") }
            #expect(first.status == 100)
            try client.send("abc")
            let second = try client.receive()
            #expect(second.status == 200)
            #expect(second.body.hasSuffix("abc"))
        }
    }

    @Test(arguments: [true, false])
    func `a refusal by its head comes before the body`(_ asksFirst: Bool) async throws {
        let handler = EchoHandler(bodyLimit: 10)
        try await withListener(handler) { _, port in
            for (path, status, length) in [("/secret", 401, 5_000_000), ("/", 413, 5_000_000)] {
                let client = try RawClient.connect(port: port)
                try client.send(
                    "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n"
                        + (asksFirst ? "Expect: 100-continue\r\n" : "") + "\r\n")
                let received = try client.receiveAll()
                #expect(received.status == status)
                #expect(received.isClosed)
            }
            #expect(handler.started.withLock { $0 } == 0)
        }
    }

    @Test func `a small refused body is dropped and the connection lives on`() async throws {
        try await withListener(EchoHandler(bodyLimit: 10)) { _, port in
            let client = try RawClient.connect(port: port)
            try client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n"
                    + String(repeating: "x", count: 20))
            #expect(try client.receive().status == 413)
            try client.send(get)
            #expect(try client.receive().status == 200)
        }
    }

    @Test func `a chunked body beyond the limit is answered with 413`() async throws {
        try await withListener(EchoHandler(bodyLimit: 10)) { _, port in
            let client = try RawClient.connect(port: port)
            try client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n")
            let received = try client.receiveAll()
            #expect(received.status == 413)
            #expect(received.isClosed)
        }
    }

    @Test func `too many headers, a huge head and a long target are told apart`() async throws {
        try await withListener { _, port in
            let many = (0..<101).map { "X\($0): 1\r\n" }.joined()
            let cases = [
                ("GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n", 431),
                (
                    "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n",
                    431
                ),
                ("GET /\(String(repeating: "x", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
            ]
            for (bytes, status) in cases {
                let client = try RawClient.connect(port: port)
                try client.send(bytes)
                let received = try client.receiveAll()
                #expect(received.status == status)
                #expect(received.isClosed)
            }
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nx",
    ])
    func `a drip is cut off although a byte comes now and then`(_ start: String) async throws {
        let limits = HTTPLimits(headTime: .seconds(1), bodyTime: .seconds(1))
        try await withListener(limits: limits) { _, port in
            let client = try RawClient.connect(port: port)
            try client.send(start)
            var isOpen = true
            // Sends until it is cut off: without a deadline this would never end by itself.
            for _ in 0..<200 where isOpen {
                isOpen = try client.send("x")
                isOpen = try isOpen && !client.receive(within: .milliseconds(100)).isClosed
            }
            #expect(!isOpen)
        }
    }

    @Test func `a client that goes away cancels its request`() async throws {
        let handler = EchoHandler()
        try await withListener(handler) { listener, port in
            do {
                let client = try RawClient.connect(port: port)
                try client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(await eventually { handler.started.withLock { $0 } == 1 })
            }
            #expect(await eventually { handler.cancelled.withLock { $0 } == 1 })
            #expect(await eventually { listener.connections == 0 })
        }
    }

    @Test func `a stream arrives whole and in order`() async throws {
        try await withListener { _, port in
            let client = try RawClient.connect(port: port)
            try client.send("GET /three HTTP/1.1\r\nHost: a\r\n\r\n")
            let received = try client.receive { $0.text.hasSuffix("0\r\n\r\n") }
            #expect(received.header("content-type") == "text/event-stream")
            let places = (1...3).compactMap {
                received.text.firstRange(of: "data: \($0)\n\n")?.lowerBound
            }
            #expect(places.count == 3)
            #expect(places == places.sorted())
        }
    }

    @Test func `who does not read a stream holds its producer up`() async throws {
        let handler = EchoHandler()
        try await withListener(handler) { listener, port in
            do {
                let client = try RawClient.connect(port: port)
                try client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try client.receive { $0.bytes.count > 100_000 }
                // Once what the kernel holds is full, nothing more is produced.
                var before = -1
                #expect(
                    await eventually {
                        let now = handler.written.withLock { $0 }
                        defer { before = now }
                        return now == before && now > 100_000
                    })
                #expect(handler.written.withLock { $0 } < 32 << 20)
            }
            #expect(await eventually { handler.cancelled.withLock { $0 } == 1 })
            #expect(await eventually { listener.requestsUnderWay == 0 })
        }
    }

    @Test func `a thousand connections are kept and each is answered`() async throws {
        _ = CurrentProcess.raiseOpenFiles()
        try await withListener { listener, port in
            let clients = try (0..<1000).map { _ in try RawClient.connect(port: port) }
            for _ in 0..<2 {
                for client in clients { try client.send(get) }
                for client in clients { #expect(try client.receive().status == 200) }
            }
            #expect(listener.connections == 1000)
        }
    }

    @Test func `draining refuses new requests and waits for what is under way`() async throws {
        let handler = EchoHandler()
        try await withListener(handler) { listener, port in
            let idle = try RawClient.connect(port: port)
            try idle.send(get)
            #expect(try idle.receive().status == 200)
            let waiting = try RawClient.connect(port: port)
            try waiting.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { handler.started.withLock { $0 } == 2 })
            #expect(await listener.drain(within: .milliseconds(50)) == false)
            try idle.send(get)
            let refused = try idle.receiveAll()
            #expect(refused.status == 503)
            #expect(refused.header("retry-after") != nil)
            #expect(refused.isClosed)
            waiting.endWriting()
            #expect(await listener.drain(within: .seconds(20)))
        }
    }

    @Test func `stopping ends whatever is under way`() async throws {
        let handler = EchoHandler()
        let listener = try HTTPListener.start(
            on: .tcp(host: "127.0.0.1", port: 0), handler: handler)
        let port = try #require(listener.address.port)
        let waiting = try RawClient.connect(port: port)
        try waiting.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        let streaming = try RawClient.connect(port: port)
        try streaming.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { handler.started.withLock { $0 } == 2 })
        await listener.stop()
        #expect(await eventually { handler.cancelled.withLock { $0 } == 2 })
        #expect(listener.connections == 0)
        #expect(try waiting.receiveAll().isClosed)
        #expect(try streaming.receiveAll().isClosed)
    }

    @Test func `every readable request is told of when it is over`() async throws {
        let handler = EchoHandler()
        try await withListener(handler) { _, port in
            let client = try RawClient.connect(port: port)
            try client.send("POST /a?secret HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
            let id = try client.receive().header("x-request-id")
            #expect(await eventually { handler.records.withLock { $0.count } == 1 })
            let record = try #require(handler.records.withLock { $0.first })
            #expect(record.id == id)
            #expect(record.path == "/a")
            #expect(record.status == 200)
            #expect(record.requestBytes == 2)
            #expect(record.isComplete)
        }
    }
}
