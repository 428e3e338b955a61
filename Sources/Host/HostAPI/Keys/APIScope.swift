/// What a key is for.
package enum APIScope: String, Sendable, Hashable, CaseIterable {
    /// Run scripts in the sandbox.
    case sandbox
    /// The workflow API of one flow or all.
    case workflow
    /// Start, cancel and see runs.
    case run
    /// See flows, runs and figures.
    case read
    /// Decide what runs wait for, and see them.
    case approve
    /// Everything, keys and the audit log too.
    case admin

    /// Whether a key of this scope cannot be for one flow.
    package var isForAllFlows: Bool { self == .admin || self == .sandbox }

    /// What a key of this scope may do beside its own.
    package var covers: Set<APIScope> {
        switch self {
        case .sandbox: [.sandbox]
        case .workflow: [.workflow]
        case .run: [.run, .read]
        case .read: [.read]
        case .approve: [.approve, .read]
        case .admin: Set(Self.allCases)
        }
    }
}

/// Who asks, once a key has said so.
package struct Caller: Sendable, Hashable {
    /// Who that is, in the form of an approval's `who`: `key:NAME`, `key:ID` for a key without a name,
    /// or `key:environment` for the one in `API_KEY`.
    package var name: String
    package var scope: APIScope
    /// The only flow that it may touch; nil: every one.
    package var flow: String?
    /// Of the key itself, where it has one: several keys of one name are one person's.
    package var keyID: String?

    package func may(_ scope: APIScope) -> Bool { self.scope.covers.contains(scope) }
    package func mayTouch(_ flow: String) -> Bool { self.flow.map { $0 == flow } ?? true }
}
