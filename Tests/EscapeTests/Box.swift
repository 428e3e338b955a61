import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import TestSupport

/// The real box with the shipped profile `pure`, for the programs of this folder.
struct Box {
    let supervisor: SandboxSupervisor

    /// `limits` changes the profile's limits; `leftOut` takes layers away, which is how a program shows
    /// that it would do harm without them.
    init(
        leavingOut leftOut: Set<SandboxLayer> = [],
        limits change: @escaping @Sendable (inout Limits) -> Void = { _ in }
    ) throws {
        let catalogue = try Self.catalogue()
        let folder = try SupervisorConfiguration.ownFolder()
        supervisor = SandboxSupervisor(
            configuration: SupervisorConfiguration(
                executablesFolder: folder, childrenPerZygote: 2, leftOut: leftOut
            ) { name, language in
                guard let profile = catalogue.resolve(name, language) else {
                    throw SandboxSetupError(act: "find it", profile: name, cause: "no such profile")
                }
                return profile.changing(change)
            })
    }

    static func catalogue() throws -> ProfileCatalogue {
        try ProfileCatalogue.load(
            RepositoryFiles.files(in: "sandbox-profiles").map {
                ProfileCatalogue.File(path: $0.path, bytes: $0.bytes)
            })
    }

    /// The text of a program of this folder: `hostile-python/network.py`.
    static func program(_ path: String) throws -> String {
        String(
            decoding: try RepositoryFiles.bytes("Tests/EscapeTests/Programs/\(path)"),
            as: UTF8.self)
    }

    func run(program path: String, input: JSON = [:], timeout: Duration? = nil) async throws
        -> StepReport
    {
        try await run(
            try Self.program(path), path.hasSuffix(".py") ? .python : .javascript, input: input,
            timeout: timeout, name: path)
    }

    func run(
        _ source: String, _ language: ScriptLanguage, input: JSON = [:], tenant: String = "escape",
        timeout: Duration? = nil, name: String = "escape"
    ) async throws -> StepReport {
        try await supervisor.run(
            ScriptRequest(
                work: ScriptWork(
                    language: language, fileName: name, source: Array(source.utf8),
                    profile: ProfileName("pure"), input: input),
                tenant: tenant, timeout: timeout))
    }

    /// Runs `body` and stops everything, whatever `body` does.
    static func with(
        leavingOut leftOut: Set<SandboxLayer> = [],
        limits change: @escaping @Sendable (inout Limits) -> Void = { _ in },
        _ body: (Box) async throws -> Void
    ) async throws {
        let box = try Box(leavingOut: leftOut, limits: change)
        do {
            try await body(box)
        } catch {
            await box.supervisor.stop()
            throw error
        }
        await box.supervisor.stop()
    }
}

extension ResolvedProfile {
    fileprivate func changing(_ change: (inout Limits) -> Void) -> ResolvedProfile {
        var changed = limits
        change(&changed)
        return ResolvedProfile(
            name: name, language: language, runsNode: runsNode, summary: summary, limits: changed,
            files: files,
            network: network, allowances: allowances, refusals: refusals, requires: requires)
    }
}

extension StepReport {
    /// What the script returned; nil with any other outcome.
    var returned: JSON? {
        guard case .returned(let value) = outcome else { return nil }
        return value
    }
}
