internal import FlowModel
internal import HTTPTransport
internal import JSONValue

/// One configured connection at work: trusted, holds the credential, runs no user code.
protocol Connector: Sendable {
    /// Performs the operation and gives its output.
    func perform(_ call: OperationCall) async throws(ConnectorFailure) -> JSON

    /// Whether the effect of an earlier attempt happened; asked of writing operations only.
    func lookUp(_ call: OperationCall) async throws(ConnectorFailure) -> EffectLookUp

    /// Other names of the resource that grants may be written with, such as a project's path for its
    /// number; asked only when the argument's own text matches no grant.
    func resourceNames(_ call: OperationCall) async throws(ConnectorFailure) -> [String]

    /// What the arguments make of the operation; never less than its description says.
    func risk(of call: OperationCall, described: OperationRisk) -> OperationRisk
}

extension Connector {
    func lookUp(_ call: OperationCall) async throws(ConnectorFailure) -> EffectLookUp {
        .unknown("\(call.operation) leaves no mark that could be looked up")
    }

    func resourceNames(_ call: OperationCall) async throws(ConnectorFailure) -> [String] { [] }

    func risk(of call: OperationCall, described: OperationRisk) -> OperationRisk { described }
}

/// What the configuration says about one connection, read and checked, without any secret.
struct ConnectionPlan: Sendable {
    enum Settings: Sendable {
        case gitlab(GitLabSettings)
        case llm(ChatSettings)
        case http(RequestSettings)
    }

    let name: String
    let kind: String
    let base: HTTPURL
    /// The secret that authenticates, if any.
    let secret: SecretName?
    let egress: EgressPolicy
    let atOnce: Int
    let settings: Settings
}
