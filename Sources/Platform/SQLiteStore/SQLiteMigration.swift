/// One step forward of a schema.
///
/// Migrations are never edited once released, only added.
package struct SQLiteMigration: Sendable {
    package let statements: [String]
    package init(_ statements: String...) { self.statements = statements }
}

extension SQLiteConnection {
    /// Brings the file to the newest schema, all or nothing; `user_version` counts the migrations done.
    ///
    /// A file that a newer program wrote is refused untouched.
    func migrate(_ options: SQLiteOptions) throws(SQLiteError) {
        let newest = Int64(options.migrations.count)
        guard try version() != newest else { return }
        try execute("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            // Read again under the lock: another process may have migrated meanwhile.
            let current = try version()
            guard current <= newest else {
                throw SQLiteError(
                    kind: .newerSchema, act: "open", path: path,
                    cause: "its schema is version \(current), this program knows \(newest)")
            }
            for migration in options.migrations.dropFirst(Int(current)) {
                for statement in migration.statements { try execute(statement) }
            }
            try execute("PRAGMA application_id = \(options.applicationID)")
            try execute("PRAGMA user_version = \(newest)")
            try execute("COMMIT")
        } catch {
            if !isOutsideTransaction { try? execute("ROLLBACK") }
            throw error
        }
    }

    private func version() throws(SQLiteError) -> Int64 {
        try query("PRAGMA user_version").first?.integer(0) ?? 0
    }
}
