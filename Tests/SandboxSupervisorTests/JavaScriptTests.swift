import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// The same supervisor with the other engine.
    struct JavaScriptTests {
        @Test func `a JavaScript script returns its value under all layers`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "function main({a, b}) { console.log('hello'); return {sum: a + b}; }",
                    input: ["a": 2, "b": 40], language: .javascript)

                #expect(report.outcome == .returned(["sum": 42]))
                #expect(report.standardOutput == "hello\n")
                #expect(report.denials == [])
                let layers = sandbox.supervisor.layers(
                    profile: ProfileName("pure"), language: .javascript, tenant: "test")
                #expect(layers?.enforced == Set(SandboxLayer.allCases))
            }
        }

        @Test(arguments: [
            "const all = []; while (true) all.push(new Uint8Array(1 << 20).fill(1));",
            "let text = 'x'; while (true) text += text;",
            "const all = []; while (true) all.push({a: 1, b: [2]});",
        ])
        func `a JavaScript script that takes too much memory is stopped`(body: String) async throws
        {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "function main() { \(body) }", language: .javascript)

                #expect(report.outcome == .exceeded(.memory))
            }
        }

        @Test func `a JavaScript script that spins is stopped`() async throws {
            try await Sandbox.with({ $0.wallTime = .milliseconds(200) }) { sandbox in
                let report = try await sandbox.run(
                    "function main() { while (true); }", language: .javascript)

                #expect(report.outcome == .exceeded(.wallTime))
            }
        }

        @Test func `generators differ between scripts`() async throws {
            try await Sandbox.with { sandbox in
                let source = "function main() { return Math.random(); }"
                let first = try await sandbox.run(source, language: .javascript).outcome
                let second = try await sandbox.run(source, language: .javascript).outcome

                #expect(first != second)
            }
        }
    }
}
