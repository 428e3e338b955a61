package import JSONValue

/// What an operation does to the world.
package enum OperationEffect: String, Sendable, Hashable {
    case read
    case write
}

/// How much harm an operation can do; the host computes it, a claim can only raise it.
package enum OperationRisk: String, Sendable, Hashable, CaseIterable, Comparable {
    case low
    case medium
    case high
    case critical

    package static func < (left: OperationRisk, right: OperationRisk) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .critical: 3
        }
    }
}

/// What the checker and the engine must know of a connector's operation.
///
/// They never see the connector.
package struct OperationDescription: Sendable, Hashable {
    /// Such as `gitlab/list-diffs`.
    package let name: String
    /// The kind of connection it needs (`gitlab`), nil when it needs none.
    package let connectionKind: String?
    package let effect: OperationEffect
    /// The risk before arguments are known.
    package let risk: OperationRisk
    package let summary: String
    /// JSON Schema of `with`; additional properties are refused.
    ///
    /// An argument with `format: json-schema` is a JSON Schema itself.
    package let arguments: JSON
    /// The argument whose value grants are matched against (`project`), nil when there is none.
    package let resourceArgument: String?
    /// Arguments that are credentials: only these may read an input of type secret.
    package let credentialArguments: [String]
    package init(
        name: String, connectionKind: String?, effect: OperationEffect, risk: OperationRisk,
        summary: String, arguments: JSON, resourceArgument: String?,
        credentialArguments: [String] = []
    ) {
        self.name = name
        self.connectionKind = connectionKind
        self.effect = effect
        self.risk = risk
        self.summary = summary
        self.arguments = arguments
        self.resourceArgument = resourceArgument
        self.credentialArguments = credentialArguments
    }
}
