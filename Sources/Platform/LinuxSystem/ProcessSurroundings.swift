internal import CLinux
internal import Glibc

/// What a process finds around it: environment, working folder, its own file, the date.
package enum ProcessSurroundings {
    /// The environment variable `name`, nil when it is not set.
    package static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Absolute path of the working folder; "/" when it is gone.
    package static var workingFolder: String {
        guard let path = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// Absolute path of the running executable (`/proc/self/exe`), nil without /proc.
    package static var executablePath: String? {
        guard let path = unsafe realpath("/proc/self/exe", nil) else { return nil }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }

    /// `path` made absolute against the working folder, without empty parts and `.`; nothing is
    /// looked up, so `..` stays.
    package static func absolute(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : workingFolder + "/" + path
        return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// Whether a file, folder or anything else stands at `path`.
    package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    /// Whether an ordinary file stands at `path`, or a link to one: not a pipe, device or folder.
    package static func isOrdinaryFile(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Processors that this process may use, at least 1 (sched_getaffinity(2)).
    package static var processorCount: Int { max(1, Int(clinux_processor_count())) }

    /// Milliseconds since 1970-01-01 UTC.
    package static var wallClockMilliseconds: Int64 {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// Nanoseconds since 1970-01-01 UTC.
    package static var wallClockNanoseconds: Int64 {
        var now = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    /// What is said on standard error when a signal (SIGINT, SIGTERM, SIGHUP) ends the process from
    /// now on; at most 511 bytes of it.
    package static func leaveOnInterruption(saying text: String) {
        _ = unsafe text.withCString { unsafe clinux_leave_saying($0) }
    }

    /// Ends the process at once with `status`; nothing that is buffered is written.
    package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}
