internal import FlowModel
internal import JSONValue
internal import SQLiteStore

extension SQLiteJournal {
    package func readyRuns(
        _ question: ReadyQuestion
    ) async throws(JournalError) -> [ReadyRun] {
        try await read { connection in
            let woken = try connection.query(
                """
                SELECT id, number, flow, exclusion, 1 FROM run
                WHERE state = 'waiting' AND wakes <= ?1 ORDER BY wakes LIMIT ?2
                """, .integer(question.now.milliseconds),
                SQLiteValue(question.others + question.excluding.count))
            var runs = Self.ready(woken, question)
            for flow in try Self.queuedFlows(connection) {
                let allowance = question.allowances[flow] ?? question.others
                guard allowance > 0 else { continue }
                let rows = try connection.query(
                    Self.selectReady, .text(flow), .integer(question.now.milliseconds),
                    SQLiteValue(allowance + question.excluding.count))
                runs += Self.ready(rows, question).prefix(allowance)
            }
            return runs
        }
    }

    /// The first queued run of each group, unless another of it is under way.
    ///
    /// What is to be cancelled excludes nobody and waits for nobody.
    private static let selectReady = """
        SELECT id, number, flow, exclusion, 0 FROM run
        WHERE state = 'queued' AND flow = ?1 AND ready <= ?2
            AND (exclusion IS NULL OR cancelled = 1 OR NOT EXISTS (
                SELECT 1 FROM run AS other
                WHERE other.flow = run.flow AND other.exclusion = run.exclusion
                    AND (other.state IN ('running', 'waiting')
                        OR other.state = 'queued' AND other.number < run.number)))
        ORDER BY number LIMIT ?3
        """

    /// Jumps from flow to flow in the index, so that many runs of one cost no more than few.
    private static func queuedFlows(_ connection: SQLiteConnection) throws -> [String] {
        try connection.query(
            """
            WITH RECURSIVE queued (flow) AS (
                SELECT min(flow) FROM run WHERE state = 'queued'
                UNION ALL
                SELECT (SELECT min(run.flow) FROM run
                    WHERE run.state = 'queued' AND run.flow > queued.flow)
                FROM queued WHERE queued.flow IS NOT NULL)
            SELECT flow FROM queued WHERE flow IS NOT NULL
            """
        ).compactMap { $0.text(0) }
    }

    private static func ready(_ rows: [SQLiteRow], _ question: ReadyQuestion) -> [ReadyRun] {
        rows.map(ready).filter { !question.excluding.contains($0.id) }
    }

    private static func ready(_ row: SQLiteRow) -> ReadyRun {
        ReadyRun(
            id: RunID(row.text(0) ?? ""), number: row.integer(1) ?? 0, flow: row.text(2) ?? "",
            group: row.text(3), hasBegun: row.flag(4))
    }

    package func runningRuns(
        after number: Int64, limit: Int
    ) async throws(JournalError) -> [ReadyRun] {
        try await read { connection in
            try connection.query(
                """
                SELECT id, number, flow, exclusion, 1 FROM run
                WHERE state = 'running' AND number > ?1 ORDER BY number LIMIT ?2
                """, .integer(number), SQLiteValue(limit)
            ).map(Self.ready)
        }
    }

    package func nextReadyMoment(after now: Moment) async throws(JournalError) -> Moment? {
        try await read { connection in
            let rows = try connection.query(
                """
                SELECT min(moment) FROM (
                    SELECT min(wakes) AS moment FROM run WHERE state = 'waiting' AND wakes > ?1
                    UNION ALL
                    SELECT min(ready) FROM run
                    WHERE state = 'queued' AND ready > 0 AND ready > ?1)
                """, .integer(now.milliseconds))
            return rows.first.flatMap { Self.moment($0, 0) }
        }
    }

    package func countQueued() async throws(JournalError) -> Int {
        try await read { connection in
            let rows = try connection.query("SELECT count(*) FROM run WHERE state = 'queued'")
            return Int(rows.first?.integer(0) ?? 0)
        }
    }

    package func postpone(
        _ run: RunID, until moment: Moment
    ) async throws(JournalError) {
        try await write { connection in
            try connection.execute(
                "UPDATE run SET ready = ?2 WHERE id = ?1 AND state = 'queued'", .text(run.text),
                .integer(moment.milliseconds))
        }
    }

    package func abandon(
        _ run: RunID, because failure: StepFailure, at moment: Moment
    ) async throws(JournalError) {
        let error = stored(failure)
        try await write { connection in
            try connection.execute(
                """
                UPDATE run SET state = 'failed', error = ?2, ended = ?3, wakes = NULL
                WHERE id = ?1 AND coalesce(state, '') NOT IN ('succeeded', 'failed', 'cancelled')
                """, .text(run.text), error, .integer(moment.milliseconds))
            guard let number = try? Self.number(of: run, connection) else { return }
            try connection.execute(Self.forgetSealed, number)
        }
    }

    /// As many bytes as a probe stores: with less room than that, the next run would not get far.
    private static let probeSize = 256 << 10

    package func probe() async throws(JournalError) {
        let digest = SQLiteValue.blob(Array("probe".utf8))
        try await write { connection in
            try connection.execute(
                "INSERT OR REPLACE INTO content (digest, bytes) VALUES (?1, zeroblob(?2))", digest,
                SQLiteValue(Self.probeSize))
        }
        try await write { connection in
            try connection.execute("DELETE FROM content WHERE digest = ?1", digest)
        }
    }

    // MARK: What follows a failure

    package func runsToFollow(limit: Int) async throws(JournalError) -> [RunID] {
        try await read { connection in
            try connection.query(
                """
                SELECT id FROM run WHERE state = 'failed' AND on_failure IS NOT NULL
                ORDER BY number LIMIT ?1
                """, SQLiteValue(limit)
            ).compactMap { $0.text(0).map { RunID($0) } }
        }
    }

    package func follow(
        _ failed: RunID, with follower: NewRun?
    ) async throws(JournalError) {
        var insertion: RunInsertion?
        if let follower { insertion = try RunInsertion(follower, journal: self) }
        try await write { [insertion] connection in
            try connection.execute(
                "UPDATE run SET on_failure = NULL WHERE id = ?1 AND on_failure IS NOT NULL",
                .text(failed.text))
            guard connection.changes == 1 else { return }
            _ = try insertion?.insert(connection)
        }
    }

    // MARK: Schedules

    package func lastFire(of flow: String) async throws(JournalError) -> Moment? {
        try await read { connection in
            try connection.query("SELECT fired FROM schedule WHERE flow = ?1", .text(flow))
                .first.flatMap { Self.moment($0, 0) }
        }
    }

    package func fire(
        _ flow: String, from last: Moment?, to moment: Moment, runs: [NewRun]
    ) async throws(JournalError) -> Bool {
        var insertions: [RunInsertion] = []
        for run in runs { insertions.append(try RunInsertion(run, journal: self)) }
        return try await write { [insertions] connection in
            if let last {
                try connection.execute(
                    "UPDATE schedule SET fired = ?3 WHERE flow = ?1 AND fired = ?2", .text(flow),
                    .integer(last.milliseconds), .integer(moment.milliseconds))
            } else {
                try connection.execute(
                    "INSERT INTO schedule (flow, fired) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    .text(flow), .integer(moment.milliseconds))
            }
            guard connection.changes == 1 else { return false }
            for insertion in insertions {
                do {
                    _ = try insertion.insert(connection)
                } catch JournalError.groupIsBusy {
                    continue
                }
            }
            return true
        }
    }
}
