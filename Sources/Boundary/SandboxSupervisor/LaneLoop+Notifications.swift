import CZygoteProtocol
import LinuxSystem
import SandboxPolicy

/// Answering the calls that the filter stops.
///
/// SECURITY: decisions look at the caller's pid, the number and the registers, never at the caller's
/// memory, which can change between the look and the call.
extension LaneLoop {
    /// - Parameter hurried: how many of them skip what would only make a later run quicker.
    func requestForks(_ count: Int, hurried: Int, from zygote: Zygote, at now: MonotonicInstant) {
        let kinds = (0..<count).map { $0 < hurried ? ZYGOTE_REQUEST_HURRIED : ZYGOTE_REQUEST_WARM }
        do {
            try zygote.control.send(kinds.map { UInt8(truncatingIfNeeded: $0.rawValue) })
            zygote.forks += count
            zygote.unheard += count
            zygote.forkDeadline = zygote.forkDeadline ?? now + Self.forkLimit
        } catch {
            startFailed(zygote, cause: "it takes no requests: \(error)")
        }
    }

    func answerNotification(of zygote: Zygote) {
        guard let listener = zygote.listener else { return }
        let call: SeccompNotification
        do {
            guard let next = try listener.seccomp.receive() else { return }
            call = next
        } catch {
            return startFailed(zygote, cause: "its calls cannot be received: \(error)")
        }
        let isZygote = call.pid == zygote.handle.pid
        let script =
            isZygote
            ? nil
            : script(pid: call.pid, of: zygote) ?? adopt(call.pid, by: zygote)
                ?? owner(ofThreadIn: call, zygote, listener)
        do {
            if isZygote {
                try answer(call, ofZygote: zygote, listener)
            } else if let script {
                try answer(call, of: script, zygote, listener)
            } else {
                try listener.seccomp.refuse(call, with: .notPermitted)
            }
        } catch {
            // It waits for an answer that cannot be given; nobody else is concerned.
            giveUp(script, of: zygote, because: error)
        }
    }

    func giveUp(_ script: ScriptProcess?, of zygote: Zygote, because error: Errno) {
        guard let script else {
            return startFailed(zygote, cause: "its calls cannot be answered: \(error)")
        }
        if case .settingUp = script.state {
            recordChildFailure("it could not be given its descriptors: \(error)")
            script.discard()
        }
        script.handle.kill()
    }

    private func script(pid: Int32, of zygote: Zygote) -> ScriptProcess? {
        guard let serial = scriptOfPid[pid], let script = scripts[serial],
            script.zygote == zygote.serial
        else { return nil }
        return script
    }

    /// A pid that was never heard of is a script that was asked for, if one is due and it is ours.
    private func adopt(_ pid: Int32, by zygote: Zygote) -> ScriptProcess? {
        guard zygote.unheard > 0, !zygote.hasEnded, let handle = try? ProcessHandle(pid: pid),
            handle.isOwnChild
        else { return nil }
        let script = ScriptProcess(
            serial: serial(), zygote: zygote, handle: handle, until: .now + Self.forkLimit)
        guard
            (try? poller.watch(
                script.handle.descriptor, for: .read, as: token(.scriptExit, script.serial)))
                != nil
        else { return nil }
        zygote.unheard -= 1
        if zygote.unheard == 0 { zygote.forkDeadline = nil }
        zygote.scripts += 1
        scripts[script.serial] = script
        scriptOfPid[pid] = script.serial
        beginMove(of: script)
        return script
    }

    private func answer(
        _ call: SeccompNotification, ofZygote zygote: Zygote, _ listener: Zygote.Listener
    ) throws(Errno) {
        let flags = SystemCallNumber.scriptCloneFlags(
            newPIDNamespace: !zygote.leftOut.contains(.namespaces))
        switch call.call {
        case SystemCallNumber.clone where call.arguments[0] == flags && zygote.unheard > 0:
            try listener.seccomp.letPass(call)
        case SystemCallNumber.close, SystemCallNumber.exitGroup:
            try listener.seccomp.letPass(call)
        default: try listener.seccomp.refuse(call, with: .notPermitted)
        }
    }

    private func answer(
        _ call: SeccompNotification, of script: ScriptProcess, _ zygote: Zygote,
        _ listener: Zygote.Listener
    ) throws(Errno) {
        switch script.state {
        case .settingUp: try answerSetUp(call, of: script, zygote, listener)
        case .running(let run) where run.verdict == nil:
            try answer(call, of: script, run, zygote, listener)
        default:
            // A thread that asks to end would ask for ever.
            if call.call == SystemCallNumber.exitGroup || plan.answer(to: call) == .endThread {
                try listener.seccomp.letPass(call)
            } else {
                try listener.seccomp.refuse(call, with: .notPermitted)
            }
        }
    }

