import CLinux
import Glibc

/// A descriptor with several holders; closed when the last lets it go.
package final class Channel: Sendable {
    package let descriptor: Descriptor
    package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}

/// A pipe: what is written to one end comes out of the other.
package struct Pipe: Sendable {
    package let readEnd: Channel
    package let writeEnd: Channel

    package init() throws(Errno) {
        var numbers: [Int32] = [-1, -1]
        let result = unsafe numbers.withUnsafeMutableBufferPointer { buffer -> Int32 in
            guard let base = buffer.baseAddress else { return -1 }
            return unsafe clinux_pipe(base)
        }
        if result != 0 { throw Errno.last }
        readEnd = Channel(Descriptor(owning: numbers[0]))
        writeEnd = Channel(Descriptor(owning: numbers[1]))
    }
}

/// One end of a socket that keeps messages apart (`SOCK_SEQPACKET`).
package final class MessageSocket: Sendable {
    package let descriptor: Descriptor

    /// What one receive gave.
    package struct Message: ~Copyable, Sendable {
        package let bytes: [UInt8]
        /// Descriptors that came with it.
        package var attachment: Descriptor?
        package var secondAttachment: Descriptor?
    }

    package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Two connected ends.
    package static func pair() throws(Errno) -> (near: MessageSocket, far: MessageSocket) {
        var numbers: [Int32] = [-1, -1]
        let result = unsafe numbers.withUnsafeMutableBufferPointer { buffer -> Int32 in
            guard let base = buffer.baseAddress else { return -1 }
            return unsafe clinux_packet_pair(base)
        }
        if result != 0 { throw Errno.last }
        return (
            near: MessageSocket(Descriptor(owning: numbers[0])),
            far: MessageSocket(Descriptor(owning: numbers[1]))
        )
    }

    /// Sends one message whole, or throws; never waits.
    package func send(_ bytes: [UInt8]) throws(Errno) {
        let number = descriptor.number
        let count = unsafe bytes.withUnsafeBytes { buffer -> Int in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe clinux_send(number, base, buffer.count)
        }
        if count < 0 { throw Errno.last }
    }

    /// The next message, nil when there is none yet.
    ///
    /// An empty one is the end: the other side is gone. What it sent before is received first, also when
    /// it went without having read everything.
    package func receive(upTo limit: Int) throws(Errno) -> Message? {
        do {
            return try receiveOnce(upTo: limit)
        } catch let error where error == .connectionReset {
            // Told once, before the messages that came earlier (unix(7), SO_ERROR).
            return try receiveOnce(upTo: limit)
        }
    }

    private func receiveOnce(upTo limit: Int) throws(Errno) -> Message? {
        let number = descriptor.number
        var attachments: [Int32] = [-1, -1]
        var failure: Errno?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { space, filled in
            guard let base = space.baseAddress else { return }
            let count = unsafe clinux_receive(number, base, limit, &attachments)
            if count < 0 { failure = Errno.last }
            filled = max(count, 0)
        }
        if let failure {
            if failure == .wouldBlock { return nil }
            throw failure
        }
        return Message(
            bytes: bytes,
            attachment: attachments[0] < 0 ? nil : Descriptor(owning: attachments[0]),
            secondAttachment: attachments[1] < 0 ? nil : Descriptor(owning: attachments[1]))
    }
}
