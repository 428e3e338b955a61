internal import FlowModel
internal import HostAssembly
internal import JSONValue
internal import LinuxSystem
internal import SandboxPolicy
internal import SandboxSupervisor

/// A script that is measured, and what it must answer.
struct BenchScript: Sendable {
    let language: ScriptLanguage
    var profile = ProfileName("pure")
    let source: String
    var input: JSON = ["a": 2, "b": 40]
    var answer: JSON = ["sum": 42]
    var tenant = "bench"

    static let python = BenchScript(
        language: .python, source: "def main(a, b):\n    return {'sum': a + b}")
    static let javascript = BenchScript(
        language: .javascript, source: "function main({a, b}) { return {sum: a + b}; }")
    /// In Node.js, although it would not need it.
    static let node = BenchScript(
        language: .javascript, profile: ProfileName("node"), source: javascript.source)

    var request: ScriptRequest {
        ScriptRequest(
            work: ScriptWork(
                language: language, fileName: "bench", source: Array(source.utf8),
                profile: profile, input: input),
            tenant: tenant, timeout: nil)
    }
}

extension Sandbox {
    /// Runs it once and tells how long that took; throws when it does not answer what it must.
    @discardableResult
    func time(_ script: BenchScript) async throws -> Duration {
        let request = script.request
        let start = MonotonicInstant.now
        let report = try await run(request)
        let time = MonotonicInstant.now - start
        guard report.outcome == .returned(script.answer) else {
            throw HostError("the benchmark's script ended as \(report.outcome)")
        }
        return time
    }

    /// A sandbox of its own for `body`, stopped afterwards.
    static func with<Result>(
        adjust: (inout SupervisorConfiguration) -> Void = { _ in },
        _ body: (Sandbox) async throws -> Result
    ) async throws -> Result {
        let sandbox = try await Sandbox.open(allowDegraded: false, adjust: adjust)
        do {
            let result = try await body(sandbox)
            await sandbox.stop()
            return result
        } catch {
            await sandbox.stop()
            throw error
        }
    }
}
