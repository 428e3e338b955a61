package import FlowModel
internal import LinuxSystem
package import SandboxPolicy
package import SandboxSupervisor

/// The sandbox of this host, ready to run scripts: profiles read, supervisor started.
package struct Sandbox: Sendable {
    package let profiles: ProfileCatalogue
    package let supervisor: SandboxSupervisor

    /// - Parameters:
    ///   - configuration: the host's; nil: `sluice.yaml` where there is one.
    ///   - allowDegraded: run although a layer that a profile requires is missing; every report
    ///     then names it.
    ///   - adjust: changes how scripts are run, for who measures or tries something.
    package static func open(
        configuration: String? = nil, allowDegraded: Bool,
        adjust: (inout SupervisorConfiguration) -> Void = { _ in }
    ) async throws -> Sandbox {
        let library = try FlowLibrary.open(flows: nil, configuration: configuration)
        if let faults = library.configurationFaults, library.configuration == nil { throw faults }
        return try await open(
            profiles: library.profiles, egress: library.configuration?.egress ?? EgressRule(),
            allowDegraded: allowDegraded, adjust: adjust)
    }

    /// The same with profiles that were read before.
    static func open(
        profiles: ProfileCatalogue, egress: EgressRule, allowDegraded: Bool,
        adjust: (inout SupervisorConfiguration) -> Void = { _ in }
    ) async throws -> Sandbox {
        var settings = try self.configuration(profiles, allowDegraded: allowDegraded)
        settings.egress = ScriptEgress(
            allow: egress.allow, caFile: egress.caFile,
            refusal: egress.proxy.map { _ in
                "'egress: proxy' is set, and the egress broker speaks to hosts directly"
            })
        adjust(&settings)
        return Sandbox(
            profiles: profiles, supervisor: SandboxSupervisor(configuration: settings))
    }

    /// Tries every layer on this machine and every profile in the real box: `sluice doctor`.
    package static func examine() async throws -> PreflightReport {
        let folder = try ProfileFolder.locate(from: ProcessSurroundings.executablePath)
        let profiles = try ProfileFolder.load(folder)
        return await Preflight.run(
            try configuration(profiles, allowDegraded: true), profiles: profiles)
    }

    /// The work with its profile and engine settled: what is named, or what the script needs.
    ///
    /// Throws `RuntimeConflict` when the two named exclude each other.
    package func settled(
        _ work: ScriptWork, runtime: ScriptRuntime?, profile: ProfileName?
    ) throws(RuntimeConflict) -> ScriptWork {
        var work = work
        guard work.language == .javascript else {
            if runtime != nil {
                throw RuntimeConflict(
                    message: "a runtime is for JavaScript, and '\(work.fileName)' is not",
                    hint: "leave it out")
            }
            work.profile = profile ?? RuntimeQuestion.embeddedProfile
            return work
        }
        let modules = work.modules
        let question = RuntimeQuestion(
            asked: runtime, profile: profile,
            nodeProfiles: Set(
                profiles.names.filter { profiles.resolve($0, .javascript)?.runsNode == true }),
            need: NodeModuleImport.first(in: work.source, of: work.fileName) { path in
                modules.first { $0.path == path }?.source
            })
        let answer = try question.answer()
        work.profile = answer.profile
        work.runtime = answer.choice
        return work
    }

    /// Why a request asks for a profile that there is not, or that cannot have its packages; nil when
    /// nothing is wrong.
    package func problem(with request: ScriptRequest) -> String? {
        let work = request.work
        guard let profile = profiles.resolve(work.profile, work.language) else {
            return profiles.unknownProfileMessage(work.profile, work.language)
        }
        if !profile.hasNetwork, !work.network.isEmpty {
            return "profile '\(profile.name)' has no network, so no host can be allowed; "
                + "name one that has, such as fetch"
        }
        return request.packageProblem(under: profile)
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
