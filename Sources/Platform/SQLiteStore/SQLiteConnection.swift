internal import CSQLite
internal import Glibc

/// How a database file is opened.
package struct SQLiteOptions: Sendable {
    /// Marks the file as ours (`PRAGMA application_id`); a file with another mark is refused.
    package var applicationID: Int32
    /// In order, each brings the schema from one version to the next.
    package var migrations: [SQLiteMigration]
    /// How long another process may hold the lock.
    package var busyTimeout: Duration
    /// The most that the file may grow to, in bytes; nil: what the disk holds.
    package var sizeLimit: Int?
    /// Told how long each transaction took until it was durable, on the database's thread.
    package var observeCommit: (@Sendable (Duration) -> Void)?

    package init(
        applicationID: Int32, migrations: [SQLiteMigration],
        busyTimeout: Duration = .seconds(10), sizeLimit: Int? = nil,
        observeCommit: (@Sendable (Duration) -> Void)? = nil
    ) {
        self.applicationID = applicationID
        self.migrations = migrations
        self.busyTimeout = busyTimeout
        self.sizeLimit = sizeLimit
        self.observeCommit = observeCommit
    }
}

/// One open database file.
///
/// It is used by one thread only and never crosses to another.
///
/// Journal mode is WAL with `synchronous=FULL`: a commit that returned survives a power cut.
@safe
package final class SQLiteConnection {
    package let path: String
    let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]

    init(path: String, options: SQLiteOptions) throws(SQLiteError) {
        self.path = path
        Self.createPrivately(path)
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = unsafe sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_EXRESCODE, nil)
        guard let opened = unsafe opened else {
            throw SQLiteError(kind: .other, act: "open", path: path, cause: "no memory")
        }
        unsafe handle = opened
        guard code == SQLITE_OK else {
            let error = lastError(code, act: "open")
            unsafe sqlite3_close_v2(opened)
            throw error
        }
        do throws(SQLiteError) {
            try configure(options)
            try migrate(options)
        } catch {
            close()
            throw error
        }
    }

    /// Opens a file that is there for reading alone; its schema may be of any version.
    init(reading path: String, applicationID: Int32) throws(SQLiteError) {
        self.path = path
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard let opened = unsafe opened else {
            throw SQLiteError(kind: .other, act: "open", path: path, cause: "no memory")
        }
        unsafe handle = opened
        guard code == SQLITE_OK else {
            let error = lastError(code, act: "open")
            unsafe sqlite3_close_v2(opened)
            throw error
        }
        unsafe sqlite3_busy_timeout(handle, 10_000)
        do throws(SQLiteError) {
            try refuseForeign(applicationID)
        } catch {
            close()
            throw error
        }
    }

    /// Runs a statement and drops its rows.
    ///
    /// Statements are prepared once and kept.
    package func execute(_ sql: String, _ parameters: SQLiteValue...) throws(SQLiteError) {
        try statement(sql).run(parameters) { _ in }
    }

    /// Runs a statement and answers all of its rows.
    package func query(
        _ sql: String, _ parameters: SQLiteValue...
    ) throws(SQLiteError) -> [SQLiteRow] {
        var rows: [SQLiteRow] = []
        try statement(sql).run(parameters) { rows.append($0) }
        return rows
    }

    /// Rows that the last INSERT, UPDATE or DELETE changed.
    package var changes: Int { unsafe Int(sqlite3_changes(handle)) }

    /// False while a transaction is open.
    ///
    /// A full disk may end one by itself.
    var isOutsideTransaction: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }

    func close() {
        statements = [:]
        unsafe sqlite3_close_v2(handle)
    }

    /// `errorNumber` is that of the last system call, for a commit, of which SQLite keeps none.
    func lastError(_ code: Int32, act: String, errorNumber: Int32 = 0) -> SQLiteError {
        let extended = unsafe sqlite3_extended_errcode(handle)
        let message = unsafe String(cString: sqlite3_errmsg(handle))
        let system = unsafe sqlite3_system_errno(handle)
        // A full disk or a quota can reach us as an input/output error with the errno beside it.
        let isFull = [system, errorNumber].contains { [ENOSPC, EDQUOT, EFBIG].contains($0) }
        let final = isFull && code & 0xff == SQLITE_IOERR ? SQLITE_FULL : code
        return SQLiteError(
            code: final, message: "\(message) (SQLite code \(extended))", act: act, path: path)
    }

    private func statement(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        if let kept = statements[sql] { return kept }
        let prepared = try SQLiteStatement(sql, connection: self)
        statements[sql] = prepared
        return prepared
    }

    /// SECURITY: runs hold what flows handle, so the file is for its owner only, whatever the umask.
    static func createPrivately(_ path: String) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        // What is wrong with the path is said by SQLite's own open, just after.
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
    }

    private func configure(_ options: SQLiteOptions) throws(SQLiteError) {
        let components = options.busyTimeout.components
        let milliseconds =
            components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        unsafe sqlite3_busy_timeout(handle, Int32(clamping: milliseconds))
        try refuseForeign(options.applicationID)
        let mode = try query("PRAGMA journal_mode = WAL").first?.text(0)
        guard mode == "wal" else {
            throw SQLiteError(
                kind: .other, act: "open", path: path,
                cause: "its file system does not support write-ahead logging",
                remedy: "put it on a local disk")
        }
        try execute("PRAGMA synchronous = FULL")
        try execute("PRAGMA foreign_keys = ON")
        try execute("PRAGMA trusted_schema = OFF")
        try execute("PRAGMA journal_size_limit = 67108864")
        if let limit = options.sizeLimit {
            let pageSize = try query("PRAGMA page_size").first?.integer(0) ?? 4096
            try execute("PRAGMA max_page_count = \(max(Int64(limit) / pageSize, 1))")
        }
    }

    private func refuseForeign(_ applicationID: Int32) throws(SQLiteError) {
        let mark = try query("PRAGMA application_id").first?.integer(0) ?? 0
        let tables = try query("SELECT count(*) FROM sqlite_schema").first?.integer(0) ?? 0
        if mark == Int64(applicationID) || (mark == 0 && tables == 0) { return }
        throw SQLiteError(
            kind: .foreign, act: "open", path: path,
            cause: "it is a SQLite database of another program")
    }
}
