internal import Glibc
internal import Synchronization

/// A database file served by one thread of its own, so that no blocking call ever holds a thread of
/// the cooperative pool.
///
/// Writers that wait at the same time share one transaction and one flush (group commit): while a
/// flush is under way the next writers queue up, and all of them go into the next transaction. Each
/// keeps its own all-or-nothing: one that throws is undone alone. Requests are served in the order
/// in which they were made, so a read sees every earlier write.
///
/// Cancelling the caller's task does not take a request back: its answer says what became of it.
package final class SQLiteDatabase: Sendable {
    package let path: String
    private let queue: RequestQueue
    /// The failure of a write that nobody waited for; the next one who waits is told.
    private let unreported = Mutex<(any Error)?>(nil)

    private init(path: String, queue: RequestQueue) {
        self.path = path
        self.queue = queue
    }

    deinit { queue.close() }

    /// Opens or creates the file, which becomes readable by its owner only.
    package static func open(
        _ path: String, options: SQLiteOptions
    ) async throws(SQLiteError) -> SQLiteDatabase {
        let queue = RequestQueue()
        let result: Result<Void, SQLiteError> = await withCheckedContinuation { continuation in
            let thread = DatabaseThread(queue: queue, path: path, options: options) {
                continuation.resume(returning: $0)
            }
            thread.start()
        }
        try result.get()
        return SQLiteDatabase(path: path, queue: queue)
    }

    /// Runs `body` in a transaction and returns once it is durable.
    ///
    /// What `body` throws undoes its own writes and is thrown to this caller only. A `SQLiteError`
    /// from the commit means that nothing of `body` was kept. `body` may be run again when its
    /// transaction was lost with that of others.
    package func write<Answer: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Answer
    ) async throws -> Answer {
        if let failure = unreported.withLock({ $0.take() }) { throw failure }
        return try await submit(writes: true, body)
    }

    package func read<Answer: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Answer
    ) async throws -> Answer {
        try await submit(writes: false, body)
    }

    /// Queues a write and does not wait: it is durable no later than any write requested after it.
    ///
    /// Should it be lost, `whenLost` is told why, before any later write begins; without it the next
    /// `write` throws that.
    package func writeLater(
        whenLost: (@Sendable (any Error) -> Void)? = nil,
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Void
    ) {
        let tell =
            whenLost ?? { [weak self] failure in self?.unreported.withLock { $0 = failure } }
        let isTaken = queue.append(
            DatabaseRequest(
                run: body, finish: { if let failure = $0 { tell(failure) } }, writes: true,
                isAwaited: false))
        if !isTaken { tell(closedError) }
    }

    /// Serves what is queued, closes the file and ends the thread.
    package func close() async {
        queue.close()
        await withCheckedContinuation { continuation in
            queue.whenFinished { continuation.resume() }
        }
    }

    /// Transactions made durable so far: with writes, how well they share.
    package var commits: Int { queue.commits }

    private var closedError: SQLiteError {
        SQLiteError(kind: .closed, act: "use", path: path, cause: "it has been closed")
    }

    private func submit<Answer: Sendable>(
        writes: Bool, _ body: @escaping @Sendable (SQLiteConnection) throws -> Answer
    ) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            var answer: Result<Answer, any Error> = .failure(closedError)
            let request = DatabaseRequest(
                run: { connection in
                    do {
                        answer = .success(try body(connection))
                    } catch {
                        answer = .failure(error)
                        throw error
                    }
                },
                finish: { lost in
                    if let lost { answer = .failure(lost) }
                    continuation.resume(with: answer)
                }, writes: writes, isAwaited: true)
            if !queue.append(request) { continuation.resume(throwing: closedError) }
        }
    }
}