    /// Our own code, before any byte of a user: what the steps in `script.c` need.
    private func answerSetUp(
        _ call: SeccompNotification, of script: ScriptProcess, _ zygote: Zygote,
        _ listener: Zygote.Listener
    ) throws(Errno) {
        let arguments = call.arguments
        if plan.profile.runsNode, try answerStart(of: script, call, zygote, listener) { return }
        switch call.call {
        case Int32(ZYGOTE_READY_CALL)
        where arguments[0] == UInt64(ZYGOTE_READY_MAGIC) && !plan.profile.runsNode:
            try noteReady(script, zygote, call, listener)
        case SystemCallNumber.prctl
        where arguments[0] == SystemCallNumber.setParentDeathSignal
            && arguments[1] == SystemCallNumber.killSignal:
            try listener.seccomp.letPass(call)
        case SystemCallNumber.prlimit64 where arguments[0] == 0,
            SystemCallNumber.capset, SystemCallNumber.close, SystemCallNumber.signalAction,
            SystemCallNumber.randomBytes:
            try listener.seccomp.letPass(call)
        case SystemCallNumber.exitGroup:
            noteSetUpFailure(status: UInt32(truncatingIfNeeded: arguments[0]))
            script.state = .ending
            try listener.seccomp.letPass(call)
        default: try listener.seccomp.refuse(call, with: .notPermitted)
        }
    }

    /// It waits in its call until it stands in its group.
    func noteReady(
        _ script: ScriptProcess, _ zygote: Zygote, _ call: SeccompNotification,
        _ listener: Zygote.Listener
    ) throws(Errno) {
        if script.isMoving {
            script.readyCall = call
        } else {
            try makeReady(script, zygote, answering: call, through: listener)
        }
    }

    private func answer(
        _ call: SeccompNotification, of script: ScriptProcess, _ run: Run, _ zygote: Zygote,
        _ listener: Zygote.Listener
    ) throws(Errno) {
        if call.call == SystemCallNumber.exitGroup {
            finish(script, run, status: UInt32(truncatingIfNeeded: call.arguments[0]))
            return try listener.seccomp.letPass(call)
        }
        // With a pid namespace the filter itself allows tgkill to number 1.
        if call.call == SystemCallNumber.tgkill, zygote.leftOut.contains(.namespaces),
            call.arguments[0] == UInt64(script.handle.pid)
        {
            return try listener.seccomp.letPass(call)
        }
        if run.noteLine(call) { return try listener.seccomp.refuse(call, with: .notPermitted) }
        let answer = plan.answer(to: call)
        switch answer {
        case .startThread: return try startThread(call, of: script, run, listener)
        case .endThread: return try endThread(call, of: script, run, listener)
        case .kill, .error: break
        }
        let denied = DeniedCall(number: call.call, arguments: call.arguments)
        run.denials.add(denied)
        switch answer {
        // SECURITY: a recording refuses what a run kills for; it lets nothing through.
        case .kill where run.ticket.isRecording:
            try listener.seccomp.refuse(call, with: .notPermitted)
        case .error(let number): try listener.seccomp.refuse(call, with: Errno(number))
        default: kill(script, because: .refused(denied))
        }
        if run.denials.isFlood {
            kill(script, because: .flooded(denied, calls: run.denials.total))
        }
    }

    func noteSetUpFailure(status: UInt32) {
        let stage: UInt32 = status >> 12 & 0xfff
        let cause = Errno(Int32(status & 0xfff))
        let isOurs = status & 0xff00_0000 == ZYGOTE_SETUP_FAILURE
        if plan.profile.runsNode, let path = plan.binds.first?.path {
            if isOurs, stage == SetupStage.programVersion.rawValue {
                let cause = NodeProgram.tooOld(path, version: Int(status & 0xfff))
                return recordChildFailure(NodeProgram.failure(cause, for: key.profile))
            }
            if status == UInt32(ZYGOTE_NODE_KNOWS_NO_OPTION) {
                return recordChildFailure(
                    NodeProgram.failure(NodeProgram.tooOld(path, version: nil), for: key.profile))
            }
        }
        let words = SetupStage(rawValue: stage)?.words ?? "pass stage \(stage)"
        recordChildFailure(
            isOurs ? "it could not \(words): \(cause)" : "it ended with status \(status)")
    }

    func recordChildFailure(_ cause: String) {
        recordChildFailure(
            SandboxSetupError(
                act: "set up a script process", profile: key.profile, cause: cause,
                hint: "run 'sluice doctor'"))
    }

    private func recordChildFailure(_ error: SandboxSetupError) {
        lastError = error
        if childBrake.recordFailure(at: .now) { pool.add(to: \.braked) }
    }
}
