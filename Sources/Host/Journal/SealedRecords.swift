internal import SQLiteStore

/// How bodies of deliveries are kept so that only the holder of a key can read them.
package struct DeliverySeal: Sendable {
    /// The delivery's name is what the bytes are bound to.
    let seal: @Sendable (_ body: [UInt8], _ delivery: String) throws -> [UInt8]
    let open: @Sendable (_ envelope: [UInt8], _ delivery: String) throws -> [UInt8]

    package init(
        seal: @escaping @Sendable (_ body: [UInt8], _ delivery: String) throws -> [UInt8],
        open: @escaping @Sendable (_ envelope: [UInt8], _ delivery: String) throws -> [UInt8]
    ) {
        self.seal = seal
        self.open = open
    }
}

extension SQLiteJournal {
    package func sealedInput(
        _ name: String, of run: RunID
    ) async throws(JournalError) -> [UInt8]? {
        try await read { connection in
            try connection.query(
                """
                SELECT envelope FROM sealed_input
                WHERE run = (SELECT number FROM run WHERE id = ?1) AND name = ?2
                """, .text(run.text), .text(name)
            ).first?.blob(0)
        }
    }

    /// What a run was given sealed goes with its end.
    static let forgetSealed = "DELETE FROM sealed_input WHERE run = ?1"
}
