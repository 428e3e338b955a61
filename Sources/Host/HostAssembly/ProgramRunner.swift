internal import DifyAPI
internal import FlowModel
internal import JSONValue
internal import LinuxSystem
internal import Packages
internal import SandboxPolicy
internal import SandboxSupervisor

/// Programs of the sandbox contract in this host's sandbox.
///
/// They belong to a tenant of their own, so they share a warm interpreter with no flow. What each may do
/// is an ordinary profile, chosen by what its text names: most compute, and get `pure`.
struct ProgramRunner: SandboxBackend {
    /// No grant can name it.
    static let tenant = "sluice: sandbox contract"

    let sandbox: Sandbox
    let settings: SandboxSettings
    let packages: ProgramPackages

    // MARK: SandboxBackend

    func run(_ program: SandboxProgram) async throws -> StepReport {
        let choice = try choice(for: program)
        let request = ScriptRequest(
            work: choice.work, tenant: Self.tenant, timeout: settings.timeout,
            trustsWrittenAddresses: true, limits: limits(under: choice.profile))
        if let problem = sandbox.problem(with: request) { throw HostError(problem) }
        return try await sandbox.run(request)
    }

    func limits(of program: SandboxProgram) -> Limits {
        guard let profile = try? choice(for: program).profile else { return Self.noLimits }
        return limits(under: profile)
    }

    func dependencies() async -> [SandboxDependency] {
        Self.distribution() + packages.listed()
    }

    func refresh() async throws { try await packages.install() }

    /// Lets the usual interpreters start before anybody waits for one.
    func warmUp() async {
        let programs = [
            (ScriptLanguage.python, "pass"), (.javascript, ";"), (.python, "import jinja2"),
        ]
        await withTaskGroup(of: Void.self) { group in
            for (language, code) in programs {
                let program = SandboxProgram(
                    language: language, code: Array(code.utf8), wantsNetwork: false)
                group.addTask { _ = try? await run(program) }
            }
        }
    }

    // MARK: Choosing

    private struct Choice {
        var work: ScriptWork
        var profile: ResolvedProfile
    }

    private static let httpClients = SourceWords.words("requests httpx")
    private static let networkWords = SourceWords.words(
        """
        requests httpx socket ssl http urllib urllib3 httpcore aiohttp asyncio ftplib smtplib imaplib poplib
        telnetlib websockets xmlrpc eval exec importlib __import__ fetch
        """)
    private static let arrayWords = SourceWords.words("numpy pandas")
    private static let allWords = networkWords.union(arrayWords)

    private func choice(for program: SandboxProgram) throws -> Choice {
        let installed = program.language == .python ? packages.current() : nil
        let words = SourceWords(
            program.code, among: installed.map { Self.allWords.union($0.words) } ?? Self.allWords)
        let hosts = program.wantsNetwork ? settings.network : []
        var work = ScriptWork(
            language: program.language,
            fileName: program.language == .python ? "<fd3>" : "script.js", source: program.code,
            style: .program, profile: RuntimeQuestion.embeddedProfile,
            input: .object(JSONObject()))
        switch program.language {
        case .javascript:
            work = try sandbox.settled(work, runtime: nil, profile: nil)
            if work.profile == RuntimeQuestion.embeddedProfile, !hosts.isEmpty,
                words.contains(any: Self.networkWords)
            {
                work.profile = Self.fetch
            }
        case .python:
            if let installed, words.contains(any: installed.words.union(Self.dynamicWords)) {
                work.packages = installed.environment
            }
            let needsHTTP =
                words.contains(any: Self.httpClients)
                || !hosts.isEmpty && words.contains(any: Self.networkWords)
            if words.contains(any: Self.arrayWords) && (hosts.isEmpty || !needsHTTP)
                || work.packages != nil && installed?.isCompiled == true && !needsHTTP
            {
                work.profile = Self.data
            } else if needsHTTP {
                work.profile = Self.fetch
            }
        }
        guard let profile = sandbox.profiles.resolve(work.profile, program.language) else {
            throw HostError(
                sandbox.profiles.unknownProfileMessage(work.profile, program.language))
        }
        if profile.hasNetwork { work.network = hosts }
        return Choice(work: work, profile: profile)
    }

    private static let dynamicWords = SourceWords.words("eval exec importlib __import__")
    private static let fetch = ProfileName("fetch")
    private static let data = ProfileName("data")

    // MARK: Limits

    private static let leastMemory = ByteCount(512 << 20)
    private static let noLimits = Limits(
        wallTime: .zero, cpuTime: .zero, memory: ByteCount(0), output: ByteCount(0),
        logs: ByteCount(0), processes: 0)

    /// The profile's, but for what the owner of the host says of programs.
    private func limits(under profile: ResolvedProfile) -> Limits {
        var limits = profile.limits
        limits.wallTime = settings.timeout
        // Who computes all the time is told of the time, and only threads reach this.
        limits.cpuTime = settings.timeout * (limits.processes > 1 ? 2 : 1) + .seconds(1)
        limits.memory = settings.memory ?? max(limits.memory, Self.leastMemory)
        limits.logs = settings.output
        return limits
    }

    // MARK: What there is

    /// What of the distribution programs can import, with its version.
    private static func distribution() -> [SandboxDependency] {
        let folder = "/usr/lib/python3/dist-packages"
        let names = (try? UserFiles.list(folder)) ?? []
        return ["jinja2", "requests", "httpx", "numpy", "pandas"].compactMap { wanted in
            guard names.contains(wanted) else { return nil }
            let record = names.first { name in
                name.lowercased().hasPrefix(wanted + "-")
                    && (name.hasSuffix(".egg-info") || name.hasSuffix(".dist-info"))
            }
            let version = record?.dropFirst(wanted.count + 1).dropLast(".egg-info".count) ?? ""
            return SandboxDependency(
                name: wanted, version: String(version.hasSuffix(".") ? version.dropLast() : version)
            )
        }
    }
}
