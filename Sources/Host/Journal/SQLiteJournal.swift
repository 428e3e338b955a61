internal import JSONValue
internal import LinuxSystem
internal import SQLiteStore
internal import Synchronization

/// The journal in one SQLite file.
///
/// Several processes may have it open; a run is driven by one.
///
/// Beside the file stands `FILE.lock`, with one byte locked for each run that is being driven.
package final class SQLiteJournal: Journal {
    package let redaction: Redaction
    let database: SQLiteDatabase
    let limits: JournalLimits
    /// Nil: bodies of deliveries are kept as they came.
    let deliverySeal: DeliverySeal?
    let bundles = BundleCache()
    private let driverLock: ByteRangeLock
    /// Numbers of the runs that are driven through this object.
    private let driven = Mutex<[RunID: Int64]>([:])
    /// Why something that was to be recorded later was not; what the run records after it, until its
    /// driver leaves it, is refused for the same reason.
    private let lost = Mutex<[RunID: JournalError]>([:])

    private init(
        database: SQLiteDatabase, driverLock: ByteRangeLock, redaction: Redaction,
        limits: JournalLimits, deliverySeal: DeliverySeal?
    ) {
        self.deliverySeal = deliverySeal
        self.database = database
        self.driverLock = driverLock
        self.redaction = redaction
        self.limits = limits
    }

    /// Opens or creates the file at `path`; its folder must exist.
    ///
    /// `sizeLimit`, in bytes, is the most that the file may grow to. `observeCommit` hears how long each
    /// transaction took until it was durable, on a thread that must not wait.
    package static func open(
        _ path: String, redaction: Redaction = .none, limits: JournalLimits = JournalLimits(),
        sizeLimit: Int? = nil, deliverySeal: DeliverySeal? = nil,
        observeCommit: (@Sendable (Duration) -> Void)? = nil
    ) async throws(JournalError) -> SQLiteJournal {
        let options = SQLiteOptions(
            applicationID: JournalSchema.applicationID, migrations: JournalSchema.migrations,
            sizeLimit: sizeLimit, observeCommit: observeCommit)
        let database: SQLiteDatabase
        do throws(SQLiteError) {
            database = try await SQLiteDatabase.open(path, options: options)
        } catch {
            throw Self.journalError(error)
        }
        do throws(ByteRangeLockError) {
            return SQLiteJournal(
                database: database, driverLock: try ByteRangeLock(path: path + ".lock"),
                redaction: redaction, limits: limits, deliverySeal: deliverySeal)
        } catch {
            await database.close()
            throw .store(error.description)
        }
    }

    /// Copies the file as it is at one moment, whoever has it open; see `SQLiteConnection.copy`.
    package static func copy(_ source: String, to target: String) throws(JournalError) {
        do throws(SQLiteError) {
            try SQLiteConnection.copy(
                source, to: target, applicationID: JournalSchema.applicationID)
        } catch {
            throw journalError(error)
        }
    }

    package func close() async { await database.close() }

    // MARK: Driving

    package func claimRun(_ id: RunID) async throws(JournalError) {
        let (number, driver) = try await read { connection in
            let rows = try connection.query(
                "SELECT number, driver FROM run WHERE id = ?1", .text(id.text))
            guard let row = rows.first, let number = row.integer(0) else {
                throw JournalError.noSuchRun(id)
            }
            return (number, row.integer(1))
        }
        let isTaken: Bool
        do {
            isTaken = try driven.withLock { driven in
                guard driven[id] == nil, try driverLock.take(number) else { return false }
                driven[id] = number
                return true
            }
        } catch {
            throw .store("\(error)")
        }
        if !isTaken { throw .isDriven(id, by: driver) }
    }

    package func releaseRun(_ id: RunID) async {
        driven.withLock { driven in
            if let number = driven.removeValue(forKey: id) { driverLock.release(number) }
        }
        lost.withLock { _ = $0.removeValue(forKey: id) }
    }

    func noteLoss(of run: RunID, _ error: any Error) {
        let error = Self.journalError(error)
        lost.withLock { $0[run] = error }
    }

    /// What a run lost without having been told; the other runs are not told of it.
    func loss(of run: RunID) -> JournalError? { lost.withLock { $0[run] } }

    // MARK: Answers

    func read<Answer: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Answer
    ) async throws(JournalError) -> Answer {
        do {
            return try await database.read(body)
        } catch {
            throw Self.journalError(error)
        }
    }

    func write<Answer: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Answer
    ) async throws(JournalError) -> Answer {
        do {
            return try await database.write(body)
        } catch {
            throw Self.journalError(error)
        }
    }

    private static func journalError(_ error: any Error) -> JournalError {
        switch error {
        case let error as JournalError: return error
        case let error as SQLiteError:
            let fault: StoreFault =
                switch error.kind {
                case .diskFull: .full
                case .corrupt, .foreign: .corrupt
                default: .other
                }
            return .store(error.description, fault: fault)
        default: return .store("\(error)")
        }
    }

    // MARK: Text

    /// JSON as it is stored: redacted, and refused when it is too large.
    func stored(_ value: JSON, what: String) throws(JournalError) -> SQLiteValue {
        let text = redaction.apply(value).text
        guard text.utf8.count <= limits.value else {
            throw .tooLarge(what: what, bytes: text.utf8.count, limit: limits.value)
        }
        return .text(text)
    }

    /// A step's input; one that is too large is replaced by a note of its size.
    func storedInput(_ value: JSON) -> SQLiteValue {
        let text = redaction.apply(value).text
        guard text.utf8.count > limits.input else { return .text(text) }
        let note: JSON = ["omitted": .string("\(text.utf8.count) bytes, more than are kept")]
        return .text(note.text)
    }

    func stored(_ failure: StepFailure) -> SQLiteValue {
        .text(failure.prepared(redaction, limit: limits.text).json.text)
    }
}
