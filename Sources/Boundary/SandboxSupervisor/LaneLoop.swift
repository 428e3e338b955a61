import LinuxSystem
import SandboxPolicy

/// The thread of a lane: everything that happens to its zygotes and scripts happens here, one thing
/// after the other, so that nothing needs a lock.
///
/// No call in here waits but the poller's, whatever a script does.
final class LaneLoop {
    enum Source: UInt64 {
        case mailbox, zygoteControl, zygoteListener, zygoteExit
        case scriptExit, scriptInput, scriptOutput, scriptErrors, scriptResult
    }

    let key: LaneKey
    let plan: ZygotePlan
    let configuration: SupervisorConfiguration
    let mailbox: Mailbox<LaneCommand>
    let layers: LayerBoard
    let poller: Poller
    /// Nil where scripts have no control groups.
    let groupPool: GroupPool?
    /// Nil where processes that give way could not return.
    let shares: ProcessorShares?

    var zygotes: [UInt32: Zygote] = [:]
    var scripts: [UInt32: ScriptProcess] = [:]
    var scriptOfPid: [Int32: UInt32] = [:]
    var scriptOfTicket: [UInt64: UInt32] = [:]
    /// Serials of ready scripts, oldest first.
    var ready: [UInt32] = []
    /// Tickets without a script, oldest first.
    var waiting: [RunTicket] = []

    /// Layers that this host turned out to lack, and that the profile can do without.
    var missing: Set<SandboxLayer> = []
    /// Who the zygotes of root become; the first that this host can map.
    var identity = ZygoteIdentity.ownRange
    var startBrake = Brake(tolerating: 1)
    var childBrake = Brake(tolerating: 2)
    var lastError: SandboxSetupError?
    var refillAt: MonotonicInstant?
    var buryAt: MonotonicInstant?
    var lastUse = MonotonicInstant.now
    /// What the listeners of the zygotes were told.
    var wakesHere = true
    /// Whether the processes of this lane run only when nobody else wants to.
    var givesWay = false
    /// When the lane says next what it has used of the processors, and when it did.
    var shareAt: MonotonicInstant?
    var sharedAt = MonotonicInstant.now
    var usedBefore = Duration.zero
    /// Processor time of the scripts that are gone.
    var reapedTime = Duration.zero
    var isStopping = false
    var stopCallbacks: [@Sendable () -> Void] = []
    let pool: PoolCounters
    private var poolReporter: PoolReporter
    private var nextSerial: UInt32 = 0

    private init(
        key: LaneKey, plan: ZygotePlan, configuration: SupervisorConfiguration,
        mailbox: Mailbox<LaneCommand>, boards: LaneBoards
    ) throws(Errno) {
        self.key = key
        self.plan = plan
        self.configuration = configuration
        self.mailbox = mailbox
        layers = boards.layers
        shares = boards.shares
        pool = boards.pools.counters(of: key, runsNode: plan.profile.runsNode)
        poolReporter = PoolReporter(pool)
        let limits = plan.profile.limits
        groupPool = boards.groups.map {
            GroupPool($0, memory: limits.memory.bytes, processes: limits.processes)
        }
        poller = try Poller()
        try mailbox.watch(with: poller, as: Source.mailbox.rawValue << 32)
    }

    /// The body of the thread; returns when the lane has stopped and nothing of it is left.
    static func run(
        key: LaneKey, plan: ZygotePlan, configuration: SupervisorConfiguration,
        mailbox: Mailbox<LaneCommand>, boards: LaneBoards
    ) {
        do {
            let callbacks = try serve(
                LaneLoop(
                    key: key, plan: plan, configuration: configuration, mailbox: mailbox,
                    boards: boards))
            for callback in callbacks { callback() }
        } catch {
            refuseAll(in: mailbox, profile: key.profile, because: error)
        }
    }

    /// Who waits for the end is told when the loop and its descriptors are gone.
    private static func serve(_ loop: consuming LaneLoop) -> [@Sendable () -> Void] {
        loop.serve()
        loop.groupPool?.removeAll()
        return loop.stopCallbacks
    }

    private static func refuseAll(
        in mailbox: Mailbox<LaneCommand>, profile: ProfileName, because cause: Errno
    ) {
        let error = SandboxSetupError(
            act: "start a lane", profile: profile, cause: cause.description,
            hint: "raise the limit of open files")
        repeat {
            for command in mailbox.take() {
                switch command {
                case .run(let ticket): ticket.complete(.failure(error))
                case .stop(let callback): callback()
                case .cancel, .moved: break
                }
            }
        } while !mailbox.closeIfEmpty()
    }

    func serial() -> UInt32 {
        nextSerial &+= 1
        return nextSerial
    }

    func token(_ source: Source, _ serial: UInt32) -> UInt64 {
        source.rawValue << 32 | UInt64(serial)
    }

    private func serve() {
        while true {
            let events = (try? poller.wait(until: nextDeadline())) ?? []
            // Pipes first: what a script wrote before it ended is there before its end is.
            for event in events where !isListener(event) { handle(event) }
            for event in events where isListener(event) { handle(event) }
            work(at: .now)
            poolReporter.report(self)
            if zygotes.isEmpty, scripts.isEmpty, isDone, mailbox.closeIfEmpty() { return }
        }
    }

    /// Whether failures in a row keep it from starting anything now.
    var isBraking: Bool {
        guard startBrake.until != nil || childBrake.until != nil else { return false }
        return startBrake.isPulled(at: .now) || childBrake.isPulled(at: .now)
    }

    private var isDone: Bool { isStopping || isIdle(at: .now) }

    private func isListener(_ event: Poller.Event) -> Bool {
        event.token >> 32 == Source.zygoteListener.rawValue
    }

    private func handle(_ event: Poller.Event) {
        guard let source = Source(rawValue: event.token >> 32) else { return }
        let serial = UInt32(truncatingIfNeeded: event.token)
        switch source {
        case .mailbox: takeCommands()
        case .zygoteControl, .zygoteListener, .zygoteExit:
            guard let zygote = zygotes[serial] else { return }
            if event.isReadable || source == .zygoteControl {
                handle(source, of: zygote)
            } else if let listener = zygote.listener {
                // Nobody is under the filter any more, and the poller would say so for ever.
                try? poller.stopWatching(listener.seccomp.descriptor)
            }
        default:
            guard let script = scripts[serial] else { return }
            handle(source, of: script)
        }
    }

    private func handle(_ source: Source, of zygote: Zygote) {
        switch source {
        case .zygoteControl: readReport(of: zygote)
        case .zygoteListener: answerNotification(of: zygote)
        default: noticeExit(of: zygote)
        }
    }

    private func handle(_ source: Source, of script: ScriptProcess) {
        switch source {
        case .scriptInput: sendInput(to: script)
        case .scriptOutput: readOutput(of: script)
        case .scriptErrors: readErrors(of: script)
        case .scriptResult: readResult(of: script)
        default: noticeExit(of: script)
        }
    }

    private func takeCommands() {
        for command in mailbox.take() {
            switch command {
            case .run(var ticket):
                ticket.timeline.passTaken(at: .now)
                waiting.append(ticket)
            case .cancel(let id): cancel(id)
            case .moved(let serial, let failure): endMove(of: serial, failure: failure)
            case .stop(let callback):
                isStopping = true
                stopCallbacks.append(callback)
            }
        }
        dispatch()
    }

    private func cancel(_ id: UInt64) {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            finishUnstarted(waiting.remove(at: index))
        } else if let serial = scriptOfTicket[id], let script = scripts[serial] {
            kill(script, because: .cancelled)
        }
    }
}
