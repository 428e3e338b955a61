/// A run that a client of the workflow API asks for.
package struct NewAppRequest: Sendable {
    /// What tells a request that comes again from a new one.
    package struct Key: Sendable {
        package var text: String
        /// Digest of what was asked, so that the same key with something else is noticed.
        package var body: [UInt8]
        package var until: Moment
        package init(text: String, body: [UInt8], until: Moment) {
            self.text = text
            self.body = body
            self.until = until
        }
    }

    package var run: NewRun
    /// The client's user, as the client names them.
    package var user: String
    package var key: Key?

    package init(run: NewRun, user: String, key: Key?) {
        self.run = run
        self.user = user
        self.key = key
    }
}

/// What became of a request; it is durable.
package enum AppRequestAnswer: Sendable, Hashable {
    case started(RunID)
    /// The same was asked before under its key: nothing was started again.
    case same(RunID)
    /// Something else was asked before under its key: nothing was started.
    case keyIsTaken(by: RunID)
}

/// Which runs of an app a list shows, newest first.
package struct AppRunFilter: Sendable {
    package var flow: String
    package var user: String?
    package var states: Set<RunState>?
    /// A part of the inputs or outputs, or a run's whole name.
    package var keyword: String?
    package var since: Moment?
    package var until: Moment?
    package var offset: Int
    package var limit: Int

    package init(flow: String, offset: Int, limit: Int) {
        self.flow = flow
        self.offset = offset
        self.limit = limit
    }
}

/// A run of an app as lists print it.
package struct AppRunRecord: Sendable {
    package var run: RunRecord
    package var user: String
    /// Steps that were taken, those of sub-flows left out.
    package var steps: Int
    /// Of them, those that failed, also where the flow went on.
    package var failures: Int
    /// Tokens that models said they used.
    package var tokens: Int64
}

/// A file that a client gave; its bytes stand elsewhere, by their digest.
package struct AppFile: Sendable, Hashable {
    package var id: String
    package var flow: String
    package var user: String
    package var name: String
    /// Such as `text/plain`, as the client said.
    package var type: String
    /// Bytes.
    package var size: Int
    /// SHA-256 of the bytes.
    package var digest: [UInt8]
    package var createdAt: Moment

    package init(
        id: String, flow: String, user: String, name: String, type: String, size: Int,
        digest: [UInt8], createdAt: Moment
    ) {
        self.id = id
        self.flow = flow
        self.user = user
        self.name = name
        self.type = type
        self.size = size
        self.digest = digest
        self.createdAt = createdAt
    }
}

/// What the workflow API needs of the journal beside runs.
package protocol AppJournal: Sendable {
    /// Stores a run, whose it is and its key in one transaction.
    ///
    /// Throws `duplicateRun` when the run's name is taken, and `groupIsBusy`.
    func acceptAppRequest(
        _ request: NewAppRequest
    ) async throws(JournalError) -> AppRequestAnswer
    /// A page of runs, and how many there are in all.
    func listAppRuns(
        _ filter: AppRunFilter
    ) async throws(JournalError) -> (runs: [AppRunRecord], total: Int)

    func addAppFile(_ file: AppFile) async throws(JournalError)
    func appFile(_ id: String) async throws(JournalError) -> AppFile?
    /// Bytes of all files of a flow together.
    func appFileBytes(of flow: String) async throws(JournalError) -> Int
    /// Forgets files that came before `moment`: how many, and the digests that no file has any more.
    func deleteAppFiles(
        before moment: Moment, limit: Int
    ) async throws(JournalError) -> (count: Int, orphans: [[UInt8]])
}
