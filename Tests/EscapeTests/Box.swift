import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import TestSupport

/// The real box with the shipped profiles, for the programs of this folder.
struct Box {
    let supervisor: SandboxSupervisor
    /// What its Python scripts can import, as installed packages.
    private let packages: TemporaryFolder?

    /// `limits` changes the profiles' limits, whose times are long unless they are what is tested, since the
    /// machine may be busy; `leftOut` takes layers away, which is how a program
    /// shows that it would do harm without them.
    ///
    /// Without control groups, which not every host gives: what holds here holds without them.
    init(
        leavingOut leftOut: Set<SandboxLayer> = [],
        limits change: @escaping @Sendable (inout Limits) -> Void = { _ in },
        packages: TemporaryFolder? = nil,
        profile: @escaping @Sendable (ProfileName, ScriptLanguage) throws -> ResolvedProfile
    ) throws {
        self.packages = packages
        let folder = try SupervisorConfiguration.ownFolder()
        supervisor = SandboxSupervisor(
            configuration: SupervisorConfiguration(
                executablesFolder: folder, childrenPerZygote: 2, groups: .none, leftOut: leftOut
            ) { name, language in
                try profile(name, language).changing { limits in
                    limits.wallTime = .seconds(60)
                    limits.cpuTime = .seconds(60)
                    change(&limits)
                }
            })
    }

    /// What the shipped folder says of a profile.
    static func shipped() throws
        -> @Sendable (ProfileName, ScriptLanguage) throws -> ResolvedProfile
    {
        let catalogue = try catalogue()
        return { name, language in
            guard let profile = catalogue.resolve(name, language) else {
                throw SandboxSetupError(act: "find it", profile: name, cause: "no such profile")
            }
            return profile
        }
    }

    static func catalogue() throws -> ProfileCatalogue {
        try ProfileCatalogue.load(
            RepositoryFiles.files(in: "sandbox-profiles").map {
                ProfileCatalogue.File(path: $0.path, bytes: $0.bytes)
            })
    }

    /// The text of a program of this folder: `reading/proc.py`.
    static func program(_ path: String) throws -> String {
        String(
            decoding: try RepositoryFiles.bytes("Tests/EscapeTests/Programs/\(path)"),
            as: UTF8.self)
    }

    func run(
        program path: String, input: JSON = [:], profile: ProfileName = ProfileName("pure"),
        tenant: String = "escape", timeout: Duration? = nil
    ) async throws -> StepReport {
        try await run(
            try Self.program(path), path.hasSuffix(".py") ? .python : .javascript, input: input,
            profile: profile, tenant: tenant, timeout: timeout, name: path)
    }

    func run(
        _ source: String, _ language: ScriptLanguage, input: JSON = [:],
        profile: ProfileName = ProfileName("pure"), tenant: String = "escape",
        timeout: Duration? = nil, name: String = "escape"
    ) async throws -> StepReport {
        try await supervisor.run(
            ScriptRequest(
                work: ScriptWork(
                    language: language, fileName: name, source: Array(source.utf8),
                    modules: try Self.modules(for: language), profile: profile, input: input,
                    packages: packages.map {
                        PackageEnvironment(name: "escape", digest: $0.path, folder: $0.path)
                    }),
                tenant: tenant, timeout: timeout))
    }

    /// What the programs share.
    private static func modules(for language: ScriptLanguage) throws -> [ScriptModule] {
        let paths =
            language == .python ? ["kit.py", "channels/kit_of_pairs.py"] : ["kit.js"]
        return try paths.map { ScriptModule(path: $0, source: Array(try program($0).utf8)) }
    }

    /// Runs `body` and stops everything, whatever `body` does.
    static func with(
        leavingOut leftOut: Set<SandboxLayer> = [],
        limits change: @escaping @Sendable (inout Limits) -> Void = { _ in },
        _ body: (Box) async throws -> Void
    ) async throws {
        let box = try Box(leavingOut: leftOut, limits: change, profile: try shipped())
        try await box.use(body)
    }

    /// Runs `body` and stops everything, whatever `body` does.
    func use<Answer>(_ body: (Box) async throws -> Answer) async throws -> Answer {
        do {
            let answer = try await body(self)
            await supervisor.stop()
            return answer
        } catch {
            await supervisor.stop()
            throw error
        }
    }
}

extension ResolvedProfile {
    /// The same with other limits, or under another name.
    func changing(
        name newName: ProfileName? = nil, _ change: (inout Limits) -> Void
    ) -> ResolvedProfile {
        var changed = self
        if let newName { changed.name = newName }
        change(&changed.limits)
        return changed
    }
}

extension StepReport {
    /// What the script returned; nil with any other outcome.
    var returned: JSON? {
        guard case .returned(let value) = outcome else { return nil }
        return value
    }
}
