internal import JSONValue
internal import SQLiteStore

/// What a new run takes over of an earlier one as finished: steps of nodes of the main flow, with
/// everything below them.
package struct TakenSteps: Sendable, Hashable {
    package var from: RunID
    package var nodes: [String]

    package init(from: RunID, nodes: [String]) {
        self.from = from
        self.nodes = nodes
    }
}

extension SQLiteJournal {
    package func createRun(
        _ run: NewRun, takingOver taken: TakenSteps
    ) async throws(JournalError) {
        let insertion = try RunInsertion(run, journal: self)
        let nodes = JSON.array(taken.nodes.map(JSON.string)).text
        try await write { connection in
            // In the same transaction: had the earlier run been deleted, its effects would be repeated.
            let rows = try connection.query(
                "SELECT number, state FROM run WHERE id = ?1", .text(taken.from.text))
            guard let row = rows.first, let from = row.values.first else {
                throw JournalError.noSuchRun(taken.from)
            }
            guard row.text(1).flatMap(RunState.init)?.isFinal ?? false else {
                throw JournalError.isNotOver(taken.from)
            }
            let number = try insertion.insert(connection)
            try connection.execute(
                """
                INSERT INTO step (run, path, node, item_key, item_index, kind, state, input, output,
                    error, reason, started, ended, taken_from)
                SELECT ?1, step.path, node, item_key, item_index, kind, state, input, output, error,
                    reason, started, ended, coalesce(taken_from, ?3)
                FROM step WHERE run = ?2 AND state NOT IN ('running', 'waiting')
                    AND EXISTS (SELECT 1 FROM json_each(?4) AS taken
                        WHERE step.path = taken.value
                        OR substr(step.path, 1, length(taken.value) + 1)
                            IN (taken.value || '[', taken.value || '/'))
                ORDER BY step.number
                """, number, from, .text(taken.from.text), .text(nodes))
        }
        bundles.keep(run.bundle)
    }
}
