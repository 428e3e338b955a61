package import FlowModel
internal import HTTPTransport
internal import JSONValue

/// Which operations there are, and what the configuration says about each connection.
///
/// Holds no secret and opens nothing: `sluice check` uses it too.
package struct ConnectorRegistry: Sendable {
    package static let operations: [OperationDescription] =
        GitLabOperations.all + ChatOperations.all + RequestOperations.all

    package static func operation(_ name: String) -> OperationDescription? {
        operations.first { $0.name == name }
    }

    private(set) var plans: [String: ConnectionPlan] = [:]

    /// Throws one error that lists every fault of every connection.
    package init(_ configuration: HostConfiguration) throws(ConnectorSetupError) {
        var faults: [ConnectionFault] = []
        for connection in configuration.connections {
            var settings = ConnectionSettings(connection, file: configuration.path)
            if let plan = Self.plan(&settings, configuration) { plans[connection.name] = plan }
            faults += settings.faults
        }
        faults += Self.sharedSecrets(plans, configuration)
        guard faults.isEmpty else { throw ConnectorSetupError(faults: faults) }
    }

    /// The secrets that those connections need and nobody has given, each as its one message.
    package func missingSecrets(for connections: Set<String>, in store: SecretStore) -> [String] {
        let names = Set(plans.values.filter { connections.contains($0.name) }.compactMap(\.secret))
        return names.sorted().compactMap { name in
            do throws(SecretError) {
                _ = try store.secret(name)
                return nil
            } catch {
                return error.description
            }
        }
    }

    private static func plan(
        _ settings: inout ConnectionSettings, _ configuration: HostConfiguration
    ) -> ConnectionPlan? {
        let connection = settings.connection
        var egress = EgressPolicy.publicOnly
        do {
            egress = try EgressPolicy(
                allow: configuration.egress.allow + connection.privateAddresses)
        } catch {
            settings.fail("\(error)")
        }
        let base: HTTPURL?
        let secret: SecretName?
        let own: ConnectionPlan.Settings
        switch connection.kind {
        case "gitlab":
            base = settings.url("url", example: "https://gitlab.example.com")
            if let path = base?.path, path.hasSuffix("/api/v4") || path.hasSuffix("/api/v4/") {
                settings.fail("'url' ends with /api/v4; write the address that people see")
            }
            secret = settings.secret("token")
            if secret == nil, connection.settings["token"] == nil {
                settings.fail("'token' is missing; write token: secret:NAME")
            }
            own = .gitlab(GitLabSettings(&settings))
        case "llm":
            base = settings.url("base-url", example: "http://127.0.0.1:1234/v1")
            secret = settings.secret("api-key")
            own = .llm(ChatSettings(&settings))
        case "http":
            base = settings.url("url", example: "https://api.example.com")
            secret = settings.secret("token")
            own = .http(RequestSettings(&settings))
        default:
            settings.fail("unknown kind '\(connection.kind)'; known are gitlab, http, llm")
            return nil
        }
        settings.refuseUnknownKeys()
        guard let base else { return nil }
        return ConnectionPlan(
            name: connection.name, kind: connection.kind, base: base, secret: secret,
            egress: egress, atOnce: connection.atOnce ?? 8, settings: own)
    }

    /// SECURITY: a secret is bound to one origin, so no configuration sends it to two.
    private static func sharedSecrets(
        _ plans: [String: ConnectionPlan], _ configuration: HostConfiguration
    ) -> [ConnectionFault] {
        var owners: [SecretName: ConnectionPlan] = [:]
        var faults: [ConnectionFault] = []
        for connection in configuration.connections {
            guard let plan = plans[connection.name], let secret = plan.secret else { continue }
            guard let owner = owners[secret] else {
                owners[secret] = plan
                continue
            }
            guard owner.base.origin != plan.base.origin else { continue }
            var settings = ConnectionSettings(connection, file: configuration.path)
            settings.fail(
                "secret '\(secret)' belongs to \(owner.base.origin) (connection '\(owner.name)') "
                    + "and cannot go to \(plan.base.origin); give this connection one of its own")
            faults += settings.faults
        }
        return faults
    }
}
