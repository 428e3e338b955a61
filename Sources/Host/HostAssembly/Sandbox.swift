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
    package static func open(allowDegraded: Bool) async throws -> Sandbox {
        let executable = ProcessSurroundings.executablePath
        return try await open(
            profiles: try ProfileFolder.load(try ProfileFolder.locate(from: executable)),
            allowDegraded: allowDegraded)
    }

    /// The same with profiles that were read before.
    static func open(profiles: ProfileCatalogue, allowDegraded: Bool) async throws -> Sandbox {
        let configuration = SupervisorConfiguration(
            executablesFolder: try SupervisorConfiguration.ownFolder(),
            allowsDegraded: allowDegraded
        ) { name, language in
            guard let profile = profiles.resolve(name, language) else {
                throw HostError(profiles.unknownProfileMessage(name, language))
            }
            return profile
        }
        return Sandbox(
            profiles: profiles, supervisor: SandboxSupervisor(configuration: configuration))
    }

    package func run(_ request: ScriptRequest) async throws -> StepReport {
        try await supervisor.run(request)
    }

    package func stop() async { await supervisor.stop() }
}
