internal import Connectors
internal import DifyAPI
package import HTTPListener
package import HostAPI
internal import Journal
internal import LinuxSystem

/// What `sluice serve` was asked for.
package struct ServeOptions: Sendable {
    package var host: HostOptions
    /// Nil: a socket that systemd hands over, else 127.0.0.1:8080.
    package var listen: String?
    package var logStyle: AccessLog.Style
    /// How long what is under way may go on after the wish to end.
    package var drainTime: Duration

    package init(
        host: HostOptions, listen: String?, logStyle: AccessLog.Style, drainTime: Duration
    ) {
        self.host = host
        self.listen = listen
        self.logStyle = logStyle
        self.drainTime = drainTime
    }
}

/// `sluice serve`: the host behind its listener, in the order in which things start and stop.
package enum HostServer {
    /// Serves until a signal asks it to end; `ready` hears where, once requests are taken.
    package static func run(
        _ options: ServeOptions, ready: @escaping @Sendable (String) -> Void
    ) async throws {
        let manager = ServiceManager.adopt()
        try Termination.prepare()
        let place = try self.place(options.listen, manager)
        let files = CurrentProcess.raiseOpenFiles()
        ignoreBrokenPipes()
        ignoreFileSizeSignal()
        let served = try await ServedHost.open(options.host)
        do {
            try await serve(options, served, place, files, manager, ready)
        } catch {
            await served.stop()
            throw error
        }
    }

    private static func serve(
        _ options: ServeOptions, _ served: ServedHost, _ place: ListenPlace,
        _ files: Int, _ manager: ServiceManager, _ ready: @escaping @Sendable (String) -> Void
    ) async throws {
        let data = DataFolder(options.host.dataFolder)
        let keys = try data.keyStore()
        let programs = served.programs
        let environmentKey = programs?.settings.key
        let log = AccessLog(style: options.logStyle)
        let authentication = Authentication(keys: keys, environmentKey: environmentKey)
        let workflows = try served.workflowRoutes(data, keys, authentication, log)
        let handler = APIHandler(
            backend: served, keys: keys, authentication: authentication,
            mounted: [
                try served.approvalPage(data, authentication, log),
                workflows,
            ] + (programs.map { [routes(of: $0, authentication, log)] } ?? []), log: log)
        let limits = HTTPLimits(served.configuration, files: files)
        let listener = try HTTPListener.start(on: place, limits: limits, handler: handler)
        handler.metrics.include { [weak listener] in
            listener.map { HostGauges.listener($0.figures) } ?? []
        }
        do {
            try guardAddress(listener.address, keys, environmentKey)
        } catch {
            await listener.stop()
            throw error
        }
        ready(listener.address.description)
        for problem in served.problems { log.write(event: "not served: \(problem)") }
        describe(programs, at: listener.address, log)
        manager.notify("READY=1\nSTATUS=listening on \(listener.address)")
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await keepAlive(manager) }
            group.addTask { await workflows.keepTidy() }
            group.addTask { await prepare(programs, log) }
            group.addTask { await served.log(to: log) }
            group.addTask { await readAgain(served, keys, manager, log) }
            async let working: Void = served.work()
            do {
                try await Termination.waitForSignal()
            } catch {
                log.write(event: "signals cannot be waited for: \(error)")
            }
            manager.notify("STOPPING=1")
            log.write(event: "draining: new requests are refused")
            served.drain(within: options.drainTime)
            let isDrained = await listener.drain(within: options.drainTime)
            await working
            log.write(
                event: isDrained ? "drained" : "requests are broken off: their time is over")
            group.cancelAll()
        }
        await listener.stop()
        await served.stop()
    }

    /// Takes configuration and flows anew whenever somebody asks for it by SIGHUP.
    private static func readAgain(
        _ served: ServedHost, _ keys: KeyStore, _ manager: ServiceManager, _ log: AccessLog
    ) async {
        do {
            for await _ in try Hangup.signals() {
                manager.notify("RELOADING=1")
                reload(served, keys, log)
                manager.notify("READY=1")
            }
        } catch {
            log.write(event: "SIGHUP cannot be waited for: \(error)")
        }
    }

    private static func reload(_ served: ServedHost, _ keys: KeyStore, _ log: AccessLog) {
        do {
            let now = Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds)
            try keys.audit.record(
                by: "signal", act: "host.reload", subject: "host", at: now.description, detail: "")
            let report = try served.service.reload()
            for problem in report.problemTexts { log.write(event: "not as it stands: \(problem)") }
            log.write(event: "the flows were read again: \(report.flows.count) are served")
        } catch {
            log.write(event: "nothing was read again, everything stays as it was: \(error)")
        }
    }

    // MARK: The sandbox contract

    private static func routes(
        of programs: ProgramRunner, _ authentication: Authentication, _ log: AccessLog
    ) -> any MountedRoutes {
        SandboxRoutes(
            backend: programs, authentication: authentication, requests: programs.settings.requests,
            workers: programs.settings.workers
        ) { text, request in log.write(trouble: text, request: request) }
    }

    /// What its owner should know of the contract as it is served here.
    private static func describe(
        _ programs: ProgramRunner?, at address: ListenAddress, _ log: AccessLog
    ) {
        guard let settings = programs?.settings else { return }
        for note in settings.notes { log.write(event: note) }
        if let warning = try? Host.keyWarning() { log.write(event: "\(warning) (\(address))") }
    }

    /// Starts its interpreters and installs its packages, while requests are served already.
    private static func prepare(_ programs: ProgramRunner?, _ log: AccessLog) async {
        guard let programs, programs.settings.isExpected else { return }
        await programs.warmUp()
        do {
            try await programs.refresh()
        } catch {
            log.write(event: "the packages of programs stay as they were: \(error)")
        }
    }

    /// Tells the watchdog that the host is well, twice as often as it wants to hear it.
    private static func keepAlive(_ manager: ServiceManager) async {
        guard let interval = manager.watchdogInterval else { return }
        while !Task.isCancelled {
            manager.notify("WATCHDOG=1")
            try? await Task.sleep(for: interval / 2)
        }
    }

    // MARK: Where

    private static func place(
        _ text: String?, _ manager: ServiceManager
    ) throws(HostError) -> ListenPlace {
        if let text { return try parse(text) }
        if let port = try environmentPort() { return .tcp(host: nil, port: port) }
        if let number = manager.listeningDescriptors.first {
            guard manager.listeningDescriptors.count == 1 else {
                throw HostError(
                    "\(manager.listeningDescriptors.count) sockets were handed over; hand over one",
                    cause: .given)
            }
            return .inherited(number)
        }
        return .tcp(host: "127.0.0.1", port: 8080)
    }

    /// The port that dify-sandbox would listen at, on every address as it does.
    private static func environmentPort() throws(HostError) -> UInt16? {
        do {
            return try SandboxSettings.port(environment: ProcessSurroundings.environment)
        } catch {
            throw HostError(error.description, cause: .given)
        }
    }

    /// `HOST:PORT`, `[ADDRESS]:PORT`, `:PORT` for every address, or `unix:PATH`.
    package static func parse(_ text: String) throws(HostError) -> ListenPlace {
        if text.hasPrefix("unix:"), text.utf8.count > 5 {
            let path = ProcessSurroundings.absolute(String(text.dropFirst(5)))
            return .unix(path: path, mode: 0o660)
        }
        if let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        {
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            return .tcp(host: host.isEmpty ? nil : String(host), port: port)
        }
        throw HostError(
            "--listen is '\(text)'; it is HOST:PORT, such as 127.0.0.1:8080, or unix:PATH",
            cause: .given)
    }

    /// Keys that are published, so that everybody has them.
    ///
    /// dify-sandbox's own is none of them: it is the default of those who replace its container, opens
    /// nothing but the sandbox, and is told as degraded.
    private static let defaultKeys: Set = ["changeme", "secret"]

    /// SECURITY: what other machines can reach is served to holders of a key of its own only.
    private static func guardAddress(
        _ address: ListenAddress, _ keys: KeyStore, _ environmentKey: String?
    ) throws {
        guard !address.isLocal else { return }
        guard try environmentKey != nil || keys.hasKeys() else {
            throw HostError(
                "other machines can reach \(address), and there is no key; make one first with "
                    + "'sluice keys create --scope admin', or listen on 127.0.0.1",
                cause: .given)
        }
        if let environmentKey, defaultKeys.contains(environmentKey) {
            throw HostError(
                "other machines can reach \(address), and API_KEY is a key that everybody knows; "
                    + "choose another one, or listen on 127.0.0.1",
                cause: .given)
        }
    }
}

extension DataFolder {
    /// The keys of the API.
    package func keyStore() throws -> KeyStore {
        try make()
        return KeyStore(dataFolder: path, hostKey: try HostKey.load(dataFolder: path).bytes)
    }
}
