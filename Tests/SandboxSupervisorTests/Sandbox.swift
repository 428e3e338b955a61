import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy
import SandboxSupervisor
import TestSupport

/// A supervisor with real zygotes, for one test.
struct Sandbox {
    let supervisor: SandboxSupervisor

    init(
        _ change: (inout ProfileChange) -> Void = { _ in },
        adjust: (inout SupervisorConfiguration) -> Void = { _ in }
    ) throws {
        var requested = ProfileChange()
        change(&requested)
        let wanted = requested
        let catalogue = try Self.catalogue.get()
        var configuration = SupervisorConfiguration(
            executablesFolder: try ZygotePrograms.folder()
        ) { name, language in
            guard let profile = catalogue.resolve(name, language) else {
                throw SandboxSetupError(act: "find it", profile: name, cause: "no such profile")
            }
            return wanted.applied(to: profile)
        }
        adjust(&configuration)
        supervisor = SandboxSupervisor(configuration: configuration)
    }

    func run(
        _ source: String, input: JSON = [:], language: ScriptLanguage = .python,
        modules: [ScriptModule] = [], profile: String = "pure", tenant: String = "test",
        timeout: Duration? = nil, hosts: [String] = [], trustsWrittenAddresses: Bool = true
    ) async throws -> StepReport {
        try await supervisor.run(
            ScriptRequest(
                work: ScriptWork(
                    language: language, fileName: "script", source: Array(source.utf8),
                    modules: modules, profile: ProfileName(profile), input: input,
                    network: hosts),
                tenant: tenant, timeout: timeout,
                trustsWrittenAddresses: trustsWrittenAddresses))
    }

    /// Runs `body` and stops everything, whatever `body` does.
    static func with(
        _ change: (inout ProfileChange) -> Void = { _ in },
        adjust: (inout SupervisorConfiguration) -> Void = { _ in },
        _ body: (Sandbox) async throws -> Void
    ) async throws {
        let sandbox = try Sandbox(change, adjust: adjust)
        do {
            try await body(sandbox)
        } catch {
            await sandbox.supervisor.stop()
            throw error
        }
        await sandbox.supervisor.stop()
    }

    /// Read once: it takes long without optimisation.
    private static let catalogue = Result {
        try ProfileCatalogue.load(
            RepositoryFiles.files(in: "sandbox-profiles").map {
                ProfileCatalogue.File(path: $0.path, bytes: $0.bytes)
            })
    }
}

/// How a test wants `pure` to differ.
///
/// Times are long unless they are what is tested: the machine may be busy.
struct ProfileChange: Sendable {
    var wallTime: Duration? = .seconds(60)
    var cpuTime: Duration? = .seconds(60)
    var memory: Int?
    var output: Int?
    var logs: Int?
    var processes: Int?
    var requires: [String: Requirement]?

    func applied(to profile: ResolvedProfile) -> ResolvedProfile {
        var changed = profile
        if let wallTime { changed.limits.wallTime = wallTime }
        if let cpuTime { changed.limits.cpuTime = cpuTime }
        if let memory { changed.limits.memory = ByteCount(memory) }
        if let output { changed.limits.output = ByteCount(output) }
        if let processes { changed.limits.processes = processes }
        if let logs { changed.limits.logs = ByteCount(logs) }
        if let requires { changed.requires = requires }
        return changed
    }
}
