package import FlowModel
internal import HTTPTransport
internal import JSONSchema
internal import JSONValue

/// Runs the connector operations of flows, within the host's grants.
///
/// Whatever the caller claims, arguments are checked against the operation's schema, and grants and
/// risk against the arguments as they are at that moment.
package final class OperationExecutor: StepExecutor {
    /// Knows every secret of the configured connections; use it on whatever is printed or stored.
    package let redactor: Redactor

    private let configuration: HostConfiguration
    let plans: [String: ConnectionPlan]
    let secrets: SecretStore
    let credentials: CredentialSource
    private let known: [Secret]
    private let connectors: [String: any Connector]
    private let missing: [String: SecretError]
    private let transport: HTTPTransport
    private let observer: (any ConnectorObserver)?

    /// A secret that is missing is no error here: it is thrown when a step needs its connection.
    package init(
        configuration: HostConfiguration, secrets: SecretStore, patience: Patience = Patience(),
        credentials: CredentialSource = .none, observer: (any ConnectorObserver)? = nil
    ) throws {
        self.secrets = secrets
        self.credentials = credentials
        let registry = try ConnectorRegistry(configuration)
        self.observer = observer
        self.configuration = configuration
        plans = registry.plans
        transport = try HTTPTransport(
            .init(proxy: configuration.egress.proxy, caFile: configuration.egress.caFile))

        var found: [SecretName: Secret] = [:]
        var missing: [String: SecretError] = [:]
        for plan in plans.values {
            guard let name = plan.secret else { continue }
            do throws(SecretError) {
                found[name] = try secrets.secret(name)
            } catch {
                missing[plan.name] = error
            }
        }
        self.missing = missing
        known = Array(found.values)
        redactor = Redactor(known)
        let builder = ConnectorBuilder(
            transport: transport, redactor: redactor, patience: patience, observer: observer)
        connectors = plans.mapValues { plan in
            builder.connector(for: plan, secret: plan.secret.flatMap { found[$0] })
        }
    }

    /// Aborts what is under way.
    package func shutDown() async { await transport.shutDown() }

    package func execute(_ attempt: StepAttempt) async throws -> StepReport {
        let log = OperationLog()
        let started = ContinuousClock.now
        var redactor = redactor
        do throws(ConnectorFailure) {
            let (prepared, connector, description) = try prepare(attempt, log)
            try await checkGrants(attempt, prepared, connector, description)
            var call = prepared
            if !description.credentialArguments.isEmpty,
                let plan = call.work.connection.flatMap({ plans[$0] })
            {
                call = try await openCredentials(of: call, description, plan)
                // SECURITY: a service may say again what it was sent.
                let given = call.credentials.secrets.values
                if !given.isEmpty { redactor = Redactor(known + given) }
            }
            let output = try await connector.perform(call)
            observe(attempt, nil, since: started)
            return StepReport(
                outcome: .returned(redactor.redact(output)),
                standardOutput: redactor.redact(log.text))
        } catch {
            observe(attempt, error, since: started)
            if let missing = error.missingSecret { throw missing }
            let isCancelled = error.kind == .cancelled || Task.isCancelled
            return StepReport(
                outcome: isCancelled ? .cancelled : .raised(error.raised(redactor)),
                standardOutput: redactor.redact(log.text))
        }
    }

    private func observe(
        _ attempt: StepAttempt, _ failure: ConnectorFailure?,
        since started: ContinuousClock.Instant
    ) {
        guard let observer, case .operation(let work) = attempt.work else { return }
        // Names from a flow's file count only where they name something.
        let connection = work.connection.flatMap { plans[$0]?.name }
        let operation = ConnectorRegistry.operation(work.operation)?.name
        observer.operationEnded(
            ObservedOperation(
                origin: CallOrigin(attempt), connection: connection, operation: operation,
                failure: failure?.kind, duration: .now - started))
    }

    package func lookUpEffect(of attempt: StepAttempt) async throws -> EffectLookUp {
        let log = OperationLog()
        do throws(ConnectorFailure) {
            let (call, connector, description) = try prepare(attempt, log)
            if description.effect == .read { return .absent }
            let found = try await connector.lookUp(call)
            if case .found(let output) = found { return .found(redactor.redact(output)) }
            return found
        } catch {
            if let missing = error.missingSecret { throw missing }
            if error.kind == .cancelled || Task.isCancelled { throw CancellationError() }
            return .unknown(redactor.redact(error.message))
        }
    }

    package func risk(of attempt: StepAttempt) async -> OperationRisk {
        do throws(ConnectorFailure) {
            let (call, connector, description) = try prepare(attempt, OperationLog())
            return connector.risk(of: call, described: description.risk)
        } catch {
            return .high
        }
    }

    private func prepare(
        _ attempt: StepAttempt, _ log: OperationLog
    ) throws(ConnectorFailure) -> (OperationCall, any Connector, OperationDescription) {
        guard case .operation(let work) = attempt.work else {
            throw ConnectorFailure(.invalidArguments, "this executor runs operations, not scripts")
        }
        guard let description = ConnectorRegistry.operation(work.operation) else {
            let known = ConnectorRegistry.operations.map(\.name).joined(separator: ", ")
            throw ConnectorFailure(
                .invalidArguments, "unknown operation '\(work.operation)'; known are \(known)")
        }
        guard let name = work.connection else {
            throw ConnectorFailure(
                .invalidArguments,
                "'\(work.operation)' needs a connection of kind "
                    + "'\(description.connectionKind ?? "")'; add 'connection: NAME'")
        }
        guard let plan = plans[name], let connector = connectors[name] else {
            throw ConnectorFailure(
                .invalidArguments,
                "there is no connection '\(name)'; define it under 'connections' in sluice.yaml")
        }
        guard plan.kind == description.connectionKind else {
            throw ConnectorFailure(
                .invalidArguments,
                "connection '\(name)' is of kind '\(plan.kind)', and '\(work.operation)' needs one "
                    + "of kind '\(description.connectionKind ?? "")'")
        }
        // SECURITY: what is not granted is refused before a secret is even asked for.
        guard configuration.grant(for: attempt.flow)?.connections.contains(name) == true else {
            throw ConnectorFailure(
                .notGranted,
                "flow '\(attempt.flow)' may not use connection '\(name)'; add it to a grant in "
                    + "sluice.yaml")
        }
        if let error = missing[name] {
            throw ConnectorFailure(.authentication, error.description).because(error)
        }
        let call = OperationCall(
            operation: work.operation, arguments: try arguments(work, description), work: work,
            origin: CallOrigin(attempt), deadline: .now + (attempt.timeout ?? .seconds(600)),
            callTool: attempt.callTool, log: log)
        return (call, connector, description)
    }

    /// Read once; a test reads each, so that none is missing here.
    private static let schemas: [String: JSONSchema] = ConnectorRegistry.operations.reduce(into: [:]
    ) {
        $0[$1.name] = try? JSONSchema($1.arguments)
    }

    private func arguments(
        _ work: OperationWork, _ description: OperationDescription
    ) throws(ConnectorFailure) -> JSONObject {
        guard case .object(var object) = work.arguments else {
            throw ConnectorFailure(.invalidArguments, "'\(work.operation)': 'with' is no object")
        }
        let required =
            description.arguments["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        // An expression whose path is missing gives null: for an optional argument that is absence.
        for (key, value) in object where value.isNull && !required.contains(key) {
            object[key] = nil
        }
        guard let schema = Self.schemas[description.name] else {
            throw ConnectorFailure(
                .invalidArguments, "'\(work.operation)' describes its arguments wrongly")
        }
        let faults = schema.faults(in: .object(object))
        guard faults.isEmpty else {
            let words = faults.prefix(5).map(\.description).joined(separator: "; ")
            throw ConnectorFailure(.invalidArguments, "'\(work.operation)': \(words)")
        }
        return object
    }

    /// SECURITY: risk and resource are computed here from the arguments themselves.
    private func checkGrants(
        _ attempt: StepAttempt, _ call: OperationCall, _ connector: any Connector,
        _ description: OperationDescription
    ) async throws(ConnectorFailure) {
        let risk = connector.risk(of: call, described: description.risk)
        if description.effect == .read, risk == .low { return }
        if attempt.approval != nil, risk != .critical { return }
        guard risk != .high else {
            throw ConnectorFailure(
                .notGranted,
                "'\(call.operation)' with these arguments is of high risk and waits for a person; "
                    + "let an approval cover node '\(attempt.node)'")
        }
        guard let grant = configuration.grant(for: attempt.flow) else {
            throw ConnectorFailure(.notGranted, "no grant names flow '\(attempt.flow)'")
        }
        let resource = description.resourceArgument.flatMap { call.arguments[$0] }
        if grant.allows(description, on: resource) { return }
        if grant.operations[description.name] != nil {
            for name in try await connector.resourceNames(call)
            where grant.allows(description, on: .string(name)) {
                return
            }
        }
        let target = resource.map { " on \($0.text)" } ?? ""
        throw ConnectorFailure(
            .notGranted,
            "flow '\(attempt.flow)' may not do '\(description.name)'\(target); add it to the "
                + "operations of a grant in sluice.yaml")
    }
}

/// Builds the connectors with their secrets.
private struct ConnectorBuilder {
    let transport: HTTPTransport
    let redactor: Redactor
    let patience: Patience
    let observer: (any ConnectorObserver)?

    func connector(for plan: ConnectionPlan, secret: Secret?) -> any Connector {
        switch plan.settings {
        case .gitlab(let settings):
            let client = client(
                plan, settings.credentials(secret),
                timeouts: HTTPTimeouts(total: .seconds(120)),
                retries: RetryPolicy(
                    attempts: 6, firstWait: .seconds(2), longestWait: .seconds(90)))
            return GitLabConnector(client: client)
        case .llm(let settings):
            let client = client(
                plan, settings.credentials(secret), headers: settings.headers,
                timeouts: settings.timeouts,
                retries: RetryPolicy(
                    attempts: 5, firstWait: .seconds(1), longestWait: .seconds(60)))
            return ChatConnector(client: client, settings: settings)
        case .http(let settings):
            let client = client(
                plan, settings.credentials(secret), headers: settings.headers,
                timeouts: settings.timeouts,
                retries: RetryPolicy(
                    attempts: 3, firstWait: .seconds(1), longestWait: .seconds(60)))
            return RequestConnector(client: client, settings: settings)
        }
    }

    private func client(
        _ plan: ConnectionPlan, _ credentials: [HTTPHeader], headers: [HTTPHeader] = [],
        timeouts: HTTPTimeouts, retries: RetryPolicy
    ) -> ServiceClient {
        ServiceClient(
            connection: plan.name, base: plan.base, credentials: credentials, headers: headers,
            egress: plan.egress, transport: transport, gate: AtOnceLimit(plan.atOnce),
            patience: patience, redactor: redactor, observer: observer, timeouts: timeouts,
            retries: retries)
    }
}

extension CallOrigin {
    fileprivate init(_ attempt: StepAttempt) {
        self.init(run: attempt.run, step: attempt.path, attempt: attempt.number)
    }
}
