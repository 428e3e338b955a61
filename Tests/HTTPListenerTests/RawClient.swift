import LinuxSystem
import Testing

/// A client that sends exactly the bytes it is told to.
struct RawClient: Sendable {
    let channel: Channel

    static func connect(port: UInt16) throws -> RawClient {
        RawClient(channel: try InternetSocket.connect(to: [127, 0, 0, 1], port: port))
    }

    private enum Step {
        case moved(Int)
        case wait
        case closed
    }

    /// Waits until the socket may go on, or the deadline.
    private func wait(for interest: Poller.Interest, until deadline: MonotonicInstant) throws {
        let poller = try Poller()
        try poller.watch(channel.descriptor, for: interest, as: 0)
        _ = try poller.wait(until: deadline)
    }

    private func write(_ bytes: [UInt8], from offset: Int) -> Step {
        do {
            return try channel.descriptor.write(bytes, from: offset).map { .moved($0) } ?? .wait
        } catch {
            return error.name == "ENOTCONN" ? .wait : .closed
        }
    }

    private func read(into bytes: inout [UInt8]) -> Step {
        do {
            switch try channel.descriptor.read(upTo: 65_536, into: &bytes) {
            case .bytes(let count): return .moved(count)
            case .end: return .closed
            case .wouldBlock: return .wait
            }
        } catch {
            return error.name == "ENOTCONN" ? .wait : .closed
        }
    }

    /// Waits until all bytes are with the kernel; false when the other side has closed.
    @discardableResult
    func send(_ bytes: [UInt8], within time: Duration = .seconds(10)) throws -> Bool {
        let deadline = MonotonicInstant.now + time
        var sent = 0
        while sent < bytes.count, MonotonicInstant.now < deadline {
            switch write(bytes, from: sent) {
            case .moved(let count): sent += count
            case .wait: try wait(for: .write, until: deadline)
            case .closed: return false
            }
        }
        return sent == bytes.count
    }

    @discardableResult
    func send(_ text: String) throws -> Bool { try send(Array(text.utf8)) }

    struct Received: Sendable {
        var bytes: [UInt8] = []
        var isClosed = false
        var text: String { String(decoding: bytes, as: UTF8.self) }
        var status: Int? {
            text.hasPrefix("HTTP/1.") ? Int(text.dropFirst(9).prefix(3)) : nil
        }
        var body: String {
            guard let range = text.firstRange(of: "\r\n\r\n") else { return "" }
            return String(text[range.upperBound...])
        }
        func header(_ name: String) -> String? {
            for line in text.split(separator: "\r\n") {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                    return String(parts[1].drop { $0 == " " })
                }
            }
            return nil
        }
    }

    /// Reads until `isEnough`, the end, or the deadline.
    func receive(
        within time: Duration = .seconds(20),
        until isEnough: (Received) -> Bool = { $0.isWhole }
    ) throws -> Received {
        let deadline = MonotonicInstant.now + time
        var received = Received()
        while !isEnough(received), MonotonicInstant.now < deadline {
            switch read(into: &received.bytes) {
            case .moved: break
            case .wait: try wait(for: .read, until: deadline)
            case .closed:
                received.isClosed = true
                return received
            }
        }
        return received
    }

    /// Everything until the other side closes.
    func receiveAll(within time: Duration = .seconds(20)) throws -> Received {
        try receive(within: time) { _ in false }
    }

    func endWriting() { InternetSocket.endWriting(to: channel) }
}

extension RawClient.Received {
    /// Whether a head and as many bytes as it says are there.
    var isWhole: Bool {
        guard text.contains("\r\n\r\n") else { return false }
        if let length = header("content-length").flatMap(Int.init) {
            return body.utf8.count >= length
        }
        return text.hasSuffix("0\r\n\r\n")
    }
}
