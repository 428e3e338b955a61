import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy

/// Tries single layers of the box: the others are left out, so that what is stopped was stopped by it.
///
/// What runs are the doctor's own scripts, in throw-away processes.
struct LayerTrial {
    let configuration: SupervisorConfiguration
    /// Of Python.
    let profile: ResolvedProfile
    let canary: Canary

    func findings() async -> [PreflightFinding] {
        var findings: [PreflightFinding] = []
        if let finding = await privateRoot() { findings.append(finding) }
        if let finding = await landlockAlone() { findings.append(finding) }
        findings.append(await groups())
        return findings
    }

    private func run(
        _ source: String, input: JSON, leavingOut leftOut: Set<SandboxLayer>
    ) async throws -> StepReport {
        var alone = configuration
        alone.childrenPerZygote = 1
        alone.parallelRuns = 1
        alone.leftOut = configuration.leftOut.union(leftOut)
        // What is tried here needs none of the layers that are left out.
        alone.allowsDegraded = true
        let supervisor = SandboxSupervisor(configuration: alone)
        do {
            let report = try await supervisor.run(
                ScriptRequest(
                    work: ScriptWork(
                        language: .python, fileName: "doctor", source: Array(source.utf8),
                        profile: profile.name, input: input),
                    tenant: "doctor", timeout: .seconds(5)))
            await supervisor.stop()
            return report
        } catch {
            await supervisor.stop()
            throw error
        }
    }

    /// Nil on a host without namespaces, of which another finding speaks.
    private func privateRoot() async -> PreflightFinding? {
        await finding(
            "private-root", script: TrialScripts.namespaced, of: .namespaces,
            holds: "without filter and Landlock a script still sees nothing of the host",
            fails: "what namespaces should hide is in reach",
            remedy: "do not run scripts here; say which kernel and container this is")
    }

    private func landlockAlone() async -> PreflightFinding? {
        await finding(
            "landlock-alone", script: TrialScripts.landlocked, of: .landlock,
            holds: "without filter and namespaces a script still opens no file of the host",
            fails: "what Landlock should refuse is in reach",
            remedy: "do not run scripts here; say which kernel and container this is")
    }

    private func finding(
        _ name: String, script: String, of layer: SandboxLayer, holds: String, fails: String,
        remedy: String
    ) async -> PreflightFinding? {
        let others: Set<SandboxLayer> = [.seccomp, .landlock, .namespaces]
        let input: JSON = [
            "canary": .string(canary.path), "port": .integer(Int64(canary.port)),
            "name": .string(canary.name),
        ]
        func finding(_ state: LayerState, _ detail: String) -> PreflightFinding {
            PreflightFinding(
                layer: name, state: state, summary: state == .enforced ? holds : fails,
                detail: detail, remedy: state == .enforced ? "" : remedy)
        }
        do {
            let report = try await run(
                script, input: input, leavingOut: others.subtracting([layer]))
            guard report.layers?.enforced.contains(layer.rawValue) == true else { return nil }
            guard case .returned(let value) = report.outcome, let reached = value.arrayValue
            else { return finding(.missing, "the trial ended as \(report.outcome.word)") }
            guard reached.isEmpty else {
                let names = reached.prefix(8).compactMap(\.stringValue).joined(separator: ", ")
                return finding(.missing, "a script reached \(names)")
            }
            return finding(.enforced, "reading, writing and connecting were tried")
        } catch {
            return finding(.missing, "\(error)")
        }
    }

    /// A script without any limit of its own, which only its group can stop.
    private func groups() async -> PreflightFinding {
        func finding(_ state: LayerState, _ detail: String, _ remedy: String) -> PreflightFinding {
            PreflightFinding(
                layer: "cgroups", state: state,
                summary: state == .enforced
                    ? "each script has a control group that bounds its memory and processes"
                    : "each script is bounded by its own limits, not by a control group",
                detail: detail, remedy: remedy)
        }
        let words: String
        do {
            let groups = try ScriptGroups(configuration.groups)
            words = groups.words
            groups.close()
        } catch {
            return finding(
                .degraded, "\(error)",
                "run Sluice where it may make control groups below its own (systemd: Delegate=yes)")
        }
        do {
            let report = try await run(
                TrialScripts.greedy.python, input: ["number": 0], leavingOut: [.limits])
            guard report.outcome == .exceeded(.memory) else {
                return finding(
                    .degraded, "\(words): a script that took all memory was \(report.outcome.word)",
                    "look at the memory controller of this machine")
            }
            return finding(.enforced, "\(words); a script that took all memory was ended by it", "")
        } catch {
            return finding(.degraded, "\(words): \(error)", "")
        }
    }
}
