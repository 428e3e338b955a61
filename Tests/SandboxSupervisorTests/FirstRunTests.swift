import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    struct FirstRunTests {
        @Test func `a Python script returns its value`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "def main(a, b):\n    print('hello')\n    return {'sum': a + b}",
                    input: ["a": 2, "b": 40])

                #expect(report.outcome == .returned(["sum": 42]))
                #expect(report.standardOutput == "hello\n")
                #expect(report.denials == [])
                let layers = sandbox.supervisor.layers(
                    profile: .init("pure"), language: .python, tenant: "test")
                #expect(layers?.enforced == Set(SandboxLayer.allCases))
                #expect(layers?.isDegraded == false)
            }
        }
    }
}
