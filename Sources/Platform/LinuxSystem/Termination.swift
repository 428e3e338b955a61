import CLinux
import Glibc

/// The wish of a person or of a service manager that the process ends (SIGTERM, SIGINT).
package enum Termination {
    /// From now on the first such signal is kept for `waitForSignal`; until then it ends the process.
    package static func prepare() throws(Errno) {
        if clinux_termination_descriptor() < 0 { throw Errno.last }
    }

    /// Returns when the first such signal has come; a second one ends the process at once.
    ///
    /// Call it once.
    package static func waitForSignal() async throws(Errno) {
        let descriptor = clinux_termination_descriptor()
        if descriptor < 0 { throw Errno.last }
        let result: Result<Void, Errno> = await withCheckedContinuation { continuation in
            do throws(Errno) {
                try ServiceThread.start(named: "termination") {
                    var byte: UInt8 = 0
                    var count = 0
                    repeat {
                        count = unsafe read(descriptor, &byte, 1)
                    } while count < 0 && errno == EINTR
                    continuation.resume(returning: .success(()))
                }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        try result.get()
    }
}

/// What systemd, or another manager that speaks its protocols, handed to this process.
package struct ServiceManager: Sendable {
    /// Sockets that were opened before the process started (sd_listen_fds(3)).
    package let listeningDescriptors: [Int32]
    /// How often it wants to hear that the process is well; nil: it does not ask.
    package let watchdogInterval: Duration?
    private let socket: String?

    /// Reads the environment once, and takes out of it what would mislead programs started from here.
    ///
    /// Only at the start of the process: see `setenv(3)`.
    package static func adopt() -> ServiceManager {
        func variable(_ name: String) -> String? { ProcessSurroundings.environment(name) }
        let isForUs = variable("LISTEN_PID").flatMap(Int32.init) == getpid()
        let count = isForUs ? variable("LISTEN_FDS").flatMap(Int32.init) ?? 0 : 0
        let watched = variable("WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
        let interval = watched ? variable("WATCHDOG_USEC").flatMap(Int64.init) : nil
        let manager = ServiceManager(
            listeningDescriptors: count > 0 ? Array(3..<(3 + min(count, 64))) : [],
            watchdogInterval: interval.flatMap { $0 > 0 ? .microseconds($0) : nil },
            socket: variable("NOTIFY_SOCKET"))
        let names = [
            "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID", "WATCHDOG_USEC",
            "NOTIFY_SOCKET",
        ]
        for name in names { unsafe _ = unsetenv(name) }
        return manager
    }

    /// Tells the manager, such as `READY=1` (sd_notify(3)); nothing happens where there is none.
    package func notify(_ state: String) {
        guard let socket else { return }
        unsafe _ = clinux_send_datagram(socket, state)
    }
}

/// A file that only grows: each text is written by one call, so lines of several writers never mix.
package final class AppendFile: Sendable {
    private let descriptor: Descriptor

    /// Opens or creates it, readable by its owner only.
    package init(_ path: String) throws(Errno) {
        let number = unsafe path.withCString {
            unsafe open($0, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        }
        if number < 0 { throw Errno.last }
        descriptor = Descriptor(owning: number)
    }

    /// Durable when it returns.
    ///
    /// What a full disk or a crash cut off before stays a line of its own.
    package func append(_ text: String) throws(Errno) {
        let bytes = (endsInsideLine() ? [UInt8(ascii: "\n")] : []) + Array(text.utf8)
        guard let count = try descriptor.write(bytes, from: 0), count == bytes.count else {
            throw .noSpace
        }
        if fdatasync(descriptor.number) != 0 { throw Errno.last }
    }

    private func endsInsideLine() -> Bool {
        let size = lseek(descriptor.number, 0, SEEK_END)
        var last = UInt8(ascii: "\n")
        guard size > 0, unsafe pread(descriptor.number, &last, 1, size - 1) == 1 else {
            return false
        }
        return last != UInt8(ascii: "\n")
    }
}
