package import FlowModel

/// Script steps, as the engine knows them.
package struct ScriptExecutor: StepExecutor {
    private let supervisor: SandboxSupervisor

    package init(supervisor: SandboxSupervisor) { self.supervisor = supervisor }

    package func execute(_ attempt: StepAttempt) async throws -> StepReport {
        guard case .script(let work) = attempt.work else {
            throw SandboxSetupError(
                act: "run node '\(attempt.node)'", profile: nil, cause: "it is no script")
        }
        return try await supervisor.run(
            ScriptRequest(work: work, tenant: attempt.tenant, timeout: attempt.timeout))
    }

    /// A script has no effect outside of its report.
    package func lookUpEffect(of attempt: StepAttempt) async throws -> EffectLookUp { .absent }
}
