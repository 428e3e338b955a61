package import FlowModel
import LinuxSystem
package import SandboxPolicy
import Synchronization

/// Runs scripts, each in a process of its own that holds nothing.
///
/// Scripts of one language, profile, tenant and set of packages share warm zygotes; nothing else does. A run waits in
/// order of arrival while as many as the configuration allows are under way. Cancelling the task
/// kills the script, and the outcome is `cancelled`.
package final class SandboxSupervisor: Sendable {
    private struct State {
        var lanes: [LaneKey: Lane] = [:]
        var isStopped = false
        var groups = GroupState.untried
    }

    /// Control groups are made when the first lane starts.
    private enum GroupState {
        case untried
        case used(ScriptGroups)
        case unavailable
    }

    private let configuration: SupervisorConfiguration
    private let admission: AdmissionQueue
    private let layers = LayerBoard()
    private let shares = ProcessPriority.canReturn ? ProcessorShares() : nil
    let poolBoard = PoolBoard()
    private let egress: EgressOffice
    private let state = Mutex(State())

    package init(configuration: SupervisorConfiguration) {
        ignoreBrokenPipes()
        self.configuration = configuration
        admission = AdmissionQueue(places: configuration.parallelRuns)
        egress = EgressOffice(configuration.egress)
    }

    /// Runs one script to its end, whatever that is.
    ///
    /// Throws `SandboxSetupError` when the host could not run it; no line of it has run then.
    package func run(_ request: ScriptRequest) async throws -> StepReport {
        let (profile, record) = try await attempt(request, isRecording: false)
        guard let record else { return .cancelledBeforeStart }
        var report = OutcomeReader(profile: profile, style: request.work.style).report(of: record)
        report.runtime = request.work.runtime
        return report
    }

    /// Runs one script to find out what it would need.
    ///
    /// Every call that the profile does not allow is refused as ever, also one that a run would be
    /// killed for, and all of them are kept with their registers.
    package func record(_ request: ScriptRequest) async throws -> ScriptRecording {
        let (profile, record) = try await attempt(request, isRecording: true)
        guard let record else {
            return ScriptRecording(report: .cancelledBeforeStart, calls: [], unlisted: 0, hosts: [])
        }
        return ScriptRecording(
            report: OutcomeReader(profile: profile, style: request.work.style).report(of: record),
            calls: record.denials.list.map {
                RefusedCall($0.call, count: $0.count, lines: $0.lines)
            },
            unlisted: record.denials.unlisted.reduce(0) { $0 + $1.count },
            hosts: record.deniedHosts)
    }

    /// Kills what runs, refuses what comes, and returns when no process of it is left.
    package func stop() async {
        let lanes = state.withLock { state in
            state.isStopped = true
            defer { state.lanes = [:] }
            return Array(state.lanes.values)
        }
        for lane in lanes {
            await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
                if !lane.post(.stop { done.resume() }) { done.resume() }
            }
        }
        await egress.stop()
        let groups = state.withLock { state in
            defer { state.groups = .unavailable }
            return state.groups
        }
        if case .used(let groups) = groups { groups.close() }
    }

    /// Which layers hold the scripts of this profile; nil before the first run.
    package func layers(
        profile: ProfileName, language: ScriptLanguage, tenant: String
    ) -> ActiveLayers? {
        layers.layers(for: LaneKey(language: language, profile: profile, tenant: tenant))
    }

    private func resolve(_ request: ScriptRequest) throws -> ResolvedProfile {
        var profile = try configuration.profile(request.work.profile, request.work.language)
        if let limits = request.limits { profile.limits = limits }
        if let problem = request.packageProblem(under: profile) {
            throw SandboxSetupError(act: "import packages", profile: profile.name, cause: problem)
        }
        return profile
    }

    /// No record when the task was cancelled while it waited for its turn.
    private func attempt(
        _ request: ScriptRequest, isRecording: Bool
    ) async throws -> (profile: ResolvedProfile, record: RunRecord?) {
        let timeline = RunTimeline(tenant: request.tenant, asked: .now)
        let profile = try resolve(request)
        let leave =
            profile.hasNetwork ? try egress.admit(request, for: profile.limits.wallTime) : nil
        defer { leave?.end() }
        // What takes long is done before it is this run's turn.
        let key = LaneKey(request, under: profile, isRecording: isRecording)
        _ = try lane(for: key, under: profile)
        let draft = TicketDraft(
            key: key,
            frame: JobFrame.bytes(
                for: request.work, under: profile.limits, leave: leave, isRecording: isRecording),
            timeline: timeline, isRecording: isRecording)
        do {
            guard var record = try await run(draft, of: request, under: profile) else {
                return (profile, nil)
            }
            admission.leave()
            record.deniedHosts = leave?.end() ?? []
            return (profile, record)
        } catch {
            admission.leave()
            throw error
        }
    }

    /// What a ticket holds beside what the request and the profile say.
    private struct TicketDraft {
        let key: LaneKey
        let frame: [UInt8]
        let timeline: RunTimeline
        let isRecording: Bool
    }

    /// Throws only when it was admitted; nil when the task was cancelled before.
    private func run(
        _ draft: TicketDraft, of request: ScriptRequest, under profile: ResolvedProfile
    ) async throws -> RunRecord? {
        let wallTime = min(request.timeout ?? profile.limits.wallTime, profile.limits.wallTime)
        let cancellation = Cancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let arrival = admission.enter { arrival, isAdmitted in
                    guard isAdmitted else { return continuation.resume(returning: nil) }
                    var timeline = draft.timeline
                    timeline.passAdmitted(as: arrival, at: .now)
                    let ticket = RunTicket(
                        id: arrival, frame: draft.frame, limits: profile.limits,
                        wallTime: wallTime, timeline: timeline, isRecording: draft.isRecording
                    ) { continuation.resume(with: $0.map(Optional.some)) }
                    do {
                        let lane = try self.post(ticket, in: draft.key, under: profile)
                        if cancellation.begin(in: lane) { _ = lane.post(.cancel(arrival)) }
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
                cancel(cancellation.arrive(as: arrival))
            }
        } onCancel: {
            cancel(cancellation.cancel())
        }
    }

    private func cancel(_ place: Cancellation.Place?) {
        guard let place else { return }
        if let lane = place.lane {
            _ = lane.post(.cancel(place.arrival))
        } else {
            admission.cancel(place.arrival)
        }
    }

    private func post(
        _ ticket: RunTicket, in key: LaneKey, under profile: ResolvedProfile
    ) throws -> Lane {
        while true {
            let lane = try lane(for: key, under: profile)
            if lane.post(.run(ticket)) { return lane }
            // It ended for want of work just now.
            state.withLock { state in
                if state.lanes[key] === lane { state.lanes[key] = nil }
            }
        }
    }

    private func lane(for key: LaneKey, under profile: ResolvedProfile) throws -> Lane {
        if let lane = try existingLane(for: key, under: profile) { return lane }
        // Compiling takes milliseconds, and others need the lock meanwhile.
        // SECURITY: code of files is mapped by those scripts only that have packages.
        let plan = try ZygotePlan(
            profile: key.packages == nil ? profile.withoutMappedCode : profile,
            library: key.library, configuration: configuration,
            broker: profile.hasNetwork ? try egress.broker(for: profile.name) : nil)
        return try state.withLock { state in
            if let lane = state.lanes[key] { return lane }
            do {
                let lane = try Lane(
                    key: key, plan: plan, configuration: configuration,
                    boards: LaneBoards(
                        layers: layers, groups: groups(of: &state), shares: shares,
                        pools: poolBoard))
                state.lanes[key] = lane
                return lane
            } catch {
                throw SandboxSetupError(
                    act: "start a lane", profile: profile.name, cause: "\(error)",
                    hint: "raise the limits of open files and threads")
            }
        }
    }

    /// Nil where this host gives none; `sluice doctor` says why.
    private func groups(of state: inout State) -> ScriptGroups? {
        switch state.groups {
        case .used(let groups): return groups
        case .unavailable: return nil
        case .untried:
            guard let groups = try? ScriptGroups(configuration.groups) else {
                state.groups = .unavailable
                return nil
            }
            state.groups = .used(groups)
            return groups
        }
    }

    private func existingLane(
        for key: LaneKey, under profile: ResolvedProfile
    ) throws(SandboxSetupError) -> Lane? {
        let (isStopped, lane) = state.withLock { ($0.isStopped, $0.lanes[key]) }
        if isStopped {
            throw SandboxSetupError(
                act: "run a script", profile: profile.name, cause: "the supervisor has stopped")
        }
        return lane
    }
}

/// Where a run can be cancelled: in the queue, or in its lane.
private final class Cancellation: Sendable {
    private struct State {
        var arrival: UInt64?
        var lane: Lane?
        var isCancelled = false
    }

    private let state = Mutex(State())

    struct Place {
        let arrival: UInt64
        let lane: Lane?
    }

    /// Where it is, if it was cancelled before that was known.
    func arrive(as arrival: UInt64) -> Place? {
        state.withLock { state in
            state.arrival = arrival
            return state.isCancelled ? Place(arrival: arrival, lane: state.lane) : nil
        }
    }

    /// Whether it was cancelled before it began.
    func begin(in lane: Lane) -> Bool {
        state.withLock { state in
            state.lane = lane
            return state.isCancelled
        }
    }

    /// Nil when it has not arrived yet: `arrive` and `begin` tell then.
    func cancel() -> Place? {
        state.withLock { state in
            state.isCancelled = true
            return state.arrival.map { Place(arrival: $0, lane: state.lane) }
        }
    }
}

extension StepReport {
    fileprivate static var cancelledBeforeStart: StepReport {
        StepReport(
            outcome: .cancelled,
            usage: Usage(wallTime: .zero, cpuTime: .zero, peakMemory: ByteCount(0)))
    }
}
