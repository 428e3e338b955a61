import Glibc

/// An open file descriptor and the duty to close it.
///
/// Closed when it goes away. Everything opened here is close-on-exec.
package struct Descriptor: ~Copyable, Sendable {
    /// For calls of this module only; never kept beyond the descriptor.
    package let number: Int32

    /// Takes over a descriptor that nobody else closes.
    package init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// What one read gave.
    package enum ReadResult: Sendable, Hashable {
        /// This many bytes were added.
        case bytes(Int)
        case end
        /// Nothing is there yet. Not an error.
        case wouldBlock
    }

    /// Adds at most `limit` bytes to the end of `buffer`, by one read(2).
    package borrowing func read(
        upTo limit: Int, into buffer: inout [UInt8]
    ) throws(Errno) -> ReadResult {
        var count = 0
        var failure = Errno(0)
        let number = self.number
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: limit) { space, filled in
            repeat {
                count = unsafe Glibc.read(number, space.baseAddress, limit)
                failure = Errno.last
            } while count == -1 && failure == .interrupted
            filled = max(count, 0)
        }
        if count > 0 {
            buffer.append(contentsOf: chunk)
            return .bytes(count)
        }
        if count == 0 { return .end }
        if failure == .wouldBlock { return .wouldBlock }
        throw failure
    }

    /// Writes as many bytes of `bytes[offset...]` as fit now.
    ///
    /// Nil when nothing fits at the moment. `EPIPE` when nobody reads any more; SIGPIPE is ignored by
    /// `ignoreBrokenPipes()`.
    package borrowing func write(
        _ bytes: [UInt8], from offset: Int
    ) throws(Errno) -> Int? {
        let number = self.number
        var failure = Errno(0)
        var count = 0
        repeat {
            count = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[offset...])
                return unsafe Glibc.write(number, rest.baseAddress, rest.count)
            }
            failure = Errno.last
        } while count == -1 && failure == .interrupted
        if count >= 0 { return count }
        if failure == .wouldBlock { return nil }
        throw failure
    }

    /// Reads from the start of the file, wherever its offset stands; for small files of /proc.
    package borrowing func readStart(upTo limit: Int) throws(Errno) -> [UInt8] {
        try readRange(from: 0, upTo: limit)
    }

    /// Reads from a place of the file, wherever its offset stands: fewer bytes at its end.
    package borrowing func readRange(
        from place: Int, upTo limit: Int
    ) throws(Errno) -> [UInt8] {
        let number = self.number
        var failure: Errno?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { space, filled in
            let count = unsafe pread(number, space.baseAddress, limit, place)
            if count < 0 { failure = Errno.last }
            filled = max(count, 0)
        }
        if let failure { throw failure }
        return bytes
    }

    /// Makes calls on it return at once instead of waiting.
    ///
    /// Belongs to the open file, not the number. For pipes and sockets, which have no other flag that this could take away.
    package borrowing func setNonBlocking() throws(Errno) {
        if fcntl(number, F_SETFL, O_NONBLOCK) < 0 { throw Errno.last }
    }

    /// Opens a folder, to work in or to hold; nothing in it is read.
    package static func openFolder(_ path: String) throws(Errno) -> Descriptor {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        let number = unsafe path.withCString { unsafe Glibc.open($0, flags) }
        if number < 0 { throw Errno.last }
        return Descriptor(owning: number)
    }

    /// Opens a file for reading.
    package static func open(_ path: String) throws(Errno) -> Descriptor {
        let number = unsafe path.withCString { unsafe Glibc.open($0, O_RDONLY | O_CLOEXEC) }
        if number < 0 { throw Errno.last }
        return Descriptor(owning: number)
    }
}

/// Makes writing to a pipe that nobody reads an error instead of the end of this process.
package func ignoreBrokenPipes() {
    _ = signal(SIGPIPE, SIG_IGN)
}

/// Makes writing beyond the limit on the size of files (`RLIMIT_FSIZE`) an error like that of a full
/// disk, instead of the end of this process.
package func ignoreFileSizeSignal() {
    _ = signal(SIGXFSZ, SIG_IGN)
}
