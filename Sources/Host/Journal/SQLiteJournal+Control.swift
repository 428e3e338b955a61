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
            SELECT path, ask, choices, who, covered, asked, expires, choice, decided_by, decided,
                comment, approves, risk FROM approval WHERE run = ?1
            """, number)
        var approvals: [StepPath: ApprovalRecord] = [:]
        for row in rows {
            let path = StepPath(row.text(0) ?? "")
            let what = "the approval '\(path)'"
            let decision = row.text(7).map { choice in
                ApprovalDecision(
                    choice: choice, by: row.text(8) ?? "",
                    at: Moment(milliseconds: row.integer(9) ?? 0), comment: row.text(10))
            }
            approvals[path] = ApprovalRecord(
                ask: row.text(1) ?? "", choices: try json(row, 2, run, what) ?? .null,
                who: try texts(row, 3, run, what), approves: try texts(row, 11, run, what),
                risk: row.text(12).flatMap(OperationRisk.init) ?? .low,
                covered: try json(row, 4, run, what) ?? .null,
                askedAt: Moment(milliseconds: row.integer(5) ?? 0), expiresAt: moment(row, 6),
                decision: decision)
        }
        return approvals
    }

    private static func texts(
        _ row: SQLiteRow, _ column: Int, _ run: RunID, _ what: String
    ) throws(JournalError) -> [String] {
        try json(row, column, run, what)?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}
