import LinuxSystem
package import SandboxPolicy

/// Tries every layer of the box on this host: what `sluice doctor` runs.
package enum Preflight {
    /// Probes the kernel in throw-away processes, then runs scripts of every profile in the real box.
    ///
    /// Takes a second or two. What it finds is the report; it throws nothing. A layer counts as
    /// enforced only when something that it must stop was stopped.
    package static func run(
        _ configuration: SupervisorConfiguration, profiles catalogue: ProfileCatalogue
    ) async -> PreflightReport {
        var answers: [String: ProbeAnswer] = [:]
        var findings: [PreflightFinding] = []
        do {
            answers = try await ProbeRun.answers(
                executable: configuration.executablesFolder + "/sandbox-probe")
        } catch {
            findings.append(
                PreflightFinding(
                    layer: "probe", state: .missing, summary: "the kernel could not be tried",
                    detail:
                        "cannot run '\(configuration.executablesFolder)/sandbox-probe': \(error)",
                    remedy: "build or install Sluice whole; sandbox-probe stands beside sluice"))
        }
        findings += LayerFindings(answers: answers).all
        let profiles = catalogue.names.flatMap { name in
            catalogue.languages(of: name).compactMap { catalogue.resolve(name, $0) }
        }
        do {
            let canary = try Canary()
            let smallest = profiles.filter { $0.language == .python && $0.network == "none" }
                .min { $0.limits.memory.bytes < $1.limits.memory.bytes }
            if let profile = smallest {
                let tried = await LayerTrial(
                    configuration: configuration, profile: profile, canary: canary
                ).findings()
                if !tried.contains(where: { $0.layer == "private-root" }),
                    let probed = findings.firstIndex(where: {
                        $0.layer == "namespaces" && $0.state == .enforced
                    })
                {
                    findings[probed] = LayerFindings.namespacesRefused
                }
                findings += tried
            }
            findings += await trials(profiles, configuration, canary)
            canary.remove()
        } catch {
            findings.append(
                PreflightFinding(
                    layer: "probe", state: .missing, summary: "the box could not be tried",
                    detail: "cannot make a file or a listener to look for: \(error)",
                    remedy: "let Sluice write to /tmp and listen on 127.0.0.1"))
        }
        return PreflightReport(
            kernel: answers["kernel"]?.detail ?? "unknown kernel", findings: findings,
            profiles: profiles.map { readiness(of: $0, findings) },
            settings: answers["settings"]?.detail ?? "")
    }

    /// The trial of every profile and language, one after the other, in a supervisor of its own.
    private static func trials(
        _ profiles: [ResolvedProfile], _ configuration: SupervisorConfiguration,
        _ canary: Canary
    ) async -> [PreflightFinding] {
        var small = configuration
        small.childrenPerZygote = 1
        small.parallelRuns = 1
        let supervisor = SandboxSupervisor(configuration: small)
        var findings: [PreflightFinding] = []
        for profile in profiles {
            let trial = SandboxTrial(supervisor: supervisor, profile: profile, canary: canary)
            findings.append(
                finding(trialName(profile), await trial.run(), needing: ownNeed(of: profile)))
        }
        await supervisor.stop()
        return findings
    }

    private static func finding(
        _ name: String, _ result: SandboxTrial.Result, needing what: String
    ) -> PreflightFinding {
        switch result {
        case .held(let detail):
            PreflightFinding(
                layer: name, state: .enforced,
                summary: "scripts run, and reach nothing that the profile does not give",
                detail: detail, remedy: "")
        case .broken(let fault):
            PreflightFinding(
                layer: name, state: .missing,
                summary: "scripts of this profile cannot be trusted to be held",
                detail: fault, remedy: "look at the layers above first")
        case .notInstalled(let cause, let remedy):
            PreflightFinding(
                layer: name, state: .degraded,
                summary: "not used: without \(what) the scripts that need it do not start, and "
                    + "all others do",
                detail: cause, remedy: remedy)
        }
    }

    /// What only scripts of that profile need.
    private static func ownNeed(of profile: ResolvedProfile) -> String {
        profile.runsNode ? "Node.js" : "its modules"
    }

    private static func trialName(_ profile: ResolvedProfile) -> String {
        "\(profile.name)/\(profile.language.rawValue)"
    }

    /// What no profile can do without, whatever it says.
    private static let always = [
        "probe", "identity", "capabilities", "limits", "private-root", "landlock-alone",
    ]

    // SECURITY: a layer that a profile requires and that does not hold refuses to start its scripts.
    static func readiness(
        of profile: ResolvedProfile, _ findings: [PreflightFinding]
    ) -> ProfileReadiness {
        let trial = trialName(profile)
        guard !findings.contains(where: { $0.layer == trial && $0.state == .degraded }) else {
            return ProfileReadiness(
                profile: profile.name, language: profile.language, state: .unavailable,
                lacking: [ownNeed(of: profile)])
        }
        let missing = Set(findings.filter { $0.state == .missing }.map(\.layer))
        let required =
            always + [trial]
            + profile.requires.filter { $0.value == .full }.map(\.key)
        let preferred = profile.requires.filter { $0.value == .preferred }.map(\.key)
        let lackingRequired = required.filter(missing.contains).sorted()
        let lackingPreferred = preferred.filter(missing.contains).sorted()
        let state: ProfileReadiness.State =
            if !lackingRequired.isEmpty {
                .refused
            } else if !lackingPreferred.isEmpty {
                .degraded
            } else {
                .ready
            }
        return ProfileReadiness(
            profile: profile.name, language: profile.language, state: state,
            lacking: lackingRequired + lackingPreferred)
    }
}
