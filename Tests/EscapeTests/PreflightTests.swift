import JSONValue
import SandboxPolicy
import Testing

@testable import SandboxSupervisor

@Suite struct PreflightTests {
    private func report(
        leavingOut leftOut: Set<SandboxLayer> = [], folder: String? = nil, node: String? = nil
    ) async throws -> PreflightReport {
        let catalogue = try Box.catalogue()
        var configuration = SupervisorConfiguration(
            executablesFolder: try folder ?? SupervisorConfiguration.ownFolder(), leftOut: leftOut
        ) { name, language in
            guard let profile = catalogue.resolve(name, language) else {
                throw SandboxSetupError(act: "find it", profile: name, cause: "no such profile")
            }
            return profile
        }
        configuration.nodeProgram = node
        return await Preflight.run(configuration, profiles: catalogue)
    }

    private func state(_ layer: String, _ report: PreflightReport) -> LayerState? {
        report.findings.first { $0.layer == layer }?.state
    }

    @Test func `on a host that has every layer every profile is ready`() async throws {
        let report = try await report()

        for layer in ["seccomp", "landlock", "identity", "capabilities", "limits"] {
            #expect(state(layer, report) == .enforced, "\(report.text)")
        }
        #expect(state("pure/python", report) == .enforced, "\(report.text)")
        #expect(state("pure/javascript", report) == .enforced, "\(report.text)")
        #expect(report.isReady)
        #expect(report.json["ready"] == .bool(true))
        #expect(report.json["layers"]?.arrayValue?.count == report.findings.count)
        #expect(report.text.contains("profile pure (python) is "))
    }

    @Test func `a host without Node is told so, and passes`() async throws {
        let report = try await report(node: "/nowhere/node")

        #expect(state("node/javascript", report) == .degraded, "\(report.text)")
        #expect(report.text.contains("there is no program '/nowhere/node'"), "\(report.text)")
        #expect(report.text.contains("apt-get install nodejs"))
        #expect(report.text.contains("profile node (javascript) is unavailable: lacks Node.js"))
        #expect(report.text.contains("profile pure (javascript) is "))
        #expect(report.isReady, "\(report.text)")
    }

    @Test func `without the filter the trial sees what a script reaches`() async throws {
        let report = try await report(leavingOut: [.seccomp])

        #expect(state("pure/python", report) == .missing, "\(report.text)")
        #expect(report.findings.contains { $0.detail.contains("the network") }, "\(report.text)")
        #expect(!report.isReady)
    }

    @Test func `without its programs nothing is ready and the reason is told`() async throws {
        let report = try await report(folder: "/nonexistent")

        #expect(!report.isReady)
        #expect(state("probe", report) == .missing)
        #expect(report.text.contains("cannot run '/nonexistent/sandbox-probe'"), "\(report.text)")
    }

    @Test func `a required layer that is missing refuses and a preferred one degrades`() throws {
        let pure = try #require(try Box.catalogue().resolve(ProfileName("pure"), .python))
        func finding(_ layer: String, _ state: LayerState) -> PreflightFinding {
            PreflightFinding(layer: layer, state: state, summary: "", detail: "", remedy: "")
        }
        func readiness(_ findings: [PreflightFinding]) -> ProfileReadiness {
            Preflight.readiness(of: pure, findings)
        }

        #expect(readiness([finding("landlock", .enforced)]).state == .ready)
        #expect(readiness([finding("landlock", .missing)]).state == .refused)
        #expect(readiness([finding("namespaces", .missing)]).state == .degraded)
        #expect(readiness([finding("namespaces", .missing)]).lacking == ["namespaces"])
        #expect(readiness([finding("identity", .missing)]).state == .refused)
        #expect(readiness([finding("pure/python", .missing)]).state == .refused)
        #expect(readiness([finding("pure/javascript", .missing)]).state == .ready)
        #expect(readiness([finding("cgroups", .degraded)]).state == .ready)
    }
}
