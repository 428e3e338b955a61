import LinuxSystem

/// Giving way: runs that have lasted to those that begin, and lanes that take much of the processors to
/// lanes that take little.
///
/// What gives way runs when nobody else wants to, which alone on a machine is always.
extension LaneLoop {
    /// Processor time after which a run gives way.
    static let longRun = Duration.milliseconds(10)
    /// Who gives way and gets less than the turn in the period has one at once, whoever else wants to run.
    private static let turn = Duration.milliseconds(10)
    private static let turnPeriod = Duration.milliseconds(100)

    func shareTurns(of run: Run, in script: ScriptProcess, at now: MonotonicInstant) {
        guard shares != nil, now >= run.turnAt else { return }
        let used = script.handle.cpuTime - run.cpuBefore
        if run.givesWay, used - run.usedBeforeTurn < Self.turn {
            setGivesWay(false, run, script)
            run.turnAt = now + Self.turn
        } else if used >= Self.longRun {
            setGivesWay(true, run, script)
            run.turnAt = now + Self.turnPeriod
        } else {
            // One that mostly waits is looked at ever more seldom.
            run.turnAt = now + max(Self.longRun - used, (now - run.started) / 4)
        }
        run.usedBeforeTurn = used
    }

    private func setGivesWay(_ isOn: Bool, _ run: Run, _ script: ScriptProcess) {
        guard run.givesWay != isOn else { return }
        run.givesWay = isOn
        if !givesWay { ProcessPriority.setGivesWay(isOn, of: script.handle.pid) }
    }

    func shareProcessors(at now: MonotonicInstant) {
        guard let shares else { return }
        let isActive = !scriptOfTicket.isEmpty || !waiting.isEmpty || givesWay
        guard let due = shareAt ?? (isActive ? now + ProcessorShares.period : nil) else { return }
        shareAt = due
        guard now >= due else { return }
        shareAt = nil
        let used = usedTime
        let isTooMuch = shares.givesWay(
            key, used: used - usedBefore, during: now - sharedAt, at: now)
        usedBefore = used
        sharedAt = now
        if isTooMuch != givesWay { setGivesWay(isTooMuch) }
    }

    /// Processor time of everything that this lane has started.
    private var usedTime: Duration {
        let alive = scripts.values.reduce(Duration.zero) { $0 + $1.handle.cpuTime }
        return zygotes.values.reduce(alive + reapedTime) { $0 + $1.handle.cpuTime }
    }

    /// What they fork from now on is like the zygotes.
    private func setGivesWay(_ isOn: Bool) {
        givesWay = isOn
        for zygote in zygotes.values where !zygote.hasExited {
            ProcessPriority.setGivesWay(isOn, of: zygote.handle.pid)
        }
        for script in scripts.values where !script.hasExited && script.run?.givesWay != true {
            ProcessPriority.setGivesWay(isOn, of: script.handle.pid)
        }
    }
}
