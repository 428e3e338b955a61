import FlowModel
import LinuxSystem
import SandboxPolicy

/// Starting, losing and burying zygotes.
extension LaneLoop {
    func startZygote(at now: MonotonicInstant) {
        let serial = serial()
        let leftOut = configuration.leftOut.union(missing)
        do {
            let settings = try settings(leavingOut: leftOut)
            try findPackages()
            let zygote = try spawn(serial: serial, leavingOut: leftOut, at: now)
            zygotes[serial] = zygote
            pool.add(to: \.started)
            try send(settings, to: zygote)
            try poller.watch(
                zygote.control.descriptor, for: .read, as: token(.zygoteControl, serial))
            try poller.watch(zygote.handle.descriptor, for: .read, as: token(.zygoteExit, serial))
        } catch let error as SandboxSetupError {
            recordStartFailure(error, at: now)
        } catch {
            if let zygote = zygotes[serial] { end(zygote) }
            recordStartFailure(
                SandboxSetupError(
                    act: "start '\(plan.executable)'", profile: key.profile,
                    cause: Self.words(for: error),
                    hint: Self.hint(for: error)),
                at: now)
        }
    }

    /// One that is gone already has said why, or its end says that it has not: both are read next.
    private func send(_ settings: [UInt8], to zygote: Zygote) throws(Errno) {
        do {
            try zygote.control.send(settings)
        } catch let error where error == .brokenPipe || error == .connectionReset {}
    }

    /// A zygote that has closed its end, with our settings unread or before they were written, has ended.
    private static func words(for error: any Error) -> String {
        [.brokenPipe, .connectionReset].contains(error as? Errno)
            ? "it ended without a word" : "\(error)"
    }

    private static func hint(for error: any Error) -> String {
        (error as? Errno) == .accessDenied
            ? "let the user that runs Sluice read and execute it, and every folder above it"
            : "build or install it beside the program"
    }

    /// The zygote is started in the folder of its packages, so that a folder which is gone would look
    /// like a program that is gone.
    private func findPackages() throws(SandboxSetupError) {
        guard let packages = key.packages else { return }
        do {
            _ = try Descriptor.openFolder(packages.folder)
        } catch {
            throw SandboxSetupError(
                act: "show the packages '\(packages.name)'", profile: key.profile,
                cause: "'\(packages.folder)': \(error)", hint: "run 'sluice packages install' again"
            )
        }
    }

    private func settings(
        leavingOut leftOut: Set<SandboxLayer>
    ) throws(SandboxSetupError) -> [UInt8] {
        let settings = ZygoteSettings(
            leftOut: leftOut,
            kernelID: CurrentProcess.isRoot ? identity.nextKernelID() : 0,
            limits: plan.profile.limits, userProcesses: mostProcesses(leavingOut: leftOut),
            binds: plan.binds.map(\.path), bindUses: plan.binds.map(\.use),
            packages: key.packages == nil ? .none : plan.packageSight,
            modules: plan.files.modules,
            brokerPort: plan.broker == nil ? 0 : ScriptEgress.port,
            filter: try plan.filter(leavingOut: leftOut))
        guard let bytes = settings.bytes else {
            throw SandboxSetupError(
                act: "describe the box", profile: key.profile,
                cause: "the profile has too many files or calls")
        }
        return bytes
    }

    /// A bound behind the supervisor's own count of threads.
    ///
    /// The kernel counts by user. Inside of a user namespace that is this zygote's scripts; elsewhere it
    /// is whatever else that user runs, about which nothing can be said.
    private func mostProcesses(leavingOut leftOut: Set<SandboxLayer>) -> UInt32 {
        guard plan.hasThreads, !leftOut.contains(.namespaces) else { return 0 }
        let scripts = configuration.parallelRuns + configuration.childrenPerZygote + 32
        return UInt32(clamping: scripts * plan.profile.limits.processes)
    }

    private func spawn(
        serial: UInt32, leavingOut leftOut: Set<SandboxLayer>, at now: MonotonicInstant
    ) throws(Errno) -> Zygote {
        let pair = try MessageSocket.pair()
        let request = SpawnRequest(
            path: plan.executable, arguments: ["sluice-zygote"],
            environment: plan.environment)
        let pid = try request.start(
            giving: pair.far.descriptor, as: 60,
            showingErrors: configuration.showsZygoteErrors, in: key.packages?.folder)
        if givesWay { ProcessPriority.setGivesWay(true, of: pid) }
        return Zygote(
            serial: serial, handle: try ProcessHandle(pid: pid), control: pair.near,
            leftOut: leftOut, at: now, until: now + configuration.startLimit)
    }

    func readReport(of zygote: Zygote) {
        do {
            guard var message = try zygote.control.receive(upTo: 64) else { return }
            guard zygote.isStarting else { return loseZygote(zygote) }
            guard let report = ZygoteReport(message.bytes) else {
                return startFailed(zygote, cause: "it ended without a word")
            }
            guard report.isLocked, let listener = message.attachment.take() else {
                return react(to: report, of: zygote)
            }
            try poller.watch(listener, for: .read, as: token(.zygoteListener, zygote.serial))
            if let broker = plan.broker {
                guard let door = message.secondAttachment.take() else {
                    return startFailed(zygote, cause: "it opened no port for the egress broker")
                }
                zygote.door = ServedListener(door, by: broker)
            }
            zygote.listener = Zygote.Listener(listener)
            zygote.listener?.seccomp.wakesHere(wakesHere)
            zygote.state = .serving
            startBrake.recordSuccess()
            record(report, of: zygote)
            for other in zygotes.values where other !== zygote && other.isServing {
                retire(other)
            }
        } catch {
            startFailed(zygote, cause: Self.words(for: error))
        }
    }

