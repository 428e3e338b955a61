import CZygoteProtocol
import LinuxSystem
import SandboxPolicy
import SeccompFilters

/// What a process of Node.js needs to start, beyond what its profile lets a script do.
///
/// SECURITY: this is for the time between the process's set-up and its readiness, in which only Node's
/// own code and our bootstrap run. execve's path stands behind a pointer, and is let pass all the same
/// because nobody else's code is there to change it; once the process is ready, nothing of this passes.
enum NodeStart {
    /// How JavaScript says that the process is ready: process.kill(ZYGOTE_READY_MAGIC, 0).
    static func isReady(_ call: SeccompNotification) -> Bool {
        call.call == SystemCallNumber.signalProcess
            && call.arguments[0] == UInt64(ZYGOTE_READY_MAGIC) && call.arguments[1] == 0
    }

    /// For a filter that would let the call happen without asking.
    static let readyRule = FilterRule(
        call: "kill", conditions: [(0, .equal(UInt64(ZYGOTE_READY_MAGIC)))], action: .notify)

    /// The one execve of the process; the self-test before it tries one without a path.
    static func startsProgram(_ call: SeccompNotification) -> Bool {
        call.call == SystemCallNumber.execute && call.arguments[0] != 0
    }

    static func isNeeded(_ call: SeccompNotification) -> Bool {
        switch call.call {
        case SystemCallNumber.map: isCodeOfFile(call.arguments)
        // ARCH_SET_FS: the thread pointer of the first thread.
        case SystemCallNumber.architectureControl: call.arguments[0] == 0x1002
        case SystemCallNumber.setThreadIDAddress: true
        default: false
        }
    }

    /// What the loader does with a shared library.
    ///
    /// Exactly PROT_READ|PROT_EXEC, MAP_PRIVATE and perhaps MAP_FIXED and MAP_DENYWRITE, of a
    /// descriptor: never writable, never anonymous.
    private static func isCodeOfFile(_ arguments: [UInt64]) -> Bool {
        let (privately, extra): (UInt64, UInt64) = (0x2, 0x10 | 0x800)
        return arguments[2] == 5 && arguments[3] & ~extra == privately
            && Int32(truncatingIfNeeded: arguments[4]) >= 0
    }
}

extension LaneLoop {
    /// Whether the call was one of the start and is answered.
    func answerStart(
        of script: ScriptProcess, _ call: SeccompNotification, _ zygote: Zygote,
        _ listener: Zygote.Listener
    ) throws(Errno) -> Bool {
        // A test that leaves out seccomp is not asked about the program's start.
        if NodeStart.isReady(call), script.hasProgram || zygote.leftOut.contains(.seccomp) {
            try noteReady(script, zygote, call, listener)
            return true
        }
        guard script.hasProgram else {
            guard NodeStart.startsProgram(call) else { return false }
            script.hasProgram = true
            try listener.seccomp.letPass(call)
            return true
        }
        switch plan.answer(to: call) {
        case .startThread where script.setUpThreads < plan.profile.limits.processes:
            script.setUpThreads += 1
        case .endThread: script.setUpThreads -= 1
        case .error where NodeStart.isNeeded(call): break
        default: return false
        }
        try listener.seccomp.letPass(call)
        return true
    }
}
