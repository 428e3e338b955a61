internal import JSONValue
internal import SQLiteStore

/// A new run on its way into the journal: everything that can be done before the database's thread
/// is asked is done.
struct RunInsertion: Sendable {
    let run: NewRun
    private let trigger: SQLiteValue
    private let inputs: SQLiteValue

    init(_ run: NewRun, journal: SQLiteJournal) throws(JournalError) {
        let (size, limit) = (run.bundle.size, journal.limits.bundle)
        guard size <= limit else {
            throw .tooLarge(what: "the files of flow '\(run.flow)'", bytes: size, limit: limit)
        }
        self.run = run
        trigger = try journal.stored(run.trigger, what: "the trigger")
        inputs = try journal.stored(run.inputs, what: "the inputs")
    }

    /// The run's number.
    ///
    /// Throws `groupIsBusy` and `duplicateRun`; the caller's transaction is then undone.
    func insert(_ connection: SQLiteConnection) throws -> SQLiteValue {
        try makeRoom(connection)
        try insertFiles(connection)
        let queueing = run.queueing
        let created = SQLiteValue.integer(run.createdAt.milliseconds)
        let rows = try connection.query(
            """
            INSERT INTO run (id, flow, tenant, state, trigger, inputs, bundle, created, ready,
                exclusion, on_failure, requested_by)
            VALUES (?1, ?2, ?3, 'queued', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT (id) DO NOTHING RETURNING number
            """, .text(run.id.text), .text(run.flow), .text(run.tenant), trigger, inputs,
            .blob(run.bundle.digest), created,
            .integer(queueing.readyAt?.milliseconds ?? 0), SQLiteValue(queueing.group),
            SQLiteValue(queueing.onFailure), SQLiteValue(queueing.requestedBy))
        guard let number = rows.first?.values.first else {
            throw JournalError.duplicateRun(run.id)
        }
        for (name, envelope) in run.sealed {
            try connection.execute(
                "INSERT INTO sealed_input (run, name, envelope) VALUES (?1, ?2, ?3)", number,
                .text(name), .blob(envelope))
        }
        return number
    }

    /// Files that an earlier run brought are there already, all of them: they came and go together.
    private func insertFiles(_ connection: SQLiteConnection) throws {
        let bundle = SQLiteValue.blob(run.bundle.digest)
        let known = try connection.query(
            "SELECT 1 FROM bundle_content WHERE bundle = ?1 LIMIT 1", bundle)
        guard known.isEmpty else { return }
        for content in run.bundle.contents {
            try connection.execute(
                "INSERT INTO content (digest, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                .blob(content.digest), .blob(content.bytes))
            try connection.execute(
                """
                INSERT INTO bundle_content (bundle, digest) VALUES (?1, ?2) ON CONFLICT DO NOTHING
                """, bundle, .blob(content.digest))
        }
    }

    /// What `when-busy` says of the other runs of the group.
    private func makeRoom(_ connection: SQLiteConnection) throws {
        guard let group = run.queueing.group, run.queueing.whenBusy != .queue else { return }
        if run.queueing.whenBusy == .replace {
            try connection.execute(
                """
                UPDATE run SET cancelled = 1, control = control + 1, ready = 0,
                    wakes = iif(state = 'waiting', 0, wakes)
                WHERE flow = ?1 AND exclusion = ?2 AND state IN ('queued', 'running', 'waiting')
                """, .text(run.flow), .text(group))
            return
        }
        let others = try connection.query(
            """
            SELECT 1 FROM run WHERE flow = ?1 AND exclusion = ?2
                AND state IN ('queued', 'running', 'waiting') LIMIT 1
            """, .text(run.flow), .text(group))
        guard others.isEmpty else {
            throw JournalError.groupIsBusy(flow: run.flow, group: group)
        }
    }
}
