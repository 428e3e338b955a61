import CLinux

/// A socket that takes connections; closed when it goes away.
package struct ListeningSocket: ~Copyable, Sendable {
    package let descriptor: Descriptor

    package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// The next connection, non-blocking; nil when none waits.
    package borrowing func accept() throws(Errno) -> Channel? {
        let number = clinux_accept(descriptor.number)
        if number >= 0 { return Channel(Descriptor(owning: number)) }
        let failure = Errno.last
        if failure == .wouldBlock || failure == .interrupted || failure == .connectionAborted {
            return nil
        }
        throw failure
    }
}

/// TCP to other machines, without waiting.
package enum InternetSocket {
    /// A socket on its way to an address of 4 or 16 bytes: writable when the way has ended, and then
    /// `failure` says how.
    package static func connect(to address: [UInt8], port: UInt16) throws(Errno) -> Channel {
        let number = unsafe address.withUnsafeBufferPointer { bytes -> Int32 in
            guard let base = bytes.baseAddress else { return -1 }
            return unsafe clinux_connect(base, bytes.count, port)
        }
        if number < 0 { throw Errno.last }
        return Channel(Descriptor(owning: number))
    }

    /// Why a connection did not come about; nil when it did.
    package static func failure(of channel: Channel) -> Errno? {
        let number = clinux_socket_error(channel.descriptor.number)
        return number == 0 ? nil : Errno(number)
    }

    /// Says that nothing more will be written; what is wrong with that the next read tells.
    package static func endWriting(to channel: Channel) {
        _ = clinux_end_writing(channel.descriptor.number)
    }

    /// Makes the other side see an error, not an end, when the channel is closed: what it has got so far
    /// is not all there is.
    package static func resetWhenClosed(_ channel: Channel) {
        _ = clinux_reset_when_closed(channel.descriptor.number)
    }

    /// The addresses of a name, of 4 or 16 bytes each, as the system's resolver gives them.
    ///
    /// Waits for name servers: never call it on a thread that others wait for. Empty when the name
    /// has none.
    package static func addresses(of name: String) -> [[UInt8]] {
        let room: Int32 = 16
        let found = unsafe [clinux_address](unsafeUninitializedCapacity: Int(room)) {
            space, filled in
            guard let base = space.baseAddress else { return }
            let count = unsafe name.withCString { unsafe clinux_resolve($0, base, room) }
            filled = max(0, Int(count))
        }
        return found.map { address in
            let bytes = address.bytes
            let all = [
                bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5, bytes.6, bytes.7, bytes.8,
                bytes.9, bytes.10, bytes.11, bytes.12, bytes.13, bytes.14, bytes.15,
            ]
            return Array(all.prefix(address.length))
        }
    }
}
