import HTTPListener
import LinuxSystem
import Synchronization
import Testing

private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
private let wait = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"

/// Who has to go when too many are connected, and when an answer is not taken.
@Suite struct CrowdTests {
    private static let few = [
        HTTPLimits(connections: 4, connectionsPerPeer: 0), HTTPLimits(connectionsPerPeer: 4),
    ]

    @Test(arguments: [0, 1])
    func `who has said nothing for longest goes for who comes`(_ which: Int) async throws {
        try await withListener(limits: Self.few[which]) { listener, port in
            let clients = try (0..<4).map { _ in try RawClient.connect(port: port) }
            #expect(await eventually { listener.connections == 4 })
            // The first begins to drip, the second is served: the third has waited longest now.
            try clients[0].send("GET / HTTP/1.1\r\nHo")
            try clients[1].send(get)
            #expect(try clients[1].receive().status == 200)
            // What the first sent is read by another thread: it is there when its head can end.
            try clients[0].send("st: a\r\n\r\n")
            #expect(try clients[0].receive().status == 200)
            let fifth = try RawClient.connect(port: port)
            try fifth.send(get)
            #expect(try fifth.receive().status == 200)
            #expect(try clients[2].receiveAll(within: .seconds(10)).isClosed)
            for client in [clients[0], clients[1], clients[3]] {
                try client.send(get)
                #expect(try client.receive().status == 200)
            }
        }
    }

    @Test(arguments: [0, 1])
    func `what is being answered stays, and then who comes has to go`(_ which: Int) async throws {
        let handler = EchoHandler()
        try await withListener(handler, limits: Self.few[which]) { _, port in
            let busy = try (0..<4).map { _ in try RawClient.connect(port: port) }
            for client in busy { try client.send(wait) }
            #expect(await eventually { handler.started.withLock { $0 } == 4 })
            let fifth = try RawClient.connect(port: port)
            try fifth.send(get)
            let received = try fifth.receiveAll(within: .seconds(10))
            #expect(received.isClosed)
            #expect(received.status == nil)
            #expect(handler.cancelled.withLock { $0 } == 0)
        }
    }

    @Test func `an exempt peer may have as many as there are`() async throws {
        let limits = HTTPLimits(connectionsPerPeer: 2, isExempt: { $0.isLoopback })
        try await withListener(limits: limits) { listener, port in
            let clients = try (0..<8).map { _ in try RawClient.connect(port: port) }
            for client in clients {
                try client.send(get)
                #expect(try client.receive().status == 200)
            }
            #expect(listener.connections == 8)
        }
    }

    @Test func `many that come and go leave no place taken`() async throws {
        let limits = HTTPLimits(connections: 8, connectionsPerPeer: 6)
        try await withListener(limits: limits) { listener, port in
            for _ in 0..<300 {
                let client = try RawClient.connect(port: port)
                for _ in 0..<10 {
                    try client.send(get)
                    #expect(try client.receive().status == 200)
                }
            }
            #expect(await eventually { listener.connections == 0 })
        }
    }

    @Test(arguments: ["/large", "/events"])
    func `who does not take an answer is cut off`(_ path: String) async throws {
        let limits = HTTPLimits(answerTime: .milliseconds(300), answerRate: 1 << 30)
        let handler = EchoHandler()
        try await withListener(handler, limits: limits) { listener, port in
            let client = try RawClient.connect(port: port)
            try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await eventually { handler.records.withLock { $0 }.count == 1 })
            #expect(handler.records.withLock { $0 }.first?.isComplete == false)
            #expect(await eventually { listener.connections == 0 })
        }
    }

    @Test func `answers that nobody takes are not held without bound`() async throws {
        let limits = HTTPLimits(heldBytes: 48 << 20)
        try await withListener(limits: limits) { _, port in
            let slow = try RawClient.connect(port: port)
            try slow.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try slow.receive { $0.bytes.count > 1000 }
            let other = try RawClient.connect(port: port)
            try other.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try other.receive().status == 503)
            try other.send(get)
            #expect(try other.receive().status == 200)
        }
    }

    @Test func `the least of the route's and the host's limits holds for a body`() async throws {
        try await withListener(limits: HTTPLimits(bodyBytes: 100)) { _, port in
            for (size, status) in [(100, 200), (101, 413)] {
                let client = try RawClient.connect(port: port)
                let body = String(repeating: "x", count: size)
                try client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n\(body)")
                #expect(try client.receive().status == status)
            }
        }
    }
}
