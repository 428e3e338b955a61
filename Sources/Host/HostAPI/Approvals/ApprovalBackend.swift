package import Journal

/// What the API and the page of an approval can do with a host's approvals.
package protocol ApprovalBackend: Sendable {
    /// Where people see it: absolute where the configuration says `public-url`, else a path.
    func address(of name: ApprovalName) -> String

    func approvals(_ filter: ApprovalFilter) async throws -> [ApprovalListing]

    /// Answers an approval: once, by somebody who may, before it expires.
    ///
    /// Throws `JournalError`.
    ///
    /// - Parameter seen: the hash of what was shown.
    func decide(
        _ run: RunID, _ step: StepPath, choice: String, by: String, comment: String?, seen: String
    ) async throws
}

extension ApprovalBackend {
    /// The approval of that name, with all that it covers; nil when there is none.
    func approval(_ name: ApprovalName) async throws -> ApprovalListing? {
        let filter = ApprovalFilter(
            states: Set(ApprovalState.allCases), run: name.run, limit: .max, isWhole: true)
        return try await approvals(filter).first { name.names($0) }
    }
}
