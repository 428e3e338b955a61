import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// What an engine calls a want of memory is told as the memory limit only when it was one.
    struct MemoryWordsTests {
        @Test(arguments: [
            "return len(bytearray(10 << 30))", "return 'x' * (1 << 33)", "return [0] * (1 << 31)",
        ])
        func `one request for more than there is is the memory limit`(body: String) async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run("def main():\n    \(body)")

                #expect(report.outcome == .exceeded(.memory))
            }
        }

        @Test func `a refused executable mapping is told as such`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import ctypes
                    def main():
                        return ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1)()
                    """)

                guard case .raised(let error) = report.outcome else {
                    Issue.record("\(report.outcome)")
                    return
                }
                #expect(error.type == "MemoryError")
                #expect(error.message.hasPrefix("made memory executable"), "\(error.message)")
                #expect(error.line == 3)
            }
        }

        @Test(arguments: ["eval(text)", "ast.literal_eval(text)", "the script itself"])
        func `text that is nested too deeply for the parser is told as such`(
            place: String
        ) async throws {
            let source =
                place.hasSuffix("(text)")
                ? "import ast\ndef main():\n    text = '-' * 100_000 + '1'\n    return \(place)"
                : "def main(): return 1\nx = \(String(repeating: "-", count: 100_000))1"
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(source)

                guard case .raised(let error) = report.outcome else {
                    Issue.record("\(report.outcome)")
                    return
                }
                #expect(error.message == "the text is nested too deeply for Python's parser")
            }
        }

        @Test func `an alarm that cannot be set is an error and not silence`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import signal
                    def main():
                        try: signal.alarm(1)
                        except OSError as error: return error.errno
                    """)

                #expect(report.outcome == .returned(1))
                #expect(report.denials.map(\.syscall) == ["alarm"])
            }
        }

        @Test(arguments: ScriptLanguage.allCases)
        func `a long error is cut and says so`(language: ScriptLanguage) async throws {
            let source =
                language == .python
                ? "def main(): raise ValueError('x' * 100_000)"
                : "function main() { throw new Error('x'.repeat(100_000)); }"
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(source, language: language)

                guard case .raised(let error) = report.outcome else {
                    Issue.record("\(report.outcome)")
                    return
                }
                #expect(error.message.utf8.count < 4200)
                #expect(error.message.contains("(cut at 4 KiB of 100000)"))
                #expect(error.traceback?.contains("(cut at 4 KiB of ") == true)
            }
        }
    }
}
