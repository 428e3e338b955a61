internal import HTTPListener
internal import JSONValue
internal import Journal
internal import LinuxSystem

/// Decides for a caller, and says in words why not.
///
/// The API and the page decide here alone, so that the same rules hold for both.
struct ApprovalDecider: Sendable {
    let backend: any ApprovalBackend
    let audit: AuditLog

    /// How long a comment may be, in characters.
    static let longestComment = 4000

    struct Word {
        var choice: String
        var comment: String?
        /// The hash of what was shown.
        var seen: String
    }

    /// SECURITY: another flow's approval is as if it were not there.
    func approval(_ name: ApprovalName?, for caller: Caller) async throws -> ApprovalListing {
        guard let name, let approval = try await backend.approval(name),
            caller.mayTouch(approval.flow)
        else { throw APIFault.noSuchApproval }
        return approval
    }

    /// The approval as it stands afterwards; what was decided or refused is in the audit log.
    ///
    /// Throws `APIFault`.
    func decide(
        _ approval: ApprovalListing, _ word: Word, by caller: Caller, _ request: HTTPRequest
    ) async throws -> ApprovalListing {
        // SECURITY: a client chose these; the log stays readable whatever they are.
        var detail = "choice \(word.choice.prefix(64)), hash \(word.seen.prefix(64))"
        if let key = caller.keyID { detail += ", key \(key)" }
        do {
            let decided = try await decide(approval, word, by: caller)
            try note("approval.decide", approval.name, caller, request, detail)
            return decided
        } catch let fault as APIFault {
            try note(
                "approval.refused", approval.name, caller, request, "\(fault.code), \(detail)")
            throw fault
        }
    }

    func note(
        _ act: String, _ name: ApprovalName, _ caller: Caller, _ request: HTTPRequest,
        _ detail: String
    ) throws {
        let now = Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds)
        try audit.record(
            by: caller.name, act: act, subject: "approval:\(name)", at: now.description,
            detail: detail, peer: request.peer.description, request: request.id)
    }

    private func decide(
        _ approval: ApprovalListing, _ word: Word, by caller: Caller
    ) async throws -> ApprovalListing {
        if let comment = word.comment, comment.unicodeScalars.count > Self.longestComment {
            throw APIFault(
                400, "invalid-body", "a comment has at most \(Self.longestComment) characters")
        }
        do {
            try await backend.decide(
                approval.run, approval.step, choice: word.choice, by: caller.name,
                comment: word.comment, seen: word.seen)
        } catch let error as JournalError {
            let now = try await backend.approval(approval.name)
            throw Self.fault(error, now ?? approval) ?? error
        }
        return try await backend.approval(approval.name) ?? approval
    }

    /// Nil: it is the host's own trouble.
    private static func fault(_ error: JournalError, _ approval: ApprovalListing) -> APIFault? {
        switch error {
        case .noSuchRun, .noSuchStep: .noSuchApproval
        case .notAsked: standing(of: approval)
        case .approvalChanged:
            APIFault(
                409, "changed",
                "this is not what was shown when the hash was made; look at the approval again")
        case .unknownChoice(_, let known):
            APIFault(400, "unknown-choice", "there is no such choice", details: known)
        case .notAllowed(_, let who):
            APIFault(403, "not-for-you", "this approval is for others", details: who)
        case .ownRequest:
            APIFault(
                403, "own-request",
                "who asked for a run does not approve what is of high risk in it; ask somebody else"
            )
        default: nil
        }
    }

    /// Why it waits no more.
    private static func standing(of approval: ApprovalListing) -> APIFault {
        if let decision = approval.record.decision {
            return APIFault(
                409, "decided",
                "\(decision.by) decided this at \(decision.at): \(decision.choice)",
                details: [decision.choice, decision.by, decision.at.description])
        }
        guard approval.state == .expired else {
            return APIFault(409, "not-waiting", "nobody waits for this any more: the run ended")
        }
        return APIFault(409, "expired", "this expired before anybody decided")
    }
}

extension APIFault {
    static let noSuchApproval = APIFault(404, "not-found", "there is no such approval")
}
