internal import Glibc

extension StandardStream {
    /// One line from this stream, without its line end and, on a terminal, without echo.
    ///
    /// Nil at the end of input. When this is no terminal, everything up to the end is read, so
    /// that a value may have several lines; one line end at its end is dropped.
    package func readHidden(limit: Int = 64 << 10) -> [UInt8]? {
        var before = termios()
        let isHidden = isTerminal && (unsafe tcgetattr(rawValue, &before)) == 0
        if isHidden {
            var silent = before
            silent.c_lflag &= ~tcflag_t(ECHO)
            unsafe _ = tcsetattr(rawValue, TCSAFLUSH, &silent)
        }
        defer { if isHidden { unsafe _ = tcsetattr(rawValue, TCSAFLUSH, &before) } }

        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count <= limit {
            let count = unsafe Glibc.read(rawValue, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return bytes.isEmpty ? nil : Self.withoutLineEnd(bytes) }
            if isHidden, byte == UInt8(ascii: "\n") { return bytes }
            bytes.append(byte)
        }
        return bytes
    }

    private static func withoutLineEnd(_ bytes: [UInt8]) -> [UInt8] {
        var kept = bytes[...]
        if kept.last == UInt8(ascii: "\n") { kept.removeLast() }
        if kept.last == UInt8(ascii: "\r") { kept.removeLast() }
        return Array(kept)
    }
}