    private func record(_ report: ZygoteReport, of zygote: Zygote) {
        let active = ActiveLayers(
            enforced: report.enforced, missing: missing.subtracting(configuration.leftOut),
            landlockVersion: report.landlockVersion)
        layers.record(active, for: key)
        zygote.layers = active.held
    }

    /// A host that lacks a layer which the profile only prefers gets another zygote without it.
    private func react(to report: ZygoteReport, of zygote: Zygote) {
        let stage = SetupStage(rawValue: report.stage)
        let cause = Errno(report.error)
        if stage == .changeIdentity, CurrentProcess.isInSmallUserNamespace,
            [.invalidArgument, .notPermitted].contains(cause), let next = identity.next
        {
            identity = next
            return end(zygote)
        }
        if let layer = stage?.layer, !zygote.leftOut.contains(layer), canDoWithout(layer),
            Self.meansMissing.contains(cause)
        {
            missing.insert(layer)
            return end(zygote)
        }
        let words = stage?.words ?? "pass stage \(report.stage)"
        let needed =
            plan.profile.hasNetwork && stage?.layer == .namespaces
            ? ", which no profile with a network can do without" : ""
        startFailed(zygote, cause: "it could not \(words): \(cause)\(needed)")
    }

    // SECURITY: a host that is short of memory or descriptors for a moment loses no layer by it.
    /// What the kernel answers for a layer that this host does not have.
    private static let meansMissing: Set<Errno> = [
        .notPermitted, .accessDenied, .noSuchCall, .invalidArgument, .notSupported, .noSpace,
    ]

    private func canDoWithout(_ layer: SandboxLayer) -> Bool {
        // SECURITY: without a network namespace of its own a script would reach the host's network.
        if layer == .namespaces, plan.profile.hasNetwork { return false }
        return layer != .seccomp
            && (configuration.allowsDegraded || plan.profile.requires[layer.rawValue] != .full)
    }

    /// - Parameter isFinal: whether trying again at once would only take as long again.
    func startFailed(_ zygote: Zygote, cause: String, isFinal: Bool = false) {
        end(zygote)
        if isFinal { _ = startBrake.recordFailure(at: .now) }
        recordStartFailure(
            SandboxSetupError(
                act: "start a zygote", profile: key.profile, cause: cause,
                hint: "run 'sluice doctor'"),
            at: .now)
    }

    private func recordStartFailure(_ error: SandboxSetupError, at now: MonotonicInstant) {
        lastError = error
        pool.add(to: \.failed)
        if startBrake.recordFailure(at: now) { pool.add(to: \.braked) }
    }

    /// Its successor forks from now on; it lives until its last script is buried.
    private func retire(_ zygote: Zygote) {
        zygote.state = .retiring
        pool.add(to: \.replaced)
    }

    /// Once the successor has a script ready, those that the old zygote kept ready are not used.
    func dropReadyScripts(olderThan successor: Zygote) {
        for zygote in zygotes.values where zygote !== successor && !zygote.isStarting {
            for script in scripts.values where script.zygote == zygote.serial && script.isReady {
                ready.removeAll { $0 == script.serial }
                script.discard()
            }
        }
    }

    /// The zygote is gone although nobody asked it to go.
    ///
    /// Scripts that run are the supervisor's own children and go on; those that only waited are not
    /// used any more.
    private func loseZygote(_ zygote: Zygote) {
        guard !zygote.hasEnded else { return }
        end(zygote)
        lastError = SandboxSetupError(
            act: "fork a script process", profile: key.profile, cause: "the zygote ended",
            hint: "run 'sluice doctor'")
        pool.add(to: \.failed)
        if startBrake.recordFailure(at: .now) { pool.add(to: \.braked) }
    }

    func noticeExit(of zygote: Zygote) {
        if zygote.isStarting { readReport(of: zygote) }
        try? poller.stopWatching(zygote.handle.descriptor)
        zygote.hasExited = true
        if zygote.isStarting {
            startFailed(zygote, cause: "it ended without a word")
        } else {
            loseZygote(zygote)
        }
    }

    /// Kills it and what it has ready.
    ///
    /// Its exit is awaited in `bury`.
    func end(_ zygote: Zygote) {
        guard !zygote.hasEnded else { return }
        try? poller.stopWatching(zygote.control.descriptor)
        zygote.state = .ended
        zygote.unheard = 0
        zygote.forkDeadline = nil
        zygote.handle.kill()
        for script in scripts.values where script.zygote == zygote.serial {
            if script.run == nil { script.discard() }
        }
        ready.removeAll { scripts[$0]?.zygote == zygote.serial }
        buryAt = .now
    }

    /// Reaps what has ended.
    ///
    /// The zygote stays unreaped until its last script is buried: its number is the number of the
    /// group, and must not become somebody else's.
    func bury(at now: MonotonicInstant) {
        for zygote in zygotes.values where zygote.scripts == 0 {
            if case .retiring = zygote.state { end(zygote) }
        }
        guard zygotes.values.contains(where: { $0.hasEnded && $0.scripts == 0 }) else {
            buryAt = nil
            return
        }
        guard let due = buryAt, now >= due else {
            buryAt = buryAt ?? now
            return
        }
        for zygote in zygotes.values where zygote.hasEnded && zygote.scripts == 0 {
            ProcessGroup.kill(zygote.handle.pid)
            if !ProcessGroup.reap(zygote.handle.pid) { zygotes[zygote.serial] = nil }
        }
        buryAt = zygotes.values.contains { $0.hasEnded } ? now + .milliseconds(5) : nil
    }
}
