import FlowModel
import LinuxSystem
import SandboxPolicy

/// A script from its readiness to its end.
extension LaneLoop {
    /// What a pipe holds unless somebody makes it larger, which no script may.
    private static let chunk = 64 << 10

    /// The script waits inside its call while its four descriptors are put in place.
    func makeReady(
        _ script: ScriptProcess, _ zygote: Zygote, answering call: SeccompNotification,
        through listener: Zygote.Listener
    ) throws(Errno) {
        let input = try Pipe()
        let output = try Pipe()
        let errors = try Pipe()
        let result = try Pipe()
        try listener.seccomp.inject(input.readEnd.descriptor, as: 0, for: call)
        try listener.seccomp.inject(output.writeEnd.descriptor, as: 1, for: call)
        try listener.seccomp.inject(errors.writeEnd.descriptor, as: 2, for: call)
        try listener.seccomp.inject(result.writeEnd.descriptor, as: 3, for: call)
        let channels = Channels(
            input: input.writeEnd, output: output.readEnd, errors: errors.readEnd,
            result: result.readEnd)
        try channels.input?.descriptor.setNonBlocking()
        try watch(channels.output, for: .read, as: token(.scriptOutput, script.serial))
        try watch(channels.errors, for: .read, as: token(.scriptErrors, script.serial))
        try watch(channels.result, for: .read, as: token(.scriptResult, script.serial))
        script.channels = channels
        try listener.seccomp.answer(call)
        script.openStatus()
        if configuration.observeRun != nil {
            script.setUpFaults = ProcessFigures.minorFaults(of: script.handle.pid) ?? 0
        }
        script.state = .ready
        childBrake.recordSuccess()
        if zygote.isServing {
            if ready.isEmpty || zygotes.count > 1 { dropReadyScripts(olderThan: zygote) }
            ready.append(script.serial)
        } else {
            script.discard()
        }
    }

    private func watch(
        _ channel: Channel?, for interest: Poller.Interest, as token: UInt64
    ) throws(Errno) {
        guard let channel else { return }
        try channel.descriptor.setNonBlocking()
        try poller.watch(channel.descriptor, for: interest, as: token)
    }

    func start(_ ticket: RunTicket, in script: ScriptProcess) {
        let now = MonotonicInstant.now
        let run = Run(ticket: ticket, at: now, cpuBefore: script.handle.cpuTime)
        run.timeline.setUpFaults = script.setUpFaults
        run.threads = script.setUpThreads
        script.state = .running(run)
        scriptOfTicket[ticket.id] = script.serial
        lastUse = now
        sendInput(to: script)
        guard let input = script.channels?.input else { return }
        try? poller.watch(input.descriptor, for: .write, as: token(.scriptInput, script.serial))
    }

    /// Writes what fits; closing tells the script that there is no more.
    func sendInput(to script: ScriptProcess) {
        guard let run = script.run, let input = script.channels?.input else { return }
        do {
            while run.sent < run.ticket.frame.count {
                guard let count = try input.descriptor.write(run.ticket.frame, from: run.sent)
                else { return }
                run.sent += count
            }
        } catch {
            // Nobody reads it any more: the end of the script will say why.
        }
        script.channels?.input = nil
        run.timeline.passSent(at: .now)
    }

    func readOutput(of script: ScriptProcess) {
        guard let run = script.run, let channel = script.channels?.output else {
            script.channels?.output = nil
            return
        }
        if readLog(from: channel, into: &run.output, run, script) { script.channels?.output = nil }
    }

    func readErrors(of script: ScriptProcess) {
        guard let run = script.run, let channel = script.channels?.errors else {
            script.channels?.errors = nil
            return
        }
        if readLog(from: channel, into: &run.errors, run, script) { script.channels?.errors = nil }
    }

    /// Whether the channel has served: it ended, or the log is full.
    private func readLog(
        from channel: Channel, into log: inout [UInt8], _ run: Run, _ script: ScriptProcess
    ) -> Bool {
        let limit = run.ticket.limits.logs.bytes
        reserve(in: &log, upTo: limit)
        switch try? channel.descriptor.read(upTo: Self.chunk, into: &log) {
        case .bytes:
            guard log.count > limit else { return false }
            log.removeLast(log.count - limit)
            log += Array("\n[cut: the limit 'logs' is \(limit) bytes]\n".utf8)
            kill(script, because: .exceeded(.logs))
            return true
        case .wouldBlock: return false
        case .end, nil: return true
        }
    }

    /// Never more than the log may become: what grows by itself would take twice that.
    private func reserve(in log: inout [UInt8], upTo limit: Int) {
        guard log.count >= Self.chunk, log.capacity - log.count < Self.chunk else { return }
        log.reserveCapacity(min(2 * log.count, limit) + Self.chunk)
    }

