package import FlowModel
internal import LinuxSystem
package import SandboxPolicy
package import SandboxSupervisor

/// The sandbox of this host, ready to run scripts: profiles read, supervisor started.
package struct Sandbox: Sendable {
    package let profiles: ProfileCatalogue
    package let supervisor: SandboxSupervisor

    /// - Parameter allowDegraded: run although a layer that a profile requires is missing; every
    ///   report then names it.
    /// - Parameter adjust: changes how scripts are run, for who measures or tries something.
    package static func open(
        allowDegraded: Bool, adjust: (inout SupervisorConfiguration) -> Void = { _ in }
    ) async throws -> Sandbox {
        let executable = ProcessSurroundings.executablePath
        return try await open(
            profiles: try ProfileFolder.load(try ProfileFolder.locate(from: executable)),
            allowDegraded: allowDegraded, adjust: adjust)
    }

    /// The same with profiles that were read before.
    static func open(
        profiles: ProfileCatalogue, allowDegraded: Bool,
        adjust: (inout SupervisorConfiguration) -> Void = { _ in }
    ) async throws -> Sandbox {
        var configuration = try configuration(profiles, allowDegraded: allowDegraded)
        adjust(&configuration)
        return Sandbox(
            profiles: profiles, supervisor: SandboxSupervisor(configuration: configuration))
    }

    /// Tries every layer on this machine and every profile in the real box: `sluice doctor`.
    package static func examine() async throws -> PreflightReport {
        let folder = try ProfileFolder.locate(from: ProcessSurroundings.executablePath)
        let profiles = try ProfileFolder.load(folder)
        return await Preflight.run(
            try configuration(profiles, allowDegraded: true), profiles: profiles)
    }

    /// Why a request asks for a profile that there is not; nil when there is.
    package func problem(with request: ScriptRequest) -> String? {
        let work = request.work
        guard profiles.resolve(work.profile, work.language) == nil else { return nil }
        return profiles.unknownProfileMessage(work.profile, work.language)
    }

    package func run(_ request: ScriptRequest) async throws -> StepReport {
        try await supervisor.run(request)
    }

    package func stop() async { await supervisor.stop() }

    private static func configuration(
        _ profiles: ProfileCatalogue, allowDegraded: Bool
    ) throws -> SupervisorConfiguration {
        SupervisorConfiguration(
            executablesFolder: try SupervisorConfiguration.ownFolder(),
            // Honest work has a deadline too: more at once than the processors can carry misses it.
            parallelRuns: 2 * ProcessSurroundings.processorCount, allowsDegraded: allowDegraded
        ) { name, language in
            guard let profile = profiles.resolve(name, language) else {
                throw HostError(
                    profiles.unknownProfileMessage(name, language), cause: .given)
            }
            return profile
        }
    }
}
