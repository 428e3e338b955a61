import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// What a script can do to itself, each told as what it is.
    struct OutcomeTests {
        @Test func `an uncaught error is raised with the script's own line`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run("def main():\n\n    raise ValueError('no')")

                guard case .raised(let error) = report.outcome else {
                    Issue.record("\(report.outcome)")
                    return
                }
                #expect(error.type == "ValueError")
                #expect(error.message == "no")
                #expect(error.line == 3)
                #expect(error.isRetryable == false)
            }
        }

        @Test func `a refused call that was not caught is raised, with the denial beside it`()
            async throws
        {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "import socket\ndef main():\n    socket.socket()")

                guard case .raised(let error) = report.outcome else {
                    Issue.record("\(report.outcome)")
                    return
                }
                #expect(error.type == "PermissionError")
                #expect(report.denials.map(\.syscall) == ["socket"])
            }
        }

        @Test func `a call that no honest script makes is refused by killing it`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import ctypes
                    def main():
                        ctypes.CDLL(None).ptrace(0, 0, 0, 0)
                    """)

                guard case .refused(let denial) = report.outcome else {
                    Issue.record("\(report.outcome)")
                    return
                }
                #expect(denial.syscall == "ptrace")
            }
        }

        @Test(arguments: [
            ("os.abort()", Int32(6)),
            ("ctypes.string_at(8)", Int32(11)),
        ])
        func `a crash is told with its signal`(body: String, signal: Int32) async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "import os, ctypes\ndef main():\n    \(body)")

                #expect(report.outcome == .crashed(signal: signal))
            }
        }

        @Test(arguments: ["os._exit(0)", "os._exit(7)", "os.close(3)"])
        func `a script that goes without a result has raised`(body: String) async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run("import os\ndef main():\n    \(body)")

                guard case .raised = report.outcome else {
                    Issue.record("\(report.outcome)")
                    return
                }
            }
        }

        @Test func `logs are decoded with replacement`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "import os\ndef main():\n    os.write(1, b'a\\xffb'); os.write(2, b'c')")

                #expect(report.standardOutput == "a\u{fffd}b")
                #expect(report.standardError == "c")
            }
        }

        @Test func `usage is measured`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "def main():\n    x = bytearray(50 << 20)\n    return sum(range(3_000_000))")

                let usage = try #require(report.usage)
                #expect(usage.cpuTime > .milliseconds(10))
                #expect(usage.wallTime > .milliseconds(10))
                #expect(usage.peakMemory > ByteCount(50 << 20))
            }
        }

        @Test func `cancelling the task kills the script`() async throws {
            try await Sandbox.with { sandbox in
                _ = try await sandbox.run("def main(): pass")
                let task = Task {
                    try await sandbox.run("def main():\n    while True: pass")
                }
                task.cancel()
                let outcome = try await task.value.outcome

                #expect(outcome == .cancelled)
            }
        }

        @Test func `two scripts share nothing but what both could know`() async throws {
            try await Sandbox.with { sandbox in
                let source = """
                    import random, uuid, json
                    def main():
                        json.spoiled = getattr(json, 'spoiled', 0) + 1
                        return [json.spoiled, random.random(), uuid.uuid4().hex]
                    """
                let first = try await sandbox.run(source)
                let second = try await sandbox.run(source)

                guard case .returned(let one) = first.outcome,
                    case .returned(let two) = second.outcome
                else {
                    Issue.record("\(first.outcome) \(second.outcome)")
                    return
                }
                #expect(one[0] == 1 && two[0] == 1)
                #expect(one[1] != two[1])
                #expect(one[2] != two[2])
            }
        }
    }
}
