internal import Journal
internal import LinuxSystem
internal import Scheduling

/// What the queue does, in lines for the log: what lasts is said once and not for every try.
struct QueueLog {
    /// The next line about a fault that comes and goes is written not before this.
    private var quietUntil: MonotonicInstant?
    /// Whether the end of the fault is still to be said.
    private var hasFaultToEnd = false
    /// What was said of damage; once for each thing.
    private var saidOfDamage: Set<String> = []

    private static let silence: Duration = .seconds(60)
    private static let mostDamage = 1000

    /// Nil for what is of no interest to an operator, or was said already.
    mutating func line(for event: QueueEvent) -> String? {
        switch event {
        case .journalFailed(let reason, _): return failed(reason)
        case .journalRecovered(let since):
            guard hasFaultToEnd else { return nil }
            hasFaultToEnd = false
            return "the journal can be written again (it could not since \(since)); work goes on"
        case .leftDamaged(let what, let reason):
            guard saidOfDamage.count < Self.mostDamage, saidOfDamage.insert(what).inserted else {
                return nil
            }
            return "\(what) cannot be read and is left alone; the rest goes on: \(reason)"
        case .abandoned(let run, let flow, let reason):
            return "run '\(run)' of flow '\(flow)' could not be driven and has failed: \(reason)"
        case .cannotFollow(let run, let reason):
            guard saidOfDamage.insert("follow \(run)").inserted else { return nil }
            return "what is to follow the failed run '\(run)' cannot be started: \(reason)"
        case .cannotFire(let flow, let reason):
            return "the schedule of flow '\(flow)' could not start a run: \(reason)"
        case .recovered(let count):
            return "going on with \(count) runs that were cut off"
        case .deleted(let runs, let deliveries):
            return "deleted \(runs) runs and \(deliveries) deliveries that are over for long"
        case .began, .left, .followed, .fired, .draining: return nil
        }
    }

    private mutating func failed(_ reason: String) -> String? {
        let now = MonotonicInstant.now
        if hasFaultToEnd || quietUntil.map({ $0 > now }) ?? false { return nil }
        quietUntil = now + Self.silence
        hasFaultToEnd = true
        return "nothing is taken or begun, and running steps are put off: \(reason); "
            + "that is tried again until it works"
    }
}
