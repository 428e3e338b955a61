import LinuxSystem

/// Bytes on their way to a descriptor that takes them when it can.
struct ByteQueue {
    /// Reading from the other side pauses above this.
    static let high = 256 << 10

    private var bytes: [UInt8] = []
    private var sent = 0

    var isEmpty: Bool { sent == bytes.count }
    var isFull: Bool { bytes.count - sent >= Self.high }

    mutating func append(_ more: some Collection<UInt8>) {
        if sent > 0, sent == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            sent = 0
        }
        bytes.append(contentsOf: more)
    }

    mutating func append(_ text: String) { append(text.utf8) }

    /// Writes what fits now.
    mutating func send(to channel: Channel) throws(Errno) {
        while !isEmpty {
            guard let count = try channel.descriptor.write(bytes, from: sent) else { break }
            sent += count
        }
        if sent > Self.high {
            bytes.removeFirst(sent)
            sent = 0
        }
    }
}
