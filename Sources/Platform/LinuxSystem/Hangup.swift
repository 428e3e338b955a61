internal import CLinux
internal import Glibc

/// The wish of a person or of a service manager that files are read again (SIGHUP).
package enum Hangup {
    /// One value for each wish from now on; those that come together are one.
    ///
    /// Call it once: a thread waits for as long as the process lives.
    package static func signals() throws(Errno) -> AsyncStream<Void> {
        let descriptor = clinux_hangup_descriptor()
        if descriptor < 0 { throw Errno.last }
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try ServiceThread.start(named: "hangup") {
            var bytes = [UInt8](repeating: 0, count: 64)
            while true {
                let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                    unsafe read(descriptor, buffer.baseAddress, buffer.count)
                }
                if count > 0 {
                    continuation.yield()
                } else if count == 0 || errno != EINTR {
                    return continuation.finish()
                }
            }
        }
        return stream
    }
}
