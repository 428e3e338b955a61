internal import Glibc

/// The three descriptors that a process starts with.
package enum StandardStream: Int32, Sendable {
    case input = 0
    case output = 1
    case error = 2

    /// Whether a person sits at the other end (`isatty(3)`).
    package var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Columns of the terminal, nil when this is none.
    package var columns: Int? {
        var size = winsize()
        guard unsafe ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Writes all bytes, waiting where it must.
    ///
    /// A reader that went away is not an error: the rest is dropped and false returned.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    rawValue, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            }
            if written < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    var waiting = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
                    _ = unsafe poll(&waiting, 1, -1)
                    continue
                }
                return false
            }
            offset += written
        }
        return true
    }

    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// What is there, at most 64 KiB, waiting for the first byte; empty at the end.
    package func readSome() throws(Errno) -> [UInt8] {
        while true {
            var count = 0
            var failure = Errno.last
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, filled in
                count = unsafe Glibc.read(rawValue, buffer.baseAddress, buffer.count)
                failure = Errno.last
                filled = max(count, 0)
            }
            if count >= 0 { return bytes }
            guard failure == .wouldBlock || failure == .interrupted else { throw failure }
            var waiting = pollfd(fd: rawValue, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&waiting, 1, -1)
        }
    }

    /// Everything until the end; nil when it cannot be read or is longer than `limit` bytes.
    package func readToEnd(limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while true {
            var count = 0
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, filled in
                repeat {
                    count = unsafe Glibc.read(rawValue, buffer.baseAddress, buffer.count)
                } while count < 0 && errno == EINTR
                filled = max(count, 0)
            }
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += chunk
            if bytes.count > limit { return nil }
        }
    }
}