    func readResult(of script: ScriptProcess) {
        guard let run = script.run, let channel = script.channels?.result else {
            script.channels?.result = nil
            return
        }
        switch try? channel.descriptor.read(upTo: Self.chunk, into: &run.frame) {
        case .bytes:
            if run.timeline.answered == run.timeline.sent { run.timeline.passAnswered(at: .now) }
            judgeFrame(of: run, script)
        case .wouldBlock: break
        case .end, nil: script.channels?.result = nil
        }
    }

    private func judgeFrame(of run: Run, _ script: ScriptProcess) {
        switch ResultFrame.progress(of: run.frame, limit: run.ticket.limits.output) {
        case .incomplete, .complete: break
        case .tooLong: kill(script, because: .exceeded(.output))
        case .invalid: kill(script, because: .wroteInvalidFrame)
        }
    }

    /// Its end is told when it asks to be let go: nothing that it does can change anything any more.
    func finish(_ script: ScriptProcess, _ run: Run, status: UInt32) {
        drain(script, run)
        guard run.verdict == nil else { return }
        run.timeline.ended = .now
        let record = run.record(
            ending: .exited(status: status, frame: run.frame), at: .now,
            cpuTime: script.handle.cpuTime, peakMemory: script.peakMemoryBytes ?? 0)
        complete(script, run, record)
        script.channels = nil
    }

    /// Takes what is in the pipes.
    ///
    /// Each holds one chunk at most, and nobody writes any more.
    private func drain(_ script: ScriptProcess, _ run: Run) {
        readResult(of: script)
        readOutput(of: script)
        readErrors(of: script)
    }

    private func complete(_ script: ScriptProcess, _ run: Run, _ record: RunRecord) {
        var record = record
        record.layers = script.layers
        if script.group != nil { record.layers?.enforced.insert("cgroup", at: 0) }
        scriptOfTicket[run.ticket.id] = nil
        script.state = .ending
        lastUse = .now
        run.ticket.complete(.success(record))
        run.timeline.told = .now
        script.timeline = run.timeline
    }

    /// Kills a script and keeps the reason; its end is told when it is over.
    func kill(_ script: ScriptProcess, because verdict: RunRecord.End) {
        guard let run = script.run, run.verdict == nil else { return }
        run.verdict = verdict
        script.handle.kill()
    }

    func noticeExit(of script: ScriptProcess) {
        guard !script.isMoving else { return postponeExit(of: script) }
        guard let exit = try? script.handle.reap() else { return }
        reapedTime += exit.cpuTime
        let isOutOfMemory = ranOutOfGroupMemory(script, exit)
        if let run = script.run {
            drain(script, run)
            run.timeline.ended = .now
            let record = run.record(
                ending: run.verdict
                    ?? (isOutOfMemory ? .exceeded(.memory) : end(of: run, after: exit)),
                at: .now,
                cpuTime: exit.cpuTime, peakMemory: exit.peakMemoryBytes)
            complete(script, run, record)
        } else if case .settingUp = script.state {
            recordChildFailure("it ended by itself: \(exit.end)")
        }
        tellObserver(of: script, exit)
        ready.removeAll { $0 == script.serial }
        scripts[script.serial] = nil
        scriptOfPid[script.handle.pid] = nil
        if let group = script.group { groupPool?.giveBack(group) }
        if let zygote = zygotes[script.zygote] { zygote.scripts -= 1 }
    }

    private func tellObserver(of script: ScriptProcess, _ exit: ProcessExit) {
        guard let observe = configuration.observeRun, var timeline = script.timeline else { return }
        timeline.reaped = .now
        timeline.cpuTime = exit.cpuTime
        timeline.faults = exit.minorFaults
        observe(timeline)
    }

    /// The kernel kills for CPU time when the supervisor's own check has missed it.
    private func end(of run: Run, after exit: ProcessExit) -> RunRecord.End {
        switch exit.end {
        case .status(let status):
            return .exited(status: UInt32(bitPattern: status), frame: run.frame)
        case .signal(let signal):
            let used = exit.cpuTime - run.cpuBefore
            let isCPU = signal == SignalNumber.kill || signal == SignalNumber.cpuTimeExceeded
            return isCPU && used >= run.ticket.limits.cpuTime
                ? .exceeded(.cpuTime) : .signalled(signal)
        }
    }

    /// A ticket that was cancelled before it had a script.
    func finishUnstarted(_ ticket: RunTicket) {
        let usage = Usage(wallTime: .zero, cpuTime: .zero, peakMemory: ByteCount(0))
        ticket.complete(.success(RunRecord(end: .cancelled, usage: usage)))
    }
}
