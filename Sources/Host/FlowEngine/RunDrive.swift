internal import FlowModel
internal import JSONValue
internal import Journal
internal import Synchronization

/// Drives one run from where its journal stands to its end, or to where it must wait.
///
/// What is durable is never done again; what is not is found out again in the same way, since
/// expressions read nothing but pinned files, inputs and durable outputs.
final class RunDrive: Sendable {
    let run: RunRecord
    let bundle: PinnedBundle
    let flows: [String: Flow]
    /// The steps as the journal had them when this drive began.
    let known: [StepPath: StepRecord]
    let service: EngineService
    let live: LiveRun
    let startedAt: Moment
    /// The run as an observer sees it.
    let observed: ObservedRun
    private let stepCount: Mutex<Int>
    /// Answers of tools, to be given again when a model asks the same at the same place.
    let toolAnswers: Mutex<[StepPath: ToolMemory]>

    init(
        detail: RunDetail, bundle: PinnedBundle, flows: [String: Flow], service: EngineService,
        live: LiveRun
    ) {
        run = detail.run
        self.bundle = bundle
        self.flows = flows
        self.service = service
        self.live = live
        let pairs = detail.steps.map { ($0.identity.path, $0) }
        known = Dictionary(pairs) { first, _ in first }
        startedAt = service.clock.now
        observed = ObservedRun(detail.run, at: startedAt)
        stepCount = Mutex(detail.steps.count)
        toolAnswers = Mutex(ToolMemory.all(in: detail.steps))
    }

    var clock: any EngineClock { service.clock }

    /// How the drive ended; what it says of the run is not recorded yet.
    func drive() async throws -> RunSettlement {
        let moment = clock.now
        try await record([.runStarted(at: moment, driver: service.processIdentifier)])
        emit(.run(.running, nil))
        let frame = try rootFrame()
        return try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask { .ended(await self.end(of: frame)) }
            group.addTask { .mustEnd(try await self.watchSignals()) }
            group.addTask { try await self.pollControl() }
            group.addTask { try await self.waitForLastMoment() }
            return try await settlement(from: &group)
        }
    }

    private enum Part: Sendable {
        case ended(Result<FrameEnd, any Error>)
        case mustEnd((LiveRun.Ending, wakesAt: Moment?)?)
    }

    private func settlement(
        from group: inout ThrowingTaskGroup<Part, any Error>
    ) async throws -> RunSettlement {
        var end: Result<FrameEnd, any Error>?
        var wakesAt: Moment?
        while end == nil, let part = try await group.next() {
            switch part {
            case .ended(let result): end = result
            case .mustEnd(let ending?):
                live.end(ending.0)
                wakesAt = ending.wakesAt
                group.cancelAll()
            case .mustEnd(nil): break
            }
        }
        live.finish()
        group.cancelAll()
        let active = clock.now - startedAt
        switch end {
        case .success(.finished(let outputs)):
            return RunSettlement(
                state: .succeeded, outputs: outputs, activeTime: active, at: clock.now)
        case .success(.failed(let failure)):
            return RunSettlement(state: .failed, error: failure, activeTime: active, at: clock.now)
        case .failure(let error) where error is CancellationError:
            return try settlement(of: live.ending, wakesAt: wakesAt, active: active)
        case .failure(let error): throw error
        case nil: throw CancellationError()
        }
    }

    private func settlement(
        of ending: LiveRun.Ending?, wakesAt: Moment?, active: Duration
    ) throws -> RunSettlement {
        switch ending {
        case .parked:
            return RunSettlement(
                state: .waiting, wakesAt: wakesAt, activeTime: active, at: clock.now)
        case .cancelled:
            return RunSettlement(state: .cancelled, activeTime: active, at: clock.now)
        case .outOfTime:
            let limit = service.limits.activeTime
            let failure = StepFailure(
                kind: "run-time", message: "the run was driven for more than \(limit)")
            return RunSettlement(
                state: .failed, error: failure, activeTime: active, at: clock.now)
        // The host shuts down: the run stays as it is and is resumed later.
        case nil: throw CancellationError()
        }
    }

    private func end(of frame: FlowFrame) async -> Result<FrameEnd, any Error> {
        do {
            return .success(try await runNodes(of: frame))
        } catch {
            return .failure(error)
        }
    }

    private func rootFrame() throws(EngineError) -> FlowFrame {
        guard let flow = flows[bundle.entry], let pinned = bundle.flow(bundle.entry) else {
            throw .missingFlow(bundle.entry)
        }
        return FlowFrame(
            flow: flow, pinned: pinned, path: .root, inputs: run.inputs, trigger: run.trigger,
            vars: bundle.settings["vars"] ?? .null, parent: nil)
    }

    // MARK: What ends a drive from outside

    private func watchSignals() async throws -> (LiveRun.Ending, wakesAt: Moment?)? {
        for await signal in live.signals {
            if try await hearWords() { return (.cancelled, nil) }
            guard signal == .noProgress, !live.canProgress else { continue }
            return (.parked, live.earliestDeadline)
        }
        return nil
    }

    /// Tells waiting steps what people have said; true when the run is to be cancelled.
    private func hearWords() async throws -> Bool {
        let control = try await service.journal.control(of: run.id)
        if control.isCancelRequested { return true }
        let waiting = live.waitingPaths
        guard !waiting.isEmpty, let detail = try await service.journal.showRun(run.id) else {
            return false
        }
        for path in waiting {
            guard let step = detail.step(path) else { continue }
            if let decision = step.approval?.decision { live.tell(path, .decided(decision)) }
            if let resolution = step.resolution { live.tell(path, .resolved(resolution)) }
        }
        return false
    }

    /// Other processes cannot signal us, so their requests are looked for.
    private func pollControl() async throws -> Part {
        guard let interval = service.settings.controlInterval else { return .mustEnd(nil) }
        var version = try await service.journal.control(of: run.id).version
        live.notice()
        do {
            while true {
                try await clock.sleep(for: interval)
                let control = try await service.journal.control(of: run.id)
                if control.version != version { live.notice() }
                version = control.version
            }
        } catch is CancellationError {
            return .mustEnd(nil)
        }
    }

    private func waitForLastMoment() async throws -> Part {
        do {
            let left = service.limits.activeTime - run.activeTime
            try await clock.sleep(until: startedAt + left)
            return .mustEnd((.outOfTime, nil))
        } catch is CancellationError {
            return .mustEnd(nil)
        }
    }

    // MARK: For the steps

    /// Whether steps that are cancelled now are over for good; else they are resumed later.
    func endsForGood(_ frame: FlowFrame) -> Bool {
        frame.isStopping || live.ending == .cancelled || live.ending == .outOfTime
    }

    func countStep() throws(StepEnded) {
        let count = stepCount.withLock { count in
            count += 1
            return count
        }
        if count > service.limits.steps {
            throw StepEnded("steps", "the run has more than \(service.limits.steps) steps")
        }
    }

    func record(_ entries: [JournalEntry]) async throws(JournalError) {
        try await service.journal.record(entries, of: run.id)
    }

    func recordLater(_ entries: [JournalEntry]) {
        service.journal.recordLater(entries, of: run.id)
    }

    func emit(_ change: @autoclosure () -> RunEvent.Change) {
        guard service.hub.isWatched else { return }
        service.hub.send(RunEvent(run: run.id, at: clock.now, change: change()))
    }
}
