package import FlowEngine
package import FlowModel
package import JSONValue
package import Journal
internal import Synchronization

/// Drives the runs of a journal: what is queued, what waits and has something to do again, and what
/// a dead process left behind.
///
/// Queued runs stay in the journal until there is a place for them. `serve` does everything, in its
/// caller's task; the other methods may be called from anywhere.
package final class RunQueue: Sendable {
    let engine: FlowEngine
    let journal: any HostJournal
    package let settings: QueueSettings
    let clock: any EngineClock
    let hub: QueueEventHub
    let names = RunIDSource()
    let state: Mutex<QueueState>
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let ends: AsyncStream<Void>
    private let end: AsyncStream<Void>.Continuation
    let schedules = Mutex<[ServedSchedule]>([])
    let lastDuties: Mutex<Duties>
    private let retention: Mutex<Duration>

    struct Duties {
        var orphans: Moment?
        var tidied: Moment?
        var deadline: Moment?
    }

    package init(
        engine: FlowEngine, journal: any HostJournal, settings: QueueSettings,
        clock: any EngineClock = WallClock()
    ) {
        self.engine = engine
        self.journal = journal
        self.settings = settings
        self.clock = clock
        hub = QueueEventHub(settings.observe)
        state = Mutex(QueueState(rule: settings.rule))
        retention = Mutex(settings.retention)
        lastDuties = Mutex(Duties())
        (signals, signal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (ends, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// What happens from now on.
    package func events() -> AsyncStream<QueueEvent> { hub.watch() }

    /// How many runs are being driven, and about how many are queued.
    package var figures: (driven: Int, queued: Int) {
        state.withLock { ($0.driven.count, $0.queued) }
    }

    /// From now on these limits hold; what is being driven goes on.
    package func replaceSettings(_ rule: QueueRule, retention: Duration) {
        state.withLock { $0.rule = rule }
        self.retention.withLock { $0 = retention }
        signal.yield()
    }

    // MARK: New work

    /// Why new runs are not welcome now, and for how many seconds; nil: they are.
    package func refusal() -> (seconds: Int, reason: String)? {
        state.withLock { state -> (seconds: Int, reason: String)? in
            if state.isDraining { return (10, "the host is shutting down") }
            if let fault = state.fault { return (5, fault.words) }
            let limit = state.rule.longest
            return state.queued >= limit ? (5, "\(state.queued) runs are queued") : nil
        }
    }

    /// A run came into the journal.
    package func noticeRun() {
        state.withLock { $0.queued += 1 }
        signal.yield()
    }

    /// Something in the journal may have changed: a decision, a resolution, a request to cancel.
    package func notice() { signal.yield() }

    /// Makes a run of a flow durable; it begins when it is its turn.
    ///
    /// Throws `InputFaults` with everything that is wrong with the inputs, and `groupIsBusy`.
    package func submit(
        _ flow: ServedFlow, trigger: JSON, inputs: JSONObject, requestedBy: String? = nil
    ) async throws -> RunID {
        while true {
            let now = clock.now
            let run = try flow.newRun(
                names.next(at: now), trigger: trigger, inputs: inputs, at: now,
                requestedBy: requestedBy)
            do throws(JournalError) {
                try await journal.createRun(run)
                noticeRun()
                return run.id
            } catch {
                if error.storeFault != nil { noticeFailure(error) }
                guard case .duplicateRun = error else { throw error }
            }
        }
    }

    // MARK: Serving

    /// Drives runs until `drain` has been called and they have come to an end or to its deadline, or
    /// until the task is cancelled; what was not finished goes on with the next `serve`.
    package func serve() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.tick() }
            for await _ in signals {
                if state.withLock({ $0.isDraining }) { break }
                await dispatch(&group)
            }
            await waitForEnds()
            group.cancelAll()
        }
        hub.finish()
    }

    /// Begins nothing new, and lets what runs go on for so long at most; `serve` then returns.
    ///
    /// A step that is cut off then runs again, or is looked up, when the host is started again.
    package func drain(within limit: Duration) {
        lastDuties.withLock { $0.deadline = clock.now + limit }
        let isFirst = state.withLock { state in
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if isFirst { hub.send(.draining) }
        signal.yield()
        end.yield()
    }

    private func waitForEnds() async {
        let deadline = lastDuties.withLock { $0.deadline } ?? clock.now
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.clock.sleep(until: deadline) }
            group.addTask {
                if self.state.withLock({ $0.driven.isEmpty }) { return }
                for await _ in self.ends where self.state.withLock({ $0.driven.isEmpty }) { return }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func dispatch(_ group: inout DiscardingTaskGroup) async {
        let now = clock.now
        guard let question = state.withLock({ $0.question(at: now) }) else { return }
        do {
            var ready = try await orphans(question)
            if ready.count < question.others { ready += try await journal.readyRuns(question) }
            let taken = state.withLock { $0.take(ready, at: now) }
            for run in taken {
                group.addTask { await self.drive(run) }
            }
        } catch {
            noticeFailure(error)
        }
    }

    /// Runs that are said to run, and that this process does not drive.
    private func orphans(_ question: ReadyQuestion) async throws -> [ReadyRun] {
        let isDue = lastDuties.withLock { duties in
            duties.orphans.map { $0 + settings.orphanInterval <= question.now } ?? true
        }
        guard isDue else { return [] }
        let known = question.excluding
        let runs = try await journal.runningRuns(after: 0, limit: known.count + question.others)
            .filter { !known.contains($0.id) }
        // As long as there are some, there may be more of them behind.
        if runs.isEmpty {
            lastDuties.withLock { $0.orphans = question.now }
        } else {
            hub.send(.recovered(runs.count))
        }
        return runs
    }

    private func drive(_ run: ReadyRun) async {
        hub.send(.began(run.id, flow: run.flow))
        await driveOnce(run)
        state.withLock { $0.leave(run.id) }
        end.yield()
        signal.yield()
    }

    private func driveOnce(_ run: ReadyRun) async {
        do {
            let summary = try await engine.run(run.id)
            state.withLock { $0.failuresInARow = 0 }
            hub.send(.left(run.id, flow: run.flow, summary.run.state))
            if summary.run.state == .failed { await follow() }
        } catch is CancellationError {
            // It goes on when the host is started again.
        } catch let error as JournalError {
            await meet(error, run)
        } catch {
            guard !Task.isCancelled else { return }
            await abandon(run, because: "\(error)")
        }
    }

    private func meet(_ error: JournalError, _ run: ReadyRun) async {
        switch error {
        case .isOver, .noSuchRun: break
        case .isDriven:
            let again = clock.now + settings.orphanInterval
            state.withLock { $0.foreign[run.id] = again }
        case .store(_, fault: .full), .store(_, fault: .other): noticeFailure(error)
        default: await abandon(run, because: error.description)
        }
    }

    /// Ends a run that would fail in the same way for ever, and hides no other by doing so.
    private func abandon(_ run: ReadyRun, because reason: String) async {
        do {
            try await journal.abandon(
                run.id, because: StepFailure(kind: "host", message: reason), at: clock.now)
            hub.send(.abandoned(run.id, flow: run.flow, reason: reason))
        } catch {
            guard error.storeFault == .corrupt else { return noticeFailure(error) }
            // Not even its end can be written: it is left alone, so that it holds up no other.
            let again = clock.now + settings.damagedInterval
            state.withLock { $0.foreign[run.id] = again }
            hub.send(.leftDamaged(what: "run '\(run.id)'", reason: error.description))
        }
    }

    // MARK: What comes with time

    private func tick() async {
        while !Task.isCancelled {
            await performDuties()
            signal.yield()
            let now = clock.now
            var next = now + settings.pollInterval
            if let moment = try? await journal.nextReadyMoment(after: now) {
                next = min(next, moment)
            }
            if let moment = state.withLock({ $0.nextStart(after: now) }) {
                next = min(next, moment)
            }
            if let moment = nextFire() { next = min(next, moment) }
            if let fault { next = min(next, fault.retryAt) }
            let soonest = now + .milliseconds(5)
            guard (try? await clock.sleep(until: max(next, soonest))) != nil else { return }
        }
    }

    private func performDuties() async {
        let now = clock.now
        guard !state.withLock({ $0.isDraining }), await isWritable(at: now) else { return }
        do {
            let queued = try await journal.countQueued()
            state.withLock { $0.queued = queued }
            try await fireSchedules(at: now)
            let isTidy = lastDuties.withLock { duties in
                duties.tidied.map { $0 + settings.tidyInterval > now } ?? false
            }
            guard !isTidy else { return }
            lastDuties.withLock { $0.tidied = now }
            await follow()
            try await tidy(at: now)
        } catch {
            noticeFailure(error)
        }
    }

    /// Starts what flows name under `on-failure`, once for each run that failed.
    private func follow() async {
        do {
            var seen: Set<RunID> = []
            while true {
                let runs = try await journal.runsToFollow(limit: 50).filter { !seen.contains($0) }
                guard !runs.isEmpty else { return }
                for run in runs { try await follow(run) }
                seen.formUnion(runs)
            }
        } catch {
            noticeFailure(error)
        }
    }

    private func follow(_ run: RunID) async throws(JournalError) {
        do {
            let follower = try await engine.follower(of: run)
            try await journal.follow(run, with: follower)
            guard let follower else { return }
            hub.send(.followed(run, by: follower.id, flow: follower.flow))
            noticeRun()
        } catch let error as JournalError {
            if case .duplicateRun = error { return }
            if let fault = error.storeFault, fault != .corrupt { throw error }
            try await giveUpFollowing(run, because: error)
        } catch {
            try await giveUpFollowing(run, because: error)
        }
    }

    private func giveUpFollowing(
        _ run: RunID, because error: any Error
    ) async throws(JournalError) {
        do throws(JournalError) {
            try await journal.follow(run, with: nil)
        } catch  where error.storeFault == .corrupt {
            // It stays on the list, and is tried again with the next tidying.
        }
        hub.send(.cannotFollow(run, reason: "\(error)"))
    }

    private func tidy(at now: Moment) async throws(JournalError) {
        do throws(JournalError) {
            try await deleteOld(at: now)
        } catch {
            guard error.storeFault == .corrupt else { throw error }
            hub.send(.leftDamaged(what: "what is to be deleted", reason: error.description))
        }
    }

    private func deleteOld(at now: Moment) async throws(JournalError) {
        let oldest = now + (.zero - retention.withLock { $0 })
        var (runs, deliveries) = (0, 0)
        // A few at a time: others want to write meanwhile.
        while !Task.isCancelled {
            let deleted = try await journal.deleteRuns(endedBefore: oldest, limit: 200)
            runs += deleted
            if deleted < 200 { break }
        }
        while !Task.isCancelled {
            let deleted = try await journal.deleteDeliveries(
                receivedBefore: oldest, now: now, limit: 500)
            deliveries += deleted
            if deleted < 500 { break }
        }
        if runs + deliveries > 0 { hub.send(.deleted(runs: runs, deliveries: deliveries)) }
    }
}
