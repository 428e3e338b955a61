import CLinux
import Glibc

/// How a child process ended, and what it used.
package struct ProcessExit: Sendable, Hashable {
    package enum End: Sendable, Hashable {
        case status(Int32)
        case signal(Int32)
    }
    package let end: End
    package let cpuTime: Duration
    package let peakMemoryBytes: Int
    /// Pages that it touched first, or wrote first after its fork.
    package let minorFaults: Int
}

/// A child process that cannot be mistaken for another one, whatever becomes of its number (pidfd).
package struct ProcessHandle: ~Copyable, Sendable {
    package let pid: Int32
    /// Readable when the process has ended.
    package let descriptor: Descriptor

    /// `pid` must be a process whose number cannot have been reused: an unreaped child, or one that
    /// is blocked in a seccomp notification.
    package init(pid: Int32) throws(Errno) {
        let number = clinux_pidfd_open(pid)
        if number < 0 { throw Errno.last }
        self.pid = pid
        descriptor = Descriptor(owning: number)
    }

    /// Whether this process may wait for it.
    package var isOwnChild: Bool { clinux_pidfd_is_child(descriptor.number) == 1 }

    /// Sends SIGKILL.
    ///
    /// A process that has ended already is not an error.
    package borrowing func kill() {
        _ = clinux_pidfd_kill(descriptor.number, SIGKILL)
    }

    /// Takes the exit of an ended process; nil while it runs.
    ///
    /// Its number is free afterwards.
    package borrowing func reap() throws(Errno) -> ProcessExit? {
        var exit = clinux_exit()
        let result = unsafe clinux_pidfd_reap(descriptor.number, &exit)
        if result < 0 { throw Errno.last }
        if result == 0 { return nil }
        return ProcessExit(
            end: exit.signal != 0 ? .signal(exit.signal) : .status(exit.status),
            cpuTime: .microseconds(Int64(clamping: exit.cpu_microseconds)),
            peakMemoryBytes: Int(clamping: exit.peak_memory_bytes),
            minorFaults: Int(clamping: exit.minor_faults))
    }

    /// CPU time so far, zero when the process is gone.
    package var cpuTime: Duration {
        .nanoseconds(max(0, clinux_cpu_nanoseconds(pid)))
    }
}

/// The processes that one spawned process leads.
package enum ProcessGroup {
    /// Kills every member; an empty group is not an error.
    package static func kill(_ leader: Int32) {
        guard leader > 1 else { return }
        _ = Glibc.kill(-leader, SIGKILL)
    }

    /// Kills only the leader.
    package static func killLeader(_ leader: Int32) {
        guard leader > 1 else { return }
        _ = Glibc.kill(leader, SIGKILL)
    }

    /// Reaps members that have ended; whether any may be left.
    package static func reap(_ leader: Int32) -> Bool {
        clinux_reap_group(leader) == 1
    }
}
