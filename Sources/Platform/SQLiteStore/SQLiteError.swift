internal import CSQLite

/// SQLite could not do what it was asked for.
///
/// Nothing of the transaction was kept.
package struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, as far as a caller can act on it.
    package enum Kind: Sendable, Hashable {
        case diskFull
        case readOnly
        case corrupt
        /// The file is no SQLite database, or one of another program.
        case foreign
        /// Another process held the lock for longer than the busy timeout.
        case locked
        /// A newer program wrote the file.
        case newerSchema
        /// A row breaks a constraint of the schema, such as a key that exists.
        case constraint
        case cannotOpen
        case closed
        case other
    }

    package let kind: Kind
    /// What was tried, such as `commit`.
    package let act: String
    package let path: String
    package let cause: String
    package let remedy: String?

    package init(kind: Kind, act: String, path: String, cause: String, remedy: String? = nil) {
        self.kind = kind
        self.act = act
        self.path = path
        self.cause = cause
        self.remedy = remedy ?? Self.remedy(for: kind, path: path)
    }

    package var description: String {
        let fault = "cannot \(act) '\(path)': \(cause)"
        guard let remedy else { return fault }
        return "\(fault); \(remedy)"
    }

    private static func remedy(for kind: Kind, path: String) -> String? {
        switch kind {
        case .diskFull: "free space on its file system, then resume"
        case .readOnly: "make the file and its folder writable for this user"
        case .corrupt:
            "move the file away and restore a backup, or save what can be read with "
                + "`sqlite3 '\(path)' .recover`"
        case .foreign: "name another file: this one is left untouched"
        case .locked: "wait for the process that holds it, or end that process"
        case .newerSchema: "use the newer version of the program, or another file"
        case .cannotOpen: "check that its folder exists and that this user may write there"
        case .constraint, .closed, .other: nil
        }
    }
}

extension SQLiteError {
    /// The error of an extended result code (sqlite.org/rescode.html).
    init(code: Int32, message: String, act: String, path: String) {
        let kind: Kind =
            switch code & 0xff {
            case SQLITE_FULL: .diskFull
            case SQLITE_READONLY, SQLITE_PERM: .readOnly
            case SQLITE_CORRUPT: .corrupt
            case SQLITE_NOTADB: .foreign
            case SQLITE_BUSY, SQLITE_LOCKED: .locked
            case SQLITE_CONSTRAINT: .constraint
            case SQLITE_CANTOPEN: .cannotOpen
            default: .other
            }
        self.init(kind: kind, act: act, path: path, cause: message)
    }
}
