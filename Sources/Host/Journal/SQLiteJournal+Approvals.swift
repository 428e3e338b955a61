internal import FlowModel
internal import JSONValue
internal import SQLiteStore

extension SQLiteJournal {
    package func listApprovals(
        _ filter: ApprovalFilter, at now: Moment
    ) async throws(JournalError) -> [ApprovalListing] {
        let states = JSON.array(filter.states.map { .string($0.rawValue) }).text
        let columns =
            filter.isWhole
            ? Self.approvalColumns
            : Self.approvalColumns.replacing("a.covered", with: "'null'", maxReplacements: 1)
        return try await read { connection in
            let rows = try connection.query(
                """
                SELECT * FROM (
                    SELECT \(columns), r.id, r.flow, r.requested_by, \(Self.approvalState) AS stands,
                        a.rowid AS number, d.state, d.error
                    FROM approval AS a JOIN run AS r ON r.number = a.run
                        LEFT JOIN step AS s ON s.run = a.run AND s.path = a.path
                        LEFT JOIN step AS d ON d.run = a.run AND d.path = a.path || '/deliver'
                    WHERE (?1 IS NULL OR r.flow = ?1) AND (?2 IS NULL OR r.id = ?2)
                        AND (?3 IS NULL OR a.rowid < ?3)
                        \(filter.states.contains(.decided) ? "" : "AND a.choice IS NULL")
                ) WHERE stands IN (SELECT value FROM json_each(?4)) ORDER BY number DESC LIMIT ?5
                """, SQLiteValue(filter.flow), SQLiteValue(filter.run?.text),
                filter.before.map(SQLiteValue.integer) ?? .null, .text(states),
                SQLiteValue(filter.limit), .integer(now.milliseconds))
            return try rows.map(Self.listing)
        }
    }

    /// Parameter 6 is the moment.
    ///
    /// A step that is over waits for nothing, also before its run has ended.
    private static let approvalState = """
        CASE WHEN a.choice IS NOT NULL THEN 'decided'
            WHEN s.state = 'succeeded' OR a.expires <= ?6 AND s.state = 'waiting' THEN 'expired'
            WHEN s.state IS NULL OR s.state <> 'waiting' OR r.cancelled
                OR r.state IN ('succeeded', 'failed', 'cancelled') THEN 'cancelled'
            ELSE 'waiting' END
        """

    /// Of `approval AS a`, in the order in which `approval` reads them.
    static let approvalColumns = """
        a.path, a.ask, a.choices, a.who, a.covered, a.asked, a.expires, a.choice, a.decided_by, a.decided,
        a.comment, a.approves, a.risk, a.operations
        """

    static func approval(_ row: SQLiteRow, of run: RunID) throws -> ApprovalRecord {
        let what = "the approval '\(row.text(0) ?? "")'"
        let decision = row.text(7).map { choice in
            ApprovalDecision(
                choice: choice, by: row.text(8) ?? "",
                at: Moment(milliseconds: row.integer(9) ?? 0), comment: row.text(10))
        }
        return ApprovalRecord(
            ask: row.text(1) ?? "", choices: try json(row, 2, run, what) ?? .null,
            who: try texts(row, 3, run, what), approves: try texts(row, 11, run, what),
            risk: row.text(12).flatMap(OperationRisk.init) ?? .low,
            covered: try json(row, 4, run, what) ?? .null,
            operations: try json(row, 13, run, what) ?? .object(JSONObject()),
            askedAt: Moment(milliseconds: row.integer(5) ?? 0), expiresAt: moment(row, 6),
            decision: decision)
    }

    private static func listing(_ row: SQLiteRow) throws -> ApprovalListing {
        let run = RunID(row.text(14) ?? "")
        let step = StepPath(row.text(0) ?? "")
        var delivery: ApprovalListing.Delivery?
        if let state = row.text(19).flatMap(StepState.init) {
            let error = try json(row, 20, run, "the delivery of '\(step)'")
            delivery = .init(state: state, error: error.flatMap(StepFailure.init))
        }
        return ApprovalListing(
            run: run, flow: row.text(15) ?? "", step: step, requestedBy: row.text(16),
            state: row.text(17).flatMap(ApprovalState.init) ?? .cancelled,
            record: try approval(row, of: run), delivery: delivery, cursor: row.integer(18) ?? 0)
    }

    private static func texts(
        _ row: SQLiteRow, _ column: Int, _ run: RunID, _ what: String
    ) throws(JournalError) -> [String] {
        try json(row, column, run, what)?.arrayValue?.compactMap(\.stringValue) ?? []
    }
}
