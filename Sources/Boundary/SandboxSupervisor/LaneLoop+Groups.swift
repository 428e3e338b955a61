import LinuxSystem
import SandboxPolicy

/// Moving scripts into control groups while they set themselves up.
///
/// A script says that it is ready at the earliest when it stands in its group: no line of a user runs
/// outside of it. Moving costs the kernel milliseconds now and then, so another thread does it.
extension LaneLoop {
    /// Begins the move of a script that was just heard of for the first time.
    func beginMove(of script: ScriptProcess) {
        guard let pool = groupPool else { return }
        do {
            let group = try pool.take()
            script.group = group
            script.isMoving = true
            let (mailbox, serial) = (mailbox, script.serial)
            pool.attach(script.handle.pid, to: group) { failure in
                // The lane lives at least as long as its scripts.
                _ = mailbox.post(.moved(serial, failure))
            }
        } catch {
            recordChildFailure("its control group cannot be made: \(error)")
            script.discard()
        }
    }

    func endMove(of serial: UInt32, failure: Errno?) {
        guard let script = scripts[serial] else { return }
        script.isMoving = false
        let call = script.readyCall
        script.readyCall = nil
        if script.hasExited { return noticeExit(of: script) }
        guard let zygote = zygotes[script.zygote], let listener = zygote.listener else {
            return script.discard()
        }
        if let failure {
            recordChildFailure("it could not be put into its control group: \(failure)")
            return script.discard()
        }
        guard let call, case .settingUp = script.state else { return }
        do {
            try makeReady(script, zygote, answering: call, through: listener)
        } catch {
            giveUp(script, of: zygote, because: error)
        }
    }

    /// The number of a process that is being moved must not become another's: it stays unreaped.
    func postponeExit(of script: ScriptProcess) {
        script.hasExited = true
        try? poller.stopWatching(script.handle.descriptor)
    }

    /// Whether the kernel killed the script because its group was full.
    func ranOutOfGroupMemory(_ script: ScriptProcess, _ exit: ProcessExit) -> Bool {
        guard exit.end == .signal(SignalNumber.kill), let group = script.group else { return false }
        return group.takeMemoryKill()
    }
}
