internal import SQLiteStore

/// The tables of the journal's file.
///
/// Times are milliseconds since 1970, durations microseconds.
///
/// A migration that was released is never edited; a change is a new one at the end.
enum JournalSchema {
    /// "Slce": tells the journal from another program's database.
    static let applicationID: Int32 = 0x536c_6365

    static let migrations = [
        SQLiteMigration(
            """
            CREATE TABLE content (
                digest BLOB PRIMARY KEY,
                bytes BLOB NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE run (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                flow TEXT NOT NULL,
                tenant TEXT NOT NULL,
                state TEXT NOT NULL,
                trigger TEXT NOT NULL,
                inputs TEXT NOT NULL,
                bundle BLOB NOT NULL REFERENCES content,
                outputs TEXT,
                error TEXT,
                response TEXT,
                created INTEGER NOT NULL,
                started INTEGER,
                ended INTEGER,
                active INTEGER NOT NULL DEFAULT 0,
                wakes INTEGER,
                cancelled INTEGER NOT NULL DEFAULT 0,
                control INTEGER NOT NULL DEFAULT 0,
                driver INTEGER
            ) STRICT
            """,
            "CREATE INDEX run_by_state ON run (state, ended)",
            "CREATE INDEX run_by_flow ON run (flow, id)",
            """
            CREATE TABLE run_content (
                run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
                digest BLOB NOT NULL REFERENCES content,
                PRIMARY KEY (run, digest)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX run_content_by_digest ON run_content (digest)",
            """
            CREATE TABLE step (
                number INTEGER PRIMARY KEY,
                run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
                path TEXT NOT NULL,
                node TEXT NOT NULL,
                item_key TEXT,
                item_index INTEGER,
                kind TEXT NOT NULL,
                state TEXT NOT NULL,
                input TEXT,
                output TEXT,
                error TEXT,
                waits_for TEXT,
                reason TEXT,
                resolution TEXT,
                started INTEGER,
                ended INTEGER,
                wakes INTEGER,
                UNIQUE (run, path)
            ) STRICT
            """,
            """
            CREATE TABLE attempt (
                run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
                path TEXT NOT NULL,
                number INTEGER NOT NULL,
                started INTEGER NOT NULL,
                ended INTEGER,
                outcome TEXT,
                error TEXT,
                standard_output TEXT NOT NULL DEFAULT '',
                standard_error TEXT NOT NULL DEFAULT '',
                denials TEXT,
                wall INTEGER,
                cpu INTEGER,
                memory INTEGER,
                mark TEXT,
                PRIMARY KEY (run, path, number)
            ) STRICT
            """,
            """
            CREATE TABLE approval (
                run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
                path TEXT NOT NULL,
                ask TEXT NOT NULL,
                choices TEXT NOT NULL,
                who TEXT NOT NULL,
                covered TEXT NOT NULL,
                asked INTEGER NOT NULL,
                expires INTEGER,
                choice TEXT,
                decided_by TEXT,
                decided INTEGER,
                comment TEXT,
                PRIMARY KEY (run, path)
            ) STRICT
            """),
        // Which layers of the sandbox held a script.
        SQLiteMigration("ALTER TABLE attempt ADD COLUMN layers TEXT"),
        // Which JavaScript engine a script got, and why.
        SQLiteMigration("ALTER TABLE attempt ADD COLUMN runtime TEXT"),
        queue,
        deliveries,
        approvals,
        appRequests,
        sealing,
        // The run in which a step was done that this run took over.
        SQLiteMigration("ALTER TABLE step ADD COLUMN taken_from TEXT"),
    ]

    /// What a host that serves needs of runs: when they may begin, which exclude each other, what
    /// follows a failure, and who asked.
    ///
    /// Files hang on bundles, which runs share.
    private static let queue = SQLiteMigration(
        "ALTER TABLE run ADD COLUMN ready INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE run ADD COLUMN exclusion TEXT",
        "ALTER TABLE run ADD COLUMN on_failure TEXT",
        "ALTER TABLE run ADD COLUMN requested_by TEXT",
        "ALTER TABLE approval ADD COLUMN risk TEXT",
        "ALTER TABLE approval ADD COLUMN approves TEXT",
        """
        CREATE TABLE bundle_content (
            bundle BLOB NOT NULL REFERENCES content,
            digest BLOB NOT NULL REFERENCES content,
            PRIMARY KEY (bundle, digest)
        ) STRICT, WITHOUT ROWID
        """,
        """
        INSERT INTO bundle_content
            SELECT DISTINCT run.bundle, run_content.digest
            FROM run_content JOIN run ON run.number = run_content.run
        """,
        "DROP TABLE run_content",
        "CREATE INDEX bundle_content_by_digest ON bundle_content (digest)",
        "CREATE INDEX run_by_bundle ON run (bundle)",
        "DROP INDEX run_by_state",
        "CREATE INDEX run_by_state ON run (state, flow, number)",
        "CREATE INDEX run_by_end ON run (ended) WHERE ended IS NOT NULL",
        "CREATE INDEX run_by_wake ON run (wakes) WHERE state = 'waiting'",
        "CREATE INDEX run_by_readiness ON run (ready) WHERE state = 'queued' AND ready > 0",
        """
        CREATE INDEX run_by_exclusion ON run (flow, exclusion, state, number)
            WHERE exclusion IS NOT NULL
        """,
        """
        CREATE INDEX run_to_follow ON run (number)
            WHERE state = 'failed' AND on_failure IS NOT NULL
        """,
        """
        CREATE TABLE schedule (
            flow TEXT PRIMARY KEY,
            fired INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """)

    /// What an approval covers beside the arguments, and what still waits.
    private static let approvals = SQLiteMigration(
        "ALTER TABLE approval ADD COLUMN operations TEXT",
        "CREATE INDEX approval_open ON approval (run) WHERE choice IS NULL")

    /// What only the holder of the host's seal key can read.
    ///
    /// `size` is the body's own where it is sealed.
    private static let sealing = SQLiteMigration(
        """
        CREATE TABLE sealed_input (
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            name TEXT NOT NULL,
            envelope BLOB NOT NULL,
            PRIMARY KEY (run, name)
        ) STRICT, WITHOUT ROWID
        """,
        "ALTER TABLE delivery ADD COLUMN size INTEGER")

    /// Webhooks' requests, and the keys that tell one that comes again.
    private static let deliveries = SQLiteMigration(
        """
        CREATE TABLE delivery (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            flow TEXT NOT NULL,
            received INTEGER NOT NULL,
            peer TEXT NOT NULL,
            method TEXT NOT NULL,
            path TEXT NOT NULL,
            query TEXT NOT NULL,
            headers TEXT NOT NULL,
            body BLOB NOT NULL,
            result TEXT NOT NULL,
            reason TEXT,
            run INTEGER REFERENCES run ON DELETE CASCADE,
            original TEXT
        ) STRICT
        """,
        "CREATE INDEX delivery_by_run ON delivery (run) WHERE run IS NOT NULL",
        "CREATE INDEX delivery_without_run ON delivery (received) WHERE run IS NULL",
        """
        CREATE TABLE delivery_key (
            flow TEXT NOT NULL,
            key TEXT NOT NULL,
            delivery TEXT NOT NULL,
            run TEXT NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (flow, key)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX delivery_key_by_end ON delivery_key (until)")

    /// What clients of the workflow API asked for: whose runs, which keys count, which files.
    private static let appRequests = SQLiteMigration(
        """
        CREATE TABLE app_request (
            run INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
            flow TEXT NOT NULL,
            user TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX app_request_by_flow ON app_request (flow, run)",
        """
        CREATE TABLE app_key (
            flow TEXT NOT NULL,
            user TEXT NOT NULL,
            key TEXT NOT NULL,
            body BLOB NOT NULL,
            run TEXT NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (flow, user, key)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX app_key_by_end ON app_key (until)",
        """
        CREATE TABLE app_file (
            id TEXT PRIMARY KEY,
            flow TEXT NOT NULL,
            user TEXT NOT NULL,
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            size INTEGER NOT NULL,
            digest BLOB NOT NULL,
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX app_file_by_digest ON app_file (digest)",
        "CREATE INDEX app_file_by_time ON app_file (created)")
}
