import Testing

@testable import EgressBroker

/// Which host the first message of TLS means.
@Suite struct ClientHelloTests {
    private func vector(_ bytes: [UInt8], _ lengthBytes: Int) -> [UInt8] {
        (0..<lengthBytes).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) }
            + bytes
    }

    private func serverName(_ name: String) -> [UInt8] {
        [0, 0] + vector(vector([0] + vector(Array(name.utf8), 2), 2), 2)
    }

    private func message(_ extensions: [UInt8]) -> [UInt8] {
        let body =
            [3, 3] + [UInt8](repeating: 7, count: 32) + vector([], 1) + vector([0x13, 1], 2)
            + vector([0], 1) + vector(extensions, 2)
        return [1] + vector(body, 3)
    }

    private func record(_ bytes: [UInt8]) -> [UInt8] { [22, 3, 1] + vector(bytes, 2) }

    @Test func `the name is found, in one record or in many`() {
        let whole = message([0, 23, 0, 0] + serverName("API.test"))
        let split = record(Array(whole.prefix(9))) + record(Array(whole.dropFirst(9)))

        #expect(ClientHello(record(whole)) == .complete(serverName: "api.test"))
        #expect(ClientHello(split) == .complete(serverName: "api.test"))
        #expect(ClientHello(record(message([]))) == .complete(serverName: nil))
        for length in 1..<split.count {
            #expect(ClientHello(Array(split.prefix(length))) == .incomplete)
        }
    }

    @Test func `a name in records of one byte each is refused, however little of it there is`() {
        let whole = message(serverName("a.name.of.some.length.api.test"))
        let tiny = whole.flatMap { record([$0]) }

        guard case .invalid = ClientHello(tiny) else {
            Issue.record("it is refused")
            return
        }
        #expect(ClientHello(Array(tiny.prefix(63 * 6))) == .incomplete)
    }

    @Test func `what hides or doubles the name is refused`() {
        let cases: [[UInt8]] = [
            message(serverName("a.test") + serverName("b.test")),
            message(serverName("a.test") + [0xfe, 0x0d, 0, 0]),
            message([0, 0, 0, 0]),
            message([0, 0] + vector(vector([1] + vector([65], 2), 2), 2)),
            message([0, 0] + vector(vector([0] + vector([], 2), 2), 2)),
            message([0, 0, 0, 9, 1]),
            [2, 0, 0, 1, 0],
        ]
        for bytes in cases {
            guard case .invalid = ClientHello(record(bytes)) else {
                Issue.record("\(bytes) is refused")
                continue
            }
        }
        for bytes in [Array("GET / HTTP/1.1".utf8), [22, 2, 0, 0, 1], [22, 3, 1, 0, 0, 0]] {
            guard case .invalid = ClientHello(bytes) else {
                Issue.record("\(bytes) is refused")
                continue
            }
        }
    }

    @Test func `no damage to a message makes it crash`() {
        let whole = record(message(serverName("api.test")))
        for place in whole.indices {
            for value: UInt8 in [0, 1, 22, 127, 255] {
                var damaged = whole
                damaged[place] = value
                _ = ClientHello(damaged)
            }
        }
        #expect(ClientHello(whole) == .complete(serverName: "api.test"))
    }
}
