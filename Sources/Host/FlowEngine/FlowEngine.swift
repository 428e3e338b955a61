package import FlowModel
internal import JSONValue
package import Journal
internal import LinuxSystem
internal import Synchronization

/// Runs flows durably: after the death of the process at any point, every run goes on where it was.
///
/// A run is driven by `run(_:)`, in the caller's task: cancelling that task leaves the run as it is,
/// to be resumed; `cancel(_:)` ends it. The engine knows steps only as `StepExecutor`.
package final class FlowEngine: Sendable {
    let service: EngineService
    private let driven = Mutex<[RunID: LiveRun]>([:])
    let names = RunIDSource()

    package init(
        journal: any Journal, executors: StepExecutors, operations: [OperationDescription],
        settings: EngineSettings
    ) {
        let pairs = operations.map { ($0.name, $0) }
        service = EngineService(
            journal: journal, executors: executors,
            operations: Dictionary(pairs) { first, _ in first }, settings: settings,
            scriptSlots: AttemptSlots(
                min(settings.limits.scriptsAtOnce, settings.limits.attemptsAtOnce),
                forNewcomers: settings.limits.placesForNewcomers),
            operationSlots: AttemptSlots(
                settings.limits.attemptsAtOnce,
                forNewcomers: settings.limits.placesForNewcomers),
            opened: OpenedBundles(open: settings.openBundle), hub: EventHub(),
            processIdentifier: Int64(CurrentProcess.pid))
    }

    var journal: any Journal { service.journal }
    var clock: any EngineClock { service.clock }

    /// Makes a run durable in state `queued`; nothing of it has run yet.
    ///
    /// It is the caller's to drive: a host that serves leaves it alone for a minute.
    ///
    /// Throws every fault of the inputs at once (`InputFaults`).
    package func start(_ request: RunRequest) async throws -> RunID {
        let flows = try service.opened.flows(of: request.bundle)
        guard let flow = flows[request.bundle.entry] else {
            throw EngineError.missingFlow(request.bundle.entry)
        }
        let admission = InputAdmission(
            flow: flow, sealing: service.settings.sealing, giver: .owner)
        let bundle = DigestedBundle(request.bundle)
        while true {
            let now = service.clock.now
            let id = names.next(at: now)
            let admitted = try admission.admit(request.inputs, of: id)
            var run = NewRun(
                id: id, flow: flow.name, tenant: request.tenant,
                trigger: admitted.redaction.apply(request.trigger), inputs: admitted.inputs,
                bundle: bundle, createdAt: now,
                queueing: RunQueueing(readyAt: now + .seconds(60)))
            run.sealed = admitted.sealed
            do throws(JournalError) {
                try await service.journal.createRun(run)
                return id
            } catch {
                guard case .duplicateRun = error else { throw error }
            }
        }
    }

    /// Drives a run, new or resumed, until it is over or only people or far timers can move it.
    ///
    /// A run that is over already is only summed up. Throws `JournalError.isDriven` while another
    /// process drives it, and what the journal throws when it cannot write: then the run can be
    /// resumed later.
    package func run(_ id: RunID) async throws -> RunSummary {
        while true {
            let version = try await service.journal.control(of: id).version
            try await service.journal.claimRun(id)
            do {
                try await drive(id)
            } catch {
                await leave(id)
                throw error
            }
            await leave(id)
            // What was asked for after we last looked is not left lying about.
            guard let detail = try await service.journal.showRun(id) else {
                throw JournalError.noSuchRun(id)
            }
            let isAsked = try await service.journal.control(of: id).version != version
            guard detail.run.state == .waiting, isAsked else {
                service.hub.finish(id)
                return RunSummary(detail)
            }
        }
    }

    /// The same as `run`, by the name that people know.
    package func resume(_ id: RunID) async throws -> RunSummary { try await run(id) }

    /// What happens to a run from now on, until its driver leaves it.
    ///
    /// Ask before `run`. Only runs that this engine drives have events.
    package func events(of id: RunID) -> AsyncStream<RunEvent> { service.hub.watch(id) }

    /// Ends a run for good: scripts are killed, requests aborted.
    ///
    /// No effect on one that is over.
    ///
    /// A run that nobody drives is cancelled here; one that another process drives, by that process.
    package func cancel(_ id: RunID) async throws {
        try await service.journal.requestCancel(id)
        if let live = driven.withLock({ $0[id] }) { return live.notice() }
        do {
            _ = try await run(id)
        } catch JournalError.isDriven {
            // Its driver looks for requests by itself, and may have begun only now.
            driven.withLock { $0[id] }?.notice()
        }
    }

    /// Lets the driver of a run look for what was asked of it, if that is this engine.
    package func noticeControl(of id: RunID) { driven.withLock { $0[id] }?.notice() }

    /// Answers an approval.
    ///
    /// A run that nobody drives goes on with the next `run`.
    ///
    /// - Parameter seen: the hash of what was shown to whoever decides.
    package func decide(
        _ id: RunID, _ step: StepPath, choice: String, by: String, comment: String? = nil,
        seen: String? = nil
    ) async throws {
        let decision = ApprovalDecision(
            choice: choice, by: by, at: service.clock.now, comment: comment, seen: seen)
        try await service.journal.decide(id, step, decision)
        driven.withLock { $0[id] }?.notice()
    }

    /// Says what became of an effect in doubt.
    ///
    /// A run that nobody drives goes on with the next `run`.
    package func resolve(_ id: RunID, _ step: StepPath, _ resolution: Resolution) async throws {
        try await service.journal.resolve(id, step, resolution)
        driven.withLock { $0[id] }?.notice()
    }

    /// The run that follows a failed one, made of the flow under `on-failure`; nil when there is none.
    package func follower(of id: RunID) async throws -> NewRun? {
        guard let failed = try await service.journal.showRun(id)?.run else { return nil }
        var bundle = try await service.journal.bundle(of: id)
        guard let name = try service.opened.flows(of: bundle)[bundle.entry]?.onFailure else {
            return nil
        }
        bundle.entry = name
        guard let flow = try service.opened.flows(of: bundle)[name] else {
            throw EngineError.missingFlow(name)
        }
        let served = ServedFlow(
            flow: flow, bundle: DigestedBundle(bundle), tenant: failed.tenant,
            sealing: service.settings.sealing)
        let now = service.clock.now
        var trigger = FailureTrigger.values(of: failed)
        trigger["kind"] = .string(FailureTrigger.kind)
        return try served.newRun(
            names.next(at: now), trigger: .object(trigger),
            inputs: FailureTrigger.inputs(of: flow, for: failed), at: now)
    }

    /// The flow of a run as it was when the run was made.
    package func flow(of id: RunID) async throws -> Flow? {
        let bundle = try await service.journal.bundle(of: id)
        return try service.opened.flows(of: bundle)[bundle.entry]
    }

    /// Flows of bundles are read again, as when the configuration was changed.
    package func forgetBundles() { service.opened.forget() }

    private func leave(_ id: RunID) async {
        driven.withLock { _ = $0.removeValue(forKey: id) }
        await service.journal.releaseRun(id)
    }

    private func drive(_ id: RunID) async throws {
        let live = LiveRun()
        driven.withLock { $0[id] = live }
        guard let detail = try await service.journal.showRun(id) else {
            throw JournalError.noSuchRun(id)
        }
        guard !detail.run.state.isFinal else { return }
        if detail.run.isCancelRequested { return try await settleCancelled(detail) }
        let bundle = try await service.journal.bundle(of: id)
        let flows = try service.opened.flows(of: bundle)
        let drive = RunDrive(
            detail: detail, bundle: bundle, flows: flows, service: service, live: live)
        let settlement = try await observed(drive) {
            let settlement = try await drive.drive()
            try await service.journal.record([.runSettled(settlement)], of: id)
            return settlement
        }
        drive.emit(.run(settlement.state, settlement.error))
    }

    /// Tells the observer, if there is one, of the drive's beginning and end.
    private func observed(
        _ drive: RunDrive, _ body: () async throws -> RunSettlement
    ) async throws -> RunSettlement {
        guard let observer = service.settings.observer else { return try await body() }
        observer.runBegan(drive.observed)
        do {
            let settlement = try await body()
            observer.runLeft(drive.observed, settlement)
            return settlement
        } catch {
            observer.runLeft(drive.observed, nil)
            throw error
        }
    }

    /// Nothing of it runs, so there is nothing to end but what waits.
    private func settleCancelled(_ detail: RunDetail) async throws {
        let now = service.clock.now
        var entries: [JournalEntry] = []
        for step in detail.steps where !step.state.isFinal {
            entries.append(
                .stepSettled(StepSettlement(identity: step.identity, state: .cancelled, at: now)))
        }
        entries.append(
            .runSettled(RunSettlement(state: .cancelled, activeTime: .zero, at: now)))
        try await service.journal.record(entries, of: detail.run.id)
    }
}
