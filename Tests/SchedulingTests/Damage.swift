import SQLiteStore

@testable import Journal

extension SQLiteJournal {
    /// Makes what is stored of a run unreadable, as a fault of the disk would.
    func damage(_ run: RunID) async throws {
        try await database.write { connection in
            try connection.execute(
                "UPDATE run SET trigger = '{' WHERE id = ?1", .text(run.text))
        }
    }
}
