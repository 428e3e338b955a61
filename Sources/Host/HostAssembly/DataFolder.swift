package import Journal
package import LinuxSystem

/// The folder that holds what a host must not lose: journal, host key, secrets.
package struct DataFolder: Sendable {
    /// Absolute.
    package let path: String

    package init(_ path: String) { self.path = ProcessSurroundings.absolute(path) }

    /// Makes the folder, readable by its owner alone, if it is not there.
    package func make() throws(UserFileError) { try UserFiles.makePrivateFolder(path) }

    /// The journal; `redaction` is applied to whatever is stored in it.
    package func openJournal(
        redaction: Redaction, deliverySeal: DeliverySeal? = nil,
        observeCommit: (@Sendable (Duration) -> Void)? = nil
    ) async throws -> any HostJournal {
        try await SQLiteJournal.open(
            "\(path)/journal.sqlite", redaction: redaction, deliverySeal: deliverySeal,
            observeCommit: observeCommit)
    }

    /// The journal for reading and for a person's word on a run; there must be one.
    package func openExistingJournal() async throws -> any HostJournal {
        guard ProcessSurroundings.exists("\(path)/journal.sqlite") else {
            throw HostError(
                "there are no runs in '\(path)'; --data names the folder of a host's data",
                cause: .given)
        }
        return try await openJournal(redaction: .none)
    }
}
