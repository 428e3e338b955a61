/// What kept the store below the journal from its work, as far as anybody can act on it.
package enum StoreFault: Sendable, Hashable {
    /// Its file system, quota or limit holds no more.
    case full
    /// Bytes of the file are not what was written.
    case corrupt
    case other
}

/// The journal could not do what it was asked for; nothing of it was kept.
package enum JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The store below failed: names act, file, cause and remedy.
    case store(String, fault: StoreFault = .other)
    case noSuchRun(RunID)
    case duplicateRun(RunID)
    /// Another process drives the run; its number, when it is known.
    case isDriven(RunID, by: Int64?)
    case tooLarge(what: String, bytes: Int, limit: Int)
    /// What was read back is not what was written.
    case damaged(RunID, what: String)
    case noSuchStep(RunID, StepPath)
    /// The step waits for no such word.
    case notAsked(RunID, StepPath)
    case unknownChoice(String, known: [String])
    case notAllowed(by: String, who: [String])
    /// What was shown to whoever decides is not what the approval asks.
    case approvalChanged(RunID, StepPath)
    /// Who asked for the run does not approve what is of high risk in it.
    case ownRequest(by: String)
    /// Another run of its group is under way, and the flow says `when-busy: skip`.
    case groupIsBusy(flow: String, group: String)
    /// The run still goes on.
    case isNotOver(RunID)
    /// The run ended before it could begin.
    case isOver(RunID)
    case noSuchDelivery(DeliveryID)
    case damagedDelivery(DeliveryID)

    /// Nil when the store did its part.
    package var storeFault: StoreFault? {
        guard case .store(_, let fault) = self else { return nil }
        return fault
    }

    package var description: String {
        switch self {
        case .store(let text, _): return text
        case .noSuchRun(let run):
            return "there is no run '\(run)'; list them with 'sluice runs'"
        case .duplicateRun(let run): return "a run '\(run)' exists already"
        case .isDriven(let run, let process):
            let driver = process.map { "process \($0)" } ?? "another process"
            return "run '\(run)' is being driven by \(driver); wait for it, or end it, then resume"
        case .tooLarge(let what, let bytes, let limit):
            return "cannot record \(what): \(bytes) bytes, the limit is \(limit)"
        case .damaged(let run, let what):
            return "cannot read \(what) of run '\(run)': what is stored is no JSON; "
                + "restore a backup of the journal"
        case .noSuchStep(let run, let step):
            return "run '\(run)' has no step '\(step)'; see 'sluice runs show \(run)'"
        case .notAsked(let run, let step):
            return "step '\(step)' of run '\(run)' does not wait for that; "
                + "see 'sluice runs show \(run)'"
        case .unknownChoice(let choice, let known):
            return "'\(choice)' is none of the choices: \(known.joined(separator: ", "))"
        case .notAllowed(let by, let who):
            return "'\(by)' may not decide this; it is for \(who.joined(separator: ", "))"
        case .approvalChanged(let run, let step):
            return
                "approval '\(step)' of run '\(run)' asks for something else than what was shown; "
                + "look at it again"
        case .ownRequest(let by):
            return "'\(by)' asked for this run and cannot approve its high risk; ask somebody else"
        case .groupIsBusy(let flow, let group):
            return "a run of flow '\(flow)' in group '\(group)' is under way; wait for its end"
        case .isNotOver(let run):
            return "run '\(run)' still goes on; wait for its end, or cancel it"
        case .isOver(let run): return "run '\(run)' is over; see 'sluice runs show \(run)'"
        case .noSuchDelivery(let delivery): return "there is no delivery '\(delivery)'"
        case .damagedDelivery(let delivery):
            return "cannot read delivery '\(delivery)': what is stored is no JSON; "
                + "restore a backup of the journal"
        }
    }
}
