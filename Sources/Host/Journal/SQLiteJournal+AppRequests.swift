internal import JSONValue
internal import SQLiteStore

extension SQLiteJournal {
    package func acceptAppRequest(
        _ request: NewAppRequest
    ) async throws(JournalError) -> AppRequestAnswer {
        let insertion = try RunInsertion(request.run, journal: self)
        bundles.keep(request.run.bundle)
        return try await write { connection in
            if let answer = try Self.claimKey(of: request, connection) { return answer }
            let number = try insertion.insert(connection)
            try connection.execute(
                "INSERT INTO app_request (run, flow, user) VALUES (?1, ?2, ?3)", number,
                .text(request.run.flow), .text(request.user))
            return .started(request.run.id)
        }
    }

    /// Takes the key for this request, or says what became of it; a key whose run is deleted is free.
    private static func claimKey(
        of request: NewAppRequest, _ connection: SQLiteConnection
    ) throws -> AppRequestAnswer? {
        guard let key = request.key else { return nil }
        let (flow, user) = (SQLiteValue.text(request.run.flow), SQLiteValue.text(request.user))
        try connection.execute(
            """
            INSERT INTO app_key (flow, user, key, body, run, until)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (flow, user, key) DO UPDATE SET body = excluded.body,
                run = excluded.run, until = excluded.until
            WHERE until <= ?7 OR NOT EXISTS (SELECT 1 FROM run WHERE run.id = app_key.run)
            """, flow, user, .text(key.text), .blob(key.body), .text(request.run.id.text),
            .integer(key.until.milliseconds), .integer(request.run.createdAt.milliseconds))
        guard connection.changes == 0 else { return nil }
        let rows = try connection.query(
            "SELECT body, run FROM app_key WHERE flow = ?1 AND user = ?2 AND key = ?3", flow, user,
            .text(key.text))
        guard let row = rows.first else { return nil }
        let run = RunID(row.text(1) ?? "")
        return row.blob(0) == key.body ? .same(run) : .keyIsTaken(by: run)
    }

    package func listAppRuns(
        _ filter: AppRunFilter
    ) async throws(JournalError) -> (runs: [AppRunRecord], total: Int) {
        let states = filter.states.map { states in
            JSON.array(states.map { JSON.string($0.rawValue) }).text
        }
        return try await read { connection in
            let condition = """
                FROM app_request JOIN run ON run.number = app_request.run
                WHERE app_request.flow = ?1 AND (?2 IS NULL OR app_request.user = ?2)
                    AND (?3 IS NULL OR state IN (SELECT value FROM json_each(?3)))
                    AND (?4 IS NULL OR run.id = ?4 OR instr(inputs, ?4) > 0
                        OR instr(coalesce(outputs, ''), ?4) > 0)
                    AND (?5 IS NULL OR created >= ?5) AND (?6 IS NULL OR created <= ?6)
                """
            let values: [SQLiteValue] = [
                .text(filter.flow), SQLiteValue(filter.user), SQLiteValue(states),
                SQLiteValue(filter.keyword), SQLiteValue(filter.since?.milliseconds),
                SQLiteValue(filter.until?.milliseconds),
            ]
            let total = try connection.query(
                "SELECT count(*) \(condition)", values[0], values[1], values[2], values[3],
                values[4], values[5]
            ).first?.integer(0)
            let rows = try connection.query(
                """
                SELECT run.id, run.number, app_request.user \(condition)
                ORDER BY app_request.run DESC LIMIT ?7 OFFSET ?8
                """, values[0], values[1], values[2], values[3], values[4], values[5],
                SQLiteValue(filter.limit), SQLiteValue(filter.offset))
            return (try rows.compactMap { try Self.appRun($0, connection) }, Int(total ?? 0))
        }
    }

    private static func appRun(
        _ row: SQLiteRow, _ connection: SQLiteConnection
    ) throws -> AppRunRecord? {
        let runs = try connection.query("\(selectRun) WHERE id = ?1", row.values[0])
        guard let run = try runs.first.map(listed) else { return nil }
        let figures = try connection.query(
            """
            SELECT count(*), sum(state = 'failed' OR state = 'succeeded' AND error IS NOT NULL),
                sum(CASE WHEN kind = 'operation' AND output IS NOT NULL
                    THEN CAST(coalesce(json_extract(output, '$.usage.total_tokens'), 0) AS INTEGER)
                    ELSE 0 END)
            FROM step WHERE run = ?1 AND state <> 'skipped'
                AND (path = node OR item_index IS NOT NULL
                    AND substr(path, 1, length(node) + 1) = node || '[')
            """, row.values[1]
        ).first
        return AppRunRecord(
            run: run, user: row.text(2) ?? "", steps: Int(figures?.integer(0) ?? 0),
            failures: Int(figures?.integer(1) ?? 0), tokens: figures?.integer(2) ?? 0)
    }

    // MARK: Files

    package func addAppFile(_ file: AppFile) async throws(JournalError) {
        try await write { connection in
            try connection.execute(
                """
                INSERT INTO app_file (id, flow, user, name, type, size, digest, created)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                """, .text(file.id), .text(file.flow), .text(file.user), .text(file.name),
                .text(file.type), SQLiteValue(file.size), .blob(file.digest),
                .integer(file.createdAt.milliseconds))
        }
    }

    package func appFile(_ id: String) async throws(JournalError) -> AppFile? {
        try await read { connection in
            try connection.query(
                """
                SELECT id, flow, user, name, type, size, digest, created
                FROM app_file WHERE id = ?1
                """, .text(id)
            ).first.map { row in
                AppFile(
                    id: row.text(0) ?? "", flow: row.text(1) ?? "", user: row.text(2) ?? "",
                    name: row.text(3) ?? "", type: row.text(4) ?? "",
                    size: Int(row.integer(5) ?? 0), digest: row.blob(6) ?? [],
                    createdAt: Moment(milliseconds: row.integer(7) ?? 0))
            }
        }
    }

    package func appFileBytes(of flow: String) async throws(JournalError) -> Int {
        try await read { connection in
            let rows = try connection.query(
                "SELECT sum(size) FROM app_file WHERE flow = ?1", .text(flow))
            return Int(rows.first?.integer(0) ?? 0)
        }
    }

    package func deleteAppFiles(
        before moment: Moment, limit: Int
    ) async throws(JournalError) -> (count: Int, orphans: [[UInt8]]) {
        try await write { connection in
            let rows = try connection.query(
                """
                DELETE FROM app_file WHERE id IN (
                    SELECT id FROM app_file WHERE created < ?1 ORDER BY created LIMIT ?2)
                RETURNING digest
                """, .integer(moment.milliseconds), SQLiteValue(limit))
            let orphans = try Set(rows.compactMap { $0.blob(0) }).filter { digest in
                try connection.query(
                    "SELECT 1 FROM app_file WHERE digest = ?1 LIMIT 1", .blob(digest)
                ).isEmpty
            }
            return (rows.count, Array(orphans))
        }
    }
}
