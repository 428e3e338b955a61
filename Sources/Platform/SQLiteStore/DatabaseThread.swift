internal import Glibc

/// The one thread that touches a connection.
///
/// It ends when its queue is closed and empty.
final class DatabaseThread {
    private let queue: RequestQueue
    private let path: String
    private let options: SQLiteOptions
    private let whenOpened: (Result<Void, SQLiteError>) -> Void

    /// `whenOpened` is called once, on the thread, before any request is served.
    init(
        queue: RequestQueue, path: String, options: SQLiteOptions,
        whenOpened: @escaping (Result<Void, SQLiteError>) -> Void
    ) {
        self.queue = queue
        self.path = path
        self.options = options
        self.whenOpened = whenOpened
    }

    func start() {
        var thread = pthread_t()
        let this = unsafe Unmanaged.passRetained(self)
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<DatabaseThread>.fromOpaque(argument).takeRetainedValue().serve()
                return nil
            }, this.toOpaque())
        guard code == 0 else {
            unsafe this.release()
            let cause = unsafe String(cString: strerror(code))
            whenOpened(
                .failure(
                    SQLiteError(
                        kind: .other, act: "start a thread for", path: path, cause: cause,
                        remedy: "raise the limit on processes of this user")))
            return
        }
        pthread_detach(thread)
    }

    private func serve() {
        let connection: SQLiteConnection
        do throws(SQLiteError) {
            connection = try SQLiteConnection(path: path, options: options)
        } catch {
            return whenOpened(.failure(error))
        }
        whenOpened(.success(()))
        while let batch = queue.takeAll() {
            serve(batch, on: connection)
        }
        connection.close()
        queue.finish()
    }

    /// One transaction for the whole batch, so that what it holds shares a flush.
    private func serve(_ batch: [DatabaseRequest], on connection: SQLiteConnection) {
        guard batch.contains(where: \.writes) else {
            for request in batch { request.finish(failure { try request.run(connection) }) }
            return
        }
        let (failures, lost) = transact(batch, on: connection)
        if batch.count > 1, let lost = lost as? SQLiteError, lost.kind == .corrupt {
            // One of them met a damaged page and took the transaction of all with it: each for itself.
            for request in batch { serve([request], on: connection) }
            return
        }
        for (request, own) in zip(batch, failures) { request.finish(own ?? lost) }
    }

    /// Each request in a savepoint of its own.
    ///
    /// Answers why single ones failed, and why all were lost.
    private func transact(
        _ batch: [DatabaseRequest], on connection: SQLiteConnection
    ) -> (own: [(any Error)?], lost: (any Error)?) {
        let began = options.observeCommit == nil ? nil : ContinuousClock.now
        if let failure = failure({ try connection.execute("BEGIN IMMEDIATE") }) {
            return (batch.map { _ in nil }, failure)
        }
        var failures: [(any Error)?] = []
        // Why the transaction was ended before its end: what comes after it fails for the same reason.
        var ending: (any Error)?
        for request in batch {
            failures.append(ending ?? run(request, on: connection))
            if connection.isOutsideTransaction, ending == nil {
                ending = (failures.last ?? nil) ?? endedTransaction
            }
        }
        let lost =
            connection.isOutsideTransaction
            ? ending : failure { try connection.execute("COMMIT") }
        if lost == nil {
            queue.countCommit()
            if let began { options.observeCommit?(.now - began) }
        }
        if lost != nil, !connection.isOutsideTransaction {
            _ = failure { try connection.execute("ROLLBACK") }
        }
        return (failures, lost)
    }

    private var endedTransaction: SQLiteError {
        SQLiteError(
            kind: .other, act: "write to", path: path,
            cause: "the transaction was ended by an earlier failure")
    }

    private func run(_ request: DatabaseRequest, on connection: SQLiteConnection) -> (any Error)? {
        guard request.writes else { return failure { try request.run(connection) } }
        if let failure = failure({ try connection.execute("SAVEPOINT request") }) { return failure }
        let own = failure { try request.run(connection) }
        // A full disk ends the whole transaction by itself; there is nothing left to undo then.
        if own != nil, !connection.isOutsideTransaction {
            _ = failure { try connection.execute("ROLLBACK TO request") }
        }
        if !connection.isOutsideTransaction {
            _ = failure { try connection.execute("RELEASE request") }
        }
        return own
    }

    private func failure(_ body: () throws -> Void) -> (any Error)? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }
}
