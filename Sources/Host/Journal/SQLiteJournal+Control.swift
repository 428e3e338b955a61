internal import FlowModel
internal import JSONValue
internal import SQLiteStore

extension SQLiteJournal {
    package func control(of run: RunID) async throws(JournalError) -> RunControl {
        try await read { connection in
            let rows = try connection.query(
                "SELECT control, cancelled FROM run WHERE id = ?1", .text(run.text))
            guard let row = rows.first else { throw JournalError.noSuchRun(run) }
            return RunControl(version: row.integer(0) ?? 0, isCancelRequested: row.flag(1))
        }
    }

    package func requestCancel(_ run: RunID) async throws(JournalError) {
        try await write { connection in
            let number = try Self.number(of: run, connection)
            try connection.execute(
                """
                UPDATE run SET cancelled = 1, control = control + 1, ready = 0,
                    wakes = iif(state = 'waiting', 0, wakes)
                WHERE number = ?1 AND state NOT IN ('succeeded', 'failed', 'cancelled')
                """, number)
        }
    }

    package func decide(
        _ run: RunID, _ step: StepPath, _ decision: ApprovalDecision
    ) async throws(JournalError) {
        let comment = decision.comment.map { cut(redaction.apply($0), to: limits.text) }
        try await write { connection in
            let number = try Self.number(of: run, connection)
            try Self.check(step, waitsFor: .approval, of: run, number, connection)
            let asked = try Self.approvals(of: run, number, connection)[step]
            guard let asked else { throw JournalError.notAsked(run, step) }
            let isExpired = asked.expiresAt.map { $0 <= decision.at } ?? false
            guard asked.decision == nil, !isExpired else { throw JournalError.notAsked(run, step) }
            // SECURITY: who decides has seen exactly this question and these arguments.
            if let seen = decision.seen, seen != asked.hash(of: run, step) {
                throw JournalError.approvalChanged(run, step)
            }
            let known = asked.choices.objectValue?.keys ?? []
            guard known.contains(decision.choice) else {
                throw JournalError.unknownChoice(decision.choice, known: known)
            }
            let mayDecide =
                asked.who.isEmpty || asked.who.contains(decision.by)
                || decision.by == ApprovalDecision.commandLine
            guard mayDecide else {
                throw JournalError.notAllowed(by: decision.by, who: asked.who)
            }
            try Self.checkOwnRequest(decision, asked, number, connection)
            try connection.execute(
                """
                UPDATE approval SET choice = ?3, decided_by = ?4, decided = ?5, comment = ?6
                WHERE run = ?1 AND path = ?2
                """, number, .text(step.text), .text(decision.choice), .text(decision.by),
                .integer(decision.at.milliseconds), SQLiteValue(comment))
            try Self.noticeControl(number, connection)
        }
    }

    package func resolve(
        _ run: RunID, _ step: StepPath, _ resolution: Resolution
    ) async throws(JournalError) {
        try await write { connection in
            let number = try Self.number(of: run, connection)
            try Self.check(step, waitsFor: .resolution, of: run, number, connection)
            try connection.execute(
                "UPDATE step SET resolution = ?3 WHERE run = ?1 AND path = ?2", number,
                .text(step.text), .text(resolution.rawValue))
            try Self.noticeControl(number, connection)
        }
    }

    /// SECURITY: four eyes on what is of high risk; who has the journal itself needs no approval.
    private static func checkOwnRequest(
        _ decision: ApprovalDecision, _ asked: ApprovalRecord, _ number: SQLiteValue,
        _ connection: SQLiteConnection
    ) throws {
        guard asked.risk == .high || asked.risk == .critical,
            asked.approves.contains(decision.choice), decision.by != ApprovalDecision.commandLine
        else { return }
        let rows = try connection.query("SELECT requested_by FROM run WHERE number = ?1", number)
        if rows.first?.text(0) == decision.by {
            throw JournalError.ownRequest(by: decision.by)
        }
    }

    /// A step that is over waits for nothing, also when its run was cancelled meanwhile.
    private static func check(
        _ step: StepPath, waitsFor word: StepWaiting, of run: RunID, _ number: SQLiteValue,
        _ connection: SQLiteConnection
    ) throws {
        let rows = try connection.query(
            "SELECT waits_for FROM step WHERE run = ?1 AND path = ?2", number, .text(step.text))
        guard let row = rows.first else { throw JournalError.noSuchStep(run, step) }
        guard row.text(0) == word.rawValue else { throw JournalError.notAsked(run, step) }
    }

    private static func noticeControl(
        _ number: SQLiteValue, _ connection: SQLiteConnection
    ) throws {
        // A parked run has something to do now.
        try connection.execute(
            """
            UPDATE run SET control = control + 1, wakes = iif(state = 'waiting', 0, wakes)
            WHERE number = ?1
            """, number)
    }

    static func approvals(
        of run: RunID, _ number: SQLiteValue, _ connection: SQLiteConnection
    ) throws -> [StepPath: ApprovalRecord] {
        let rows = try connection.query(
            """
            SELECT \(approvalColumns) FROM approval AS a WHERE a.run = ?1
            """, number)
        var approvals: [StepPath: ApprovalRecord] = [:]
        for row in rows {
            approvals[StepPath(row.text(0) ?? "")] = try approval(row, of: run)
        }
        return approvals
    }
}
