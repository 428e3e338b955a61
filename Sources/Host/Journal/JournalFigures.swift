internal import LinuxSystem
internal import SQLiteStore

/// How much a journal holds of what is not over.
package struct JournalFigures: Sendable, Hashable {
    /// By flow; a flow without any is not named.
    package var queued: [String: Int]
    /// When the longest queued run was made.
    package var oldestQueued: Moment?
    package var running: Int
    package var waiting: Int
    /// Questions that nobody has answered.
    package var approvals: Int
    /// Bytes of the file, and of what is written beside it before it is part of the file.
    package var fileBytes: Int
    package var logBytes: Int

    package init(
        queued: [String: Int], oldestQueued: Moment?, running: Int, waiting: Int, approvals: Int,
        fileBytes: Int, logBytes: Int
    ) {
        self.queued = queued
        self.oldestQueued = oldestQueued
        self.running = running
        self.waiting = waiting
        self.approvals = approvals
        self.fileBytes = fileBytes
        self.logBytes = logBytes
    }
}

extension SQLiteJournal {
    package func figures() async throws(JournalError) -> JournalFigures {
        let path = database.path
        return try await read { connection in
            // The index alone answers: 100,000 queued runs are counted in some milliseconds.
            let flows = try connection.query(
                """
                SELECT flow, count(*), min(number) FROM run WHERE state = 'queued' GROUP BY flow
                """)
            let first = flows.compactMap { $0.integer(2) }.min()
            let created = try first.flatMap { number in
                try connection.query("SELECT created FROM run WHERE number = ?1", .integer(number))
                    .first.flatMap { Self.moment($0, 0) }
            }
            let pairs = flows.map { ($0.text(0) ?? "", Int($0.integer(1) ?? 0)) }
            return JournalFigures(
                queued: Dictionary(pairs) { $0 + $1 }, oldestQueued: created,
                running: try Self.count(
                    connection, "SELECT count(*) FROM run WHERE state = 'running'"),
                waiting: try Self.count(
                    connection, "SELECT count(*) FROM run WHERE state = 'waiting'"),
                approvals: try Self.count(connection, Self.countApprovals),
                fileBytes: FileFigures.size(of: path) ?? 0,
                logBytes: FileFigures.size(of: path + "-wal") ?? 0)
        }
    }

    private static let countApprovals = """
        SELECT count(*) FROM run
            JOIN approval ON approval.run = run.number
            JOIN step ON step.run = approval.run AND step.path = approval.path
        WHERE run.state IN ('waiting', 'running') AND approval.choice IS NULL
            AND step.state = 'waiting'
        """

    private static func count(_ connection: SQLiteConnection, _ question: String) throws -> Int {
        Int(try connection.query(question).first?.integer(0) ?? 0)
    }
}
