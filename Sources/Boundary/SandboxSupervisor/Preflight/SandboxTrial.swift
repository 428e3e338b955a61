import FlowModel
import JSONValue
import SandboxPolicy

/// Scripts that try the box from inside, one for each promise.
struct SandboxTrial {
    let supervisor: SandboxSupervisor
    let profile: ResolvedProfile

    /// Nil when every promise was kept, else the first that was not.
    func run() async -> String? {
        do {
            if let fault = try await honest() { return fault }
            if let fault = try await curious() { return fault }
            if let fault = try await runaway() { return fault }
            return try await greedy()
        } catch {
            return "\(error)"
        }
    }

    private func report(_ python: String, _ javascript: String, timeout: Duration? = nil)
        async throws -> StepReport
    {
        let source = profile.language == .python ? python : javascript
        return try await supervisor.run(
            ScriptRequest(
                work: ScriptWork(
                    language: profile.language, fileName: "doctor", source: Array(source.utf8),
                    profile: profile.name, input: ["number": 20]),
                tenant: "doctor", timeout: timeout))
    }

    private func honest() async throws -> String? {
        let report = try await report(
            "def main(number): return number * 2 + 2",
            "function main({number}) { return number * 2 + 2; }")
        guard case .returned(let value) = report.outcome, value.integerValue == 42 else {
            return "an honest script ended as \(report.outcome.word)"
        }
        return nil
    }

    /// Python can try the host's calls by itself; JavaScript has no way to make one.
    private func curious() async throws -> String? {
        guard profile.language == .python else { return nil }
        let report = try await report(Self.curiousScript, "")
        guard case .returned(let value) = report.outcome, let reached = value.arrayValue else {
            return "a script that tried what is refused ended as \(report.outcome.word)"
        }
        if !reached.isEmpty {
            return "a script reached " + reached.compactMap(\.stringValue).joined(separator: ", ")
        }
        for call in ["socket", "kill"] where !report.denials.contains(where: { $0.syscall == call })
        {
            return "the refused call '\(call)' was not named"
        }
        return nil
    }

    private static let curiousScript = """
        def main(number):
            import os, socket
            reached = []
            def attempt(name, act):
                try:
                    act()
                    reached.append(name)
                except OSError:
                    pass
            attempt('/etc/passwd', lambda: open('/etc/passwd'))
            attempt('/proc/self/status', lambda: open('/proc/self/status'))
            attempt('a new file', lambda: open('/tmp/sluice-doctor', 'w'))
            attempt('the network', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            attempt('a host', lambda: socket.create_connection(('192.0.2.1', 80)))
            attempt('another process', lambda: os.kill(-1, 0))
            attempt('a process of its own', lambda: os.fork())
            proxy = {'HOME', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'}
            proxy |= {name for name in os.environ if name.upper().endswith('_PROXY')}
            known = {'LANG', 'TZ', 'LC_CTYPE'} | (proxy if 'HTTP_PROXY' in os.environ else set())
            if set(os.environ) - known:
                reached.append('the environment')
            for number in range(4, 64):
                attempt('descriptor %d' % number, lambda: os.fstat(number))
            return reached
        """

    private func runaway() async throws -> String? {
        let report = try await report(
            "def main(number):\n while True: pass", "function main() { for (;;) {} }",
            timeout: .milliseconds(300))
        return report.outcome == .exceeded(.wallTime)
            ? nil
            : "a script that never ends was \(report.outcome.word), not stopped by its deadline"
    }

    private func greedy() async throws -> String? {
        let report = try await report(
            "def main(number):\n kept = []\n while True: kept.append(bytes(1 << 20))",
            "function main() { const kept = []; for (;;) kept.push(new Uint8Array(1 << 20).fill(1)); }"
        )
        return report.outcome == .exceeded(.memory)
            ? nil
            : "a script that takes all memory was \(report.outcome.word), not stopped by its limit"
    }
}
