package import SandboxPolicy

/// What the checker is told about the world outside the flow's file.
package struct FlowSurroundings: Sendable {
    package var operations: OperationCatalogue
    package var profiles: [KnownProfile]
    /// Nil: what the flow may use is not checked (an editor, say).
    ///
    /// A host always has one.
    package var configuration: HostConfiguration?
    /// The other flows by name, with their inputs; nil: not known, and not checked.
    package var flows: [String: [InputDeclaration]]?
    /// Whether a time zone exists; nil: only its form is checked.
    package var knowsTimezone: (@Sendable (String) -> Bool)?

    package init(
        operations: OperationCatalogue, profiles: [KnownProfile],
        configuration: HostConfiguration?, flows: [String: [InputDeclaration]]? = nil,
        knowsTimezone: (@Sendable (String) -> Bool)? = nil
    ) {
        self.operations = operations
        self.profiles = profiles
        self.configuration = configuration
        self.flows = flows
        self.knowsTimezone = knowsTimezone
    }
}

/// What a flow's check must know of a profile.
package struct KnownProfile: Sendable, Hashable {
    package let name: ProfileName
    package let hasNetwork: Bool
    package let languages: Set<ScriptLanguage>
    /// Whether its JavaScript runs in Node.js.
    package let runsNode: Bool

    package init(
        name: ProfileName, hasNetwork: Bool, languages: Set<ScriptLanguage>, runsNode: Bool = false
    ) {
        self.name = name
        self.hasNetwork = hasNetwork
        self.languages = languages
        self.runsNode = runsNode
    }

    /// Folds the profiles of each language into one entry a name.
    package static func list(of profiles: [ResolvedProfile]) -> [KnownProfile] {
        Dictionary(grouping: profiles, by: \.name).map { name, resolved in
            KnownProfile(
                name: name, hasNetwork: resolved.contains { $0.network != "none" },
                languages: Set(resolved.map(\.language)),
                runsNode: resolved.contains { $0.runsNode })
        }.sorted { $0.name < $1.name }
    }
}

/// The operations of the connectors that this host has.
package struct OperationCatalogue: Sendable {
    package let operations: [OperationDescription]

    package init(_ operations: [OperationDescription]) { self.operations = operations }

    package var names: [String] { operations.map(\.name) }
    package var connectionKinds: [String] {
        Array(Set(operations.compactMap(\.connectionKind))).sorted()
    }

    package subscript(name: String) -> OperationDescription? {
        operations.first { $0.name == name }
    }
}
