import FlowModel
import LinuxSystem
import SandboxPolicy

/// What the lane does by itself, after every round of events: deadlines, refilling, replacing, ending.
extension LaneLoop {
    /// After a run has begun its successor is forked this much later, off its path.
    static let refillDelay = Duration.milliseconds(3)
    static let mostNodeReserve = 2
    static let forkLimit = Duration.seconds(10)

    func work(at now: MonotonicInstant) {
        if isStopping {
            stop()
        } else if isIdle(at: now) {
            endAll()
        } else {
            dispatch()
            spreadWork()
            manageZygotes(at: now)
            refill(at: now)
        }
        enforceDeadlines(at: now)
        shareProcessors(at: now)
        bury(at: now)
    }

    func isIdle(at now: MonotonicInstant) -> Bool {
        waiting.isEmpty && scriptOfTicket.isEmpty && now >= lastUse + configuration.idleTime
            && !configuration.lastingTenants.contains(key.tenant)
    }

    /// Gives waiting tickets to ready scripts, both in order of arrival.
    func dispatch() {
        guard !isStopping else { return }
        while let ticket = waiting.first, let serial = ready.first {
            ready.removeFirst()
            guard let script = scripts[serial], script.isReady else { continue }
            waiting.removeFirst()
            start(ticket, in: script)
        }
    }

    private func stop() {
        for ticket in waiting { finishUnstarted(ticket) }
        waiting = []
        for script in scripts.values where script.run != nil {
            kill(script, because: .cancelled)
        }
        endAll()
    }

    private func endAll() {
        for zygote in zygotes.values where !zygote.hasEnded { end(zygote) }
        for script in scripts.values where script.run == nil { script.discard() }
    }

    private func manageZygotes(at now: MonotonicInstant) {
        let starting = zygotes.values.contains { $0.isStarting }
        let current = zygotes.values.first { $0.isServing }
        guard !starting else { return }
        guard let current else { return startFirstZygote(at: now) }
        let isWorn =
            current.forks >= configuration.runsPerZygote
            || now >= current.startedAt + configuration.zygoteAge
        if isWorn, !startBrake.isPulled(at: now) { startZygote(at: now) }
    }

    private func startFirstZygote(at now: MonotonicInstant) {
        while !waiting.isEmpty, !zygotes.values.contains(where: { $0.isStarting }) {
            if startBrake.isPulled(at: now) { return failWaiting() }
            startZygote(at: now)
        }
    }

    private func failWaiting() {
        let error =
            lastError
            ?? SandboxSetupError(
                act: "start a script process", profile: key.profile,
                cause: "the last attempts did not work", hint: "run 'sluice doctor'")
        for ticket in waiting { ticket.complete(.failure(error)) }
        waiting = []
    }

    /// Asks for forks: at once when somebody waits, a little later when only the reserve is short.
    private func refill(at now: MonotonicInstant) {
        guard let zygote = zygotes.values.first(where: { $0.isServing }) else { return }
        if childBrake.isPulled(at: now) {
            failWaiting()
            return
        }
        let coming =
            zygote.unheard
            + scripts.values.count { script in
                if case .settingUp = script.state { return script.zygote == zygote.serial }
                return false
            }
        let wanted = wantedForks(coming: coming)
        guard wanted > 0 else {
            refillAt = nil
            return
        }
        let isUrgent = !waiting.isEmpty || ready.isEmpty
        if !isUrgent {
            let due = refillAt ?? now + Self.refillDelay
            refillAt = due
            guard now >= due else { return }
        }
        refillAt = nil
        let count = min(wanted, 32)
        requestForks(count, hurried: min(count, hurriedForks()), from: zygote, at: now)
    }

    /// Who waits gets a process that was not warmed; when more wait than the reserve could serve, nobody
    /// would notice a reserve that is warm.
    private func hurriedForks() -> Int {
        isCrowded ? .max : waiting.count
    }

    private var isCrowded: Bool {
        waiting.count + scriptOfTicket.count > configuration.childrenPerZygote
    }

    /// A run alone is answered quickest on its own processor; several would queue for one, and the others
    /// be idle.
    private func spreadWork() {
        let isAlone = scriptOfTicket.count + waiting.count <= 1
        guard isAlone != wakesHere else { return }
        wakesHere = isAlone
        for zygote in zygotes.values { zygote.listener?.seccomp.wakesHere(isAlone) }
    }

    /// A fork is cheap, a start of Node is a twentieth of a second of a processor: few are kept ready, and
    /// no more are on their way than there are processors.
    private func wantedForks(coming: Int) -> Int {
        guard plan.profile.runsNode else {
            return configuration.childrenPerZygote + waiting.count - ready.count - coming
        }
        let reserve = min(configuration.childrenPerZygote, Self.mostNodeReserve)
        let wanted = reserve + waiting.count - ready.count - coming
        return min(wanted, ProcessSurroundings.processorCount - coming)
    }

    private func enforceDeadlines(at now: MonotonicInstant) {
        for script in scripts.values {
            switch script.state {
            case .settingUp(let until) where now >= until: script.handle.kill()
            case .running(let run):
                enforceTime(of: run, in: script, at: now)
                shareTurns(of: run, in: script, at: now)
            default: break
            }
        }
        for zygote in zygotes.values {
            if case .starting(let until) = zygote.state, now >= until {
                let limit = configuration.startLimit
                startFailed(
                    zygote, cause: "it was not ready after \(limit)", isFinal: true)
            } else if let deadline = zygote.forkDeadline, now >= deadline, !zygote.hasEnded {
                startFailed(zygote, cause: "a script process did not get ready in time")
            }
        }
    }

    private func enforceTime(of run: Run, in script: ScriptProcess, at now: MonotonicInstant) {
        guard run.verdict == nil else { return }
        if now >= run.cpuCheck {
            let used = script.handle.cpuTime - run.cpuBefore
            let limit = run.ticket.limits.cpuTime
            if used >= limit {
                kill(script, because: .exceeded(.cpuTime))
                return
            }
            run.cpuCheck = now + max(limit - used, .milliseconds(2))
        }
        if now >= run.deadline { kill(script, because: .exceeded(.wallTime)) }
    }

    func nextDeadline() -> MonotonicInstant? {
        var next: MonotonicInstant?
        func consider(_ instant: MonotonicInstant?) {
            guard let instant else { return }
            next = next.map { min($0, instant) } ?? instant
        }
        consider(refillAt)
        consider(buryAt)
        consider(shareAt)
        for script in scripts.values {
            switch script.state {
            case .settingUp(let until): consider(until)
            case .running(let run) where run.verdict == nil:
                consider(min(run.deadline, run.cpuCheck))
                if shares != nil { consider(run.turnAt) }
            default: break
            }
        }
        for zygote in zygotes.values where !zygote.hasEnded {
            consider(zygote.forkDeadline)
            if case .starting(let until) = zygote.state { consider(until) }
        }
        let idleAt = lastUse + configuration.idleTime
        if waiting.isEmpty, scriptOfTicket.isEmpty, idleAt > .now { consider(idleAt) }
        return next
    }
}
