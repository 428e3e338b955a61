internal import Connectors
internal import DifyAPI
package import FlowEngine
internal import FlowModel
internal import HostAPI
package import JSONValue
package import Journal
internal import LinuxSystem
internal import Packages
internal import SandboxPolicy
internal import SandboxSupervisor
internal import SeccompFilters
internal import Telemetry
internal import Webhooks

/// What a host is opened with.
package struct HostOptions: Sendable {
    package var dataFolder: String
    package var flowsFolder: String?
    package var configuration: String?
    package var allowDegraded: Bool
    /// Whether runs of many flows share the host, as under `sluice serve`.
    package var serves: Bool

    package init(
        dataFolder: String, flowsFolder: String?, configuration: String?, allowDegraded: Bool,
        serves: Bool = false
    ) {
        self.dataFolder = dataFolder
        self.flowsFolder = flowsFolder
        self.configuration = configuration
        self.allowDegraded = allowDegraded
        self.serves = serves
    }
}

/// Journal, engine, sandbox and connectors, wired: what runs flows.
package struct Host: Sendable {
    /// The flows and the configuration as they were read last.
    package var library: FlowLibrary { settings.library }
    let settings: HostSettings
    package let journal: any HostJournal
    package let engine: FlowEngine
    private let sandbox: Sandbox
    let secrets: SecretStore
    let packages: PackageShelf
    /// Addresses of approvals' pages.
    let approvalLinks: ApprovalLinks
    /// Of the sandbox contract; nil for a host that does not serve.
    let programs: ProgramRunner?
    let sealing: HostSealing
    let meters: HostMeters
    /// Nil when traces go nowhere.
    let traces: TraceExporter?
    /// Absolute.
    let dataFolder: String

    /// Opens everything in order, or throws and leaves nothing open.
    package static func open(_ options: HostOptions) async throws -> Host {
        let library = try FlowLibrary.open(
            flows: options.flowsFolder, configuration: options.configuration)
        if let faults = library.configurationFaults { throw faults }
        guard let configuration = library.configuration else {
            throw HostError("the configuration cannot be used", cause: .given)
        }
        let data = DataFolder(options.dataFolder)
        try data.make()
        let key = try HostKey.load(dataFolder: data.path)
        let secrets = SecretStore(dataFolder: data.path)
        let meters = HostMeters(isCall: { SystemCalls.knownNames.contains($0) })
        let traces = try HostTracing.exporter(configuration, secrets: secrets)
        let observer = HostObserver(meters: meters, tracer: traces.map(RunTracer.init))
        let sealing = HostSealing(
            keys: try SealKeys.load(file: configuration.sealKey, dataFolder: data.path))
        let place = JournalPlace()
        let current = try HostSettings(library, configuration) { configuration in
            try OperationExecutor(
                configuration: configuration, secrets: secrets,
                credentials: sealing.source(place), observer: observer)
        }
        let programSettings =
            options.serves ? try Self.programSettings(configuration.sandbox) : nil
        let sandbox = try await Sandbox.open(
            profiles: library.profiles, egress: configuration.egress,
            allowDegraded: options.allowDegraded
        ) { settings in
            guard let programs = programSettings else { return }
            // Programs and the scripts of flows have places of their own: none waits for the other.
            settings.parallelRuns = Self.sharedLimits.mostScripts + programs.workers
            if programs.isExpected { settings.lastingTenants = [ProgramRunner.tenant] }
        }
        let journal: any HostJournal
        do {
            journal = try await data.openJournal(
                redaction: current.redaction, deliverySeal: sealing.bodies,
                observeCommit: { meters.services.countCommit(taking: $0) })
        } catch {
            await sandbox.stop()
            await current.operations.shutDown()
            throw error
        }
        place.put(journal)
        let profiles = library.profiles
        let packages = PackageShelf(PackageStore(dataFolder: data.path))
        let links = ApprovalLinks(hostKey: key.bytes, publicURL: configuration.publicURL)
        var address: (@Sendable (RunID, StepPath) -> String)?
        if options.serves {
            address = { run, step in links.address(of: ApprovalName(run, step)) }
        }
        let settings = EngineSettings(
            openBundle: { bundle in
                try BundleReader(library: current.library, packages: packages).flows(of: bundle)
            },
            makeMark: { subject in
                key.mark(
                    flow: subject.flow, node: subject.node, itemKey: subject.itemKey,
                    once: subject.once)
            },
            hasNetwork: { name in
                let served = ScriptLanguage.allCases.compactMap { profiles.resolve(name, $0) }
                return served.isEmpty || served.contains { $0.network != "none" }
            }, sealing: sealing, approvalAddress: address,
            limits: options.serves ? Self.sharedLimits : RunLimits(),
            parksTimersBeyond: options.serves ? .seconds(20) : nil, observer: observer)
        let engine = FlowEngine(
            journal: journal,
            executors: StepExecutors(
                scripts: ScriptExecutor(supervisor: sandbox.supervisor), operations: current),
            operations: ConnectorRegistry.operations, settings: settings)
        let programs = programSettings.map { settings in
            ProgramRunner(
                sandbox: sandbox, settings: settings,
                packages: programPackages(
                    library, data, settings, sandbox: sandbox, shelf: packages))
        }
        traces?.start()
        return Host(
            settings: current, journal: journal, engine: engine, sandbox: sandbox,
            secrets: secrets, packages: packages, approvalLinks: links,
            programs: programs, sealing: sealing, meters: meters, traces: traces,
            dataFolder: data.path)
    }

    var sandboxPools: [PoolFigures] { sandbox.supervisor.pools }

    /// The engine shares out places fairly, so it takes no more scripts than the sandbox runs at once:
    /// what waits inside the sandbox waits in the order in which it came.
    private static var sharedLimits: RunLimits {
        let scripts = 2 * ProcessSurroundings.processorCount
        return RunLimits(scriptsAtOnce: scripts, placesForNewcomers: scripts)
    }

    /// Stops in the order that loses nothing: no new work, scripts killed, then the journal closed.
    package func stop() async {
        await sandbox.stop()
        await settings.operations.shutDown()
        await traces?.stop()
        await journal.close()
    }

    /// Deletes runs that were over longer ago than the configuration keeps them; a few at a time.
    package func deleteOldRuns() async throws {
        guard let configuration = library.configuration else { return }
        let now = Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds)
        _ = try await journal.deleteRuns(
            endedBefore: now + (.zero - configuration.retention), limit: 100)
    }

    /// What a run of a flow begins with; nil when the flow's `accept-if` does not want the event.
    ///
    /// - Parameters:
    ///   - flow: its name, folder or file.
    ///   - inputs: given by a person; they win over what the event gives.
    ///   - texts: the inputs among them that were typed as a text, as they were typed: for an input
    ///     that is a text, `12` is one.
    ///   - event: a webhook's body, or an object of `headers`, `query` and `body`.
    package func request(
        flow name: String, inputs: JSONObject, texts: [String: String] = [:], event: JSON?
    ) throws -> RunRequest? {
        let (flow, bundle) = try BundleMaker(library: library, packages: packages).bundle(
            of: try library.folder(named: name))
        try requireSecrets(of: bundle)
        var all = JSONObject()
        var trigger: JSON = ["kind": "command"]
        if let event {
            let delivery = WebhookEvent(event)
            let vars = library.configuration?.vars ?? .object(JSONObject())
            guard let given = try delivery.inputs(of: flow, vars: vars) else { return nil }
            for (name, value) in given { all[name] = value }
            trigger = delivery.trigger
        }
        for (name, value) in inputs { all[name] = value }
        for input in flow.inputs where input.type == .string || input.type == .secret {
            guard let text = texts[input.name], inputs[input.name]?.stringValue == nil else {
                continue
            }
            all[input.name] = .string(text)
        }
        return RunRequest(
            bundle: bundle, tenant: library.tenant(of: flow.name), inputs: all, trigger: trigger)
    }

    /// Throws one message for every secret that the run's connections need and nobody has given.
    private func requireSecrets(of bundle: PinnedBundle) throws {
        guard let configuration = library.configuration else { return }
        let flows = try BundleReader(library: library, packages: packages).flows(of: bundle).values
        let connections = Set(flows.flatMap(\.nodes).compactMap(\.connection))
        let missing = try ConnectorRegistry(configuration)
            .missingSecrets(for: connections, in: secrets)
        guard missing.isEmpty else {
            throw HostError(missing.joined(separator: "\n"), cause: .given)
        }
    }
}

extension Node {
    /// The connection that the node uses; nil when it uses none.
    fileprivate var connection: String? {
        switch work {
        case .operation(let operation): operation.connection
        case .approval(let approval): approval.deliver?.connection
        case .script, .choose, .subflow, .respond, .wait, .set: nil
        }
    }
}
