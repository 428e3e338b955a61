import CLinux
import Glibc

/// The numbers of the few calls that the supervisor decides about by itself, for this architecture.
package enum SystemCallNumber {
    package static let clone = Int32(CLINUX_CALL_CLONE.rawValue)
    package static let exitGroup = Int32(CLINUX_CALL_EXIT_GROUP.rawValue)
    package static let tgkill = Int32(CLINUX_CALL_TGKILL.rawValue)
    package static let prctl = Int32(CLINUX_CALL_PRCTL.rawValue)
    package static let capset = Int32(CLINUX_CALL_CAPSET.rawValue)
    package static let prlimit64 = Int32(CLINUX_CALL_PRLIMIT64.rawValue)
    package static let close = Int32(CLINUX_CALL_CLOSE.rawValue)
    package static let signalAction = Int32(CLINUX_CALL_RT_SIGACTION.rawValue)
    package static let randomBytes = Int32(CLINUX_CALL_GETRANDOM.rawValue)

    package static let execute = Int32(CLINUX_CALL_EXECVE.rawValue)
    package static let map = Int32(CLINUX_CALL_MMAP.rawValue)
    package static let signalProcess = Int32(CLINUX_CALL_KILL.rawValue)
    /// Only where the thread pointer is set by a call.
    package static let architectureControl = Int32(
        bitPattern: UInt32(truncatingIfNeeded: CLINUX_CALL_ARCH_PRCTL.rawValue))
    package static let setThreadIDAddress = Int32(CLINUX_CALL_SET_TID_ADDRESS.rawValue)

    /// The number of `PR_SET_PDEATHSIG`.
    package static let setParentDeathSignal: UInt64 = 1
    package static let killSignal = UInt64(SIGKILL)

    /// `SIGCHLD | CLONE_PARENT`, with `CLONE_NEWPID` where there are namespaces.
    package static func scriptCloneFlags(newPIDNamespace: Bool) -> UInt64 {
        let flags = UInt64(SIGCHLD) | 0x0000_8000
        return newPIDNamespace ? flags | 0x2000_0000 : flags
    }
}

/// Signals that outcomes name.
package enum SignalNumber {
    package static let abort = Int32(SIGABRT)
    package static let kill = Int32(SIGKILL)
    /// A call that the filter itself kills for.
    package static let badCall = Int32(SIGSYS)
    package static let cpuTimeExceeded = Int32(SIGXCPU)
}
