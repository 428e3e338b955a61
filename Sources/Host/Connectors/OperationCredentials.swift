internal import FlowModel
internal import HTTPTransport
internal import JSONValue

/// What a flow gave for the credential arguments of one operation, in clear; lives as long as the call.
struct OperationCredentials: Sendable {
    var secrets: [String: Secret] = [:]

    subscript(argument: String) -> Secret? { secrets[argument] }
}

extension OperationExecutor {
    /// Takes the references out of the arguments and opens them.
    ///
    /// SECURITY: only arguments that the operation declares as credentials are opened, and a secret of the
    /// host that belongs to another service's connection is not.
    func openCredentials(
        of call: OperationCall, _ description: OperationDescription, _ plan: ConnectionPlan
    ) async throws(ConnectorFailure) -> OperationCall {
        var call = call
        for argument in description.credentialArguments {
            guard let reference = call.arguments[argument]?.stringValue else { continue }
            call.arguments[argument] = nil
            call.credentials.secrets[argument] = try await open(reference, argument, call, plan)
        }
        return call
    }

    private func open(
        _ reference: String, _ argument: String, _ call: OperationCall, _ plan: ConnectionPlan
    ) async throws(ConnectorFailure) -> Secret {
        do throws(SecretError) {
            if reference.hasPrefix("sealed:") {
                let input = String(reference.dropFirst("sealed:".count))
                let value = try await credentials.open(input, call.run)
                if let name = try? SecretName(input) { return Secret(name: name, value: value) }
                return Secret(name: try SecretName("input"), value: value)
            }
            if reference.hasPrefix("secret:") {
                let name = try SecretName(String(reference.dropFirst("secret:".count)))
                let owner = plans.values.first {
                    $0.secret == name && $0.base.origin != plan.base.origin
                }
                if let owner {
                    throw .file(
                        "secret '\(name)' belongs to \(owner.base.origin) (connection "
                            + "'\(owner.name)') and cannot go to \(plan.base.origin)")
                }
                return try secrets.secret(name)
            }
            throw .file(
                "'\(argument)' of '\(call.operation)' takes an input of type secret and nothing else"
            )
        } catch {
            throw ConnectorFailure(.authentication, error.description)
        }
    }
}
