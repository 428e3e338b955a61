internal import CLinux
internal import Glibc

/// Things of this process that nobody in a box may reach: a file that everybody may read, and
/// listeners on the loopback address and on an abstract name.
package struct Canary: Sendable {
    /// Of the file.
    package let path: String
    /// A long value of this process's environment; empty when it has none.
    package let mark: String
    /// TCP, on 127.0.0.1.
    package let port: UInt16
    /// Abstract, of a Unix socket; see unix(7).
    package let name: String
    private let listeners: Listeners

    private final class Listeners: Sendable {
        let network: Descriptor
        let local: Descriptor
        init(_ network: consuming Descriptor, _ local: consuming Descriptor) {
            self.network = network
            self.local = local
        }
    }

    /// Makes them.
    package init() throws(Errno) {
        let unique = "\(CurrentProcess.pid)-\(MonotonicInstant.now.nanoseconds)"
        name = "sluice-doctor-\(unique)"
        path = "/tmp/sluice-doctor-\(unique)"
        mark = ProcessSurroundings.environment("PATH") ?? ""
        var port: UInt16 = 0
        let network = unsafe clinux_listen_on_loopback(&port)
        if network < 0 { throw Errno.last }
        self.port = port
        let first = Descriptor(owning: network)
        let local = unsafe clinux_listen_on_abstract_name(name)
        if local < 0 { throw Errno.last }
        listeners = Listeners(first, Descriptor(owning: local))
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        if file < 0 { throw Errno.last }
        close(file)
    }

    /// Removes the file.
    package func remove() { unsafe _ = unlink(path) }
}
