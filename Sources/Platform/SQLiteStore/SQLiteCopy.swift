internal import CSQLite

extension SQLiteConnection {
    /// Writes what the file at `source` holds at one moment into a new file, durably; who has it open
    /// goes on reading and writing meanwhile.
    ///
    /// The schema stays as it is, also one that this program is too old or too new for.
    ///
    /// - Parameters:
    ///   - target: must not exist; readable by its owner only.
    ///   - applicationID: a file with another mark is refused.
    package static func copy(
        _ source: String, to target: String, applicationID: Int32
    ) throws(SQLiteError) {
        let connection = try SQLiteConnection(reading: source, applicationID: applicationID)
        defer { connection.close() }
        createPrivately(target)
        try connection.execute("VACUUM INTO ?1", .text(target))
        let written = try SQLiteConnection(reading: target, applicationID: applicationID)
        defer { written.close() }
        let found = try written.query("PRAGMA quick_check(1)").first?.text(0)
        guard found == "ok" else {
            throw SQLiteError(
                kind: .corrupt, act: "copy", path: source, cause: found ?? "the copy is empty")
        }
    }
}
