internal import SQLiteStore

extension SQLiteJournal {
    /// Steps, attempts, approvals and the delivery go with their run; files with the last run that
    /// is pinned to them.
    package func deleteRuns(
        endedBefore moment: Moment, limit: Int
    ) async throws(JournalError) -> Int {
        try await write { connection in
            try connection.execute(
                """
                DELETE FROM run WHERE number IN (
                    SELECT number FROM run
                    WHERE state IN ('succeeded', 'failed', 'cancelled') AND ended < ?1
                    ORDER BY ended LIMIT ?2)
                """, .integer(moment.milliseconds), SQLiteValue(limit))
            let deleted = connection.changes
            if deleted > 0 {
                try connection.execute(
                    """
                    DELETE FROM bundle_content WHERE NOT EXISTS (
                        SELECT 1 FROM run WHERE run.bundle = bundle_content.bundle)
                    """)
                try connection.execute(
                    """
                    DELETE FROM content WHERE NOT EXISTS (
                        SELECT 1 FROM bundle_content WHERE bundle_content.digest = content.digest)
                    """)
            }
            return deleted
        }
    }
}
