import CLinux

/// Processes that run only when nobody else wants a processor (`SCHED_IDLE`, sched(7)).
package enum ProcessPriority {
    /// Whether this process can also let others return to what they were.
    ///
    /// That takes `CAP_SYS_NICE`, or a limit `RLIMIT_NICE` of at least 20 (`LimitNICE=+0` of systemd).
    package static var canReturn: Bool { clinux_can_return() == 1 }

    /// Makes a process give way, or return.
    ///
    /// Its other threads stay as they are; what it starts from now on is like it. One that is gone is
    /// not an error.
    package static func setGivesWay(_ isOn: Bool, of pid: Int32) {
        _ = clinux_give_way(pid, isOn ? 1 : 0)
    }

    package static func givesWay(_ pid: Int32) -> Bool { clinux_gives_way(pid) == 1 }
}
