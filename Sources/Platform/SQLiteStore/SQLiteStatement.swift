internal import CSQLite
internal import Glibc

/// A prepared statement.
///
/// It is prepared once, then bound and run many times.
///
/// It lives on its connection's thread, as long as the connection.
@safe
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let sql: String
    private unowned let connection: SQLiteConnection

    init(_ sql: String, connection: SQLiteConnection) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared = unsafe prepared else {
            throw connection.lastError(code, act: "read")
        }
        unsafe handle = prepared
        self.sql = sql
        self.connection = connection
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Binds, runs to the end and gives each row to `visit`.
    func run(
        _ parameters: [SQLiteValue], visit: (SQLiteRow) -> Void
    ) throws(SQLiteError) {
        defer {
            unsafe sqlite3_reset(handle)
            unsafe sqlite3_clear_bindings(handle)
        }
        try bind(parameters)
        while true {
            errno = 0
            let code = unsafe sqlite3_step(handle)
            let errorNumber = errno
            switch code {
            case SQLITE_ROW: visit(row())
            case SQLITE_DONE: return
            default: throw connection.lastError(code, act: act, errorNumber: errorNumber)
            }
        }
    }

    /// The act that messages name: what the statement begins with.
    private var act: String {
        let word = sql.prefix { $0.isLetter }.lowercased()
        return switch word {
        case "select", "pragma": "read"
        case "begin": "lock"
        case "commit": "commit to"
        default: "write to"
        }
    }

    private func bind(_ parameters: [SQLiteValue]) throws(SQLiteError) {
        let wanted = unsafe Int(sqlite3_bind_parameter_count(handle))
        guard wanted == parameters.count else {
            throw SQLiteError(
                kind: .other, act: act, path: connection.path,
                cause: "the statement takes \(wanted) parameters, \(parameters.count) given")
        }
        for (offset, value) in parameters.enumerated() {
            let code = bind(value, at: Int32(offset + 1))
            guard code == SQLITE_OK else { throw connection.lastError(code, act: act) }
        }
    }

    private func bind(_ value: SQLiteValue, at index: Int32) -> Int32 {
        // SQLITE_TRANSIENT, which the importer cannot see: SQLite copies the bytes at once.
        let copy = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: return unsafe sqlite3_bind_null(handle, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(handle, index, number)
        case .real(let number): return unsafe sqlite3_bind_double(handle, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                    // An empty string must not be bound as NULL.
                    guard let start = characters.baseAddress, !characters.isEmpty else {
                        return unsafe sqlite3_bind_text(handle, index, "", 0, copy)
                    }
                    return unsafe sqlite3_bind_text64(
                        handle, index, start, UInt64(characters.count), copy, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let bytes):
            return unsafe bytes.withUnsafeBytes { buffer in
                guard let start = buffer.baseAddress, !bytes.isEmpty else {
                    return unsafe sqlite3_bind_zeroblob(handle, index, 0)
                }
                return unsafe sqlite3_bind_blob64(
                    handle, index, start, UInt64(buffer.count), copy)
            }
        }
    }

    private func row() -> SQLiteRow {
        let count = unsafe sqlite3_column_count(handle)
        return SQLiteRow(values: (0..<count).map(column))
    }

    private func column(_ index: Int32) -> SQLiteValue {
        switch unsafe sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return unsafe .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: return unsafe .real(sqlite3_column_double(handle, index))
        case SQLITE_TEXT:
            guard let start = unsafe sqlite3_column_text(handle, index) else { return .text("") }
            let count = unsafe Int(sqlite3_column_bytes(handle, index))
            return unsafe .text(
                String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            guard let start = unsafe sqlite3_column_blob(handle, index) else { return .blob([]) }
            let count = unsafe Int(sqlite3_column_bytes(handle, index))
            return unsafe .blob([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }
}
