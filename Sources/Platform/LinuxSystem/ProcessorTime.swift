internal import Glibc

/// Processor time that this process has used, all its threads together.
package enum ProcessorTime {
    /// User and system time since the process began (`CLOCK_PROCESS_CPUTIME_ID`).
    package static var now: Duration {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
