import LinuxSystem
import SandboxPolicy

/// The threads of scripts whose profile has them: whose they are, and how many.
extension LaneLoop {
    /// The script that has the thread which makes the call; a notification names the thread alone.
    ///
    /// SECURITY: while its thread waits in the call, the number cannot become another thread's; that it
    /// still waits is checked after the look, so that the look was at this thread.
    func owner(
        ofThreadIn call: SeccompNotification, _ zygote: Zygote, _ listener: Zygote.Listener
    ) -> ScriptProcess? {
        guard plan.hasThreads, let group = ProcessStatus.process(ofThread: call.pid),
            let serial = scriptOfPid[group], let script = scripts[serial],
            script.zygote == zygote.serial, listener.seccomp.isWaiting(call)
        else { return nil }
        return script
    }

    /// The count is exact: no thread starts or ends but through here, and a process that is over is
    /// over with all of its threads.
    func startThread(
        _ call: SeccompNotification, of script: ScriptProcess, _ run: Run,
        _ listener: Zygote.Listener
    ) throws(Errno) {
        guard run.threads < run.ticket.limits.processes else {
            return kill(script, because: .exceeded(.processes))
        }
        run.threads += 1
        try listener.seccomp.letPass(call)
    }

    /// The last thread takes its process with it, as exit_group does.
    func endThread(
        _ call: SeccompNotification, of script: ScriptProcess, _ run: Run,
        _ listener: Zygote.Listener
    ) throws(Errno) {
        if run.threads > 1 {
            run.threads -= 1
        } else {
            finish(script, run, status: UInt32(truncatingIfNeeded: call.arguments[0]))
        }
        try listener.seccomp.letPass(call)
    }
}
