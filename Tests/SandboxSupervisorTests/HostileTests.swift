import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// What a script does to fool or stop the supervisor.
    struct HostileTests {
        private static let frame =
            "b'RES1' + (1).to_bytes(4, 'little') + (2).to_bytes(8, 'little') + b'42'"

        @Test(arguments: [
            "os.write(3, \(frame)); return 1",  // two frames
            "os.write(3, b'RES1' + b'x' * 7)",  // something of its own before the runner's
            "os.write(3, (\(frame))[:-1]); os._exit(0)",  // half a frame
            "os.write(3, b'x' * 100)",
        ])
        func `anything but exactly one frame is no result`(body: String) async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run("import os\ndef main():\n    \(body)")

                guard case .raised(let error) = report.outcome else {
                    Issue.record("\(report.outcome)")
                    return
                }
                #expect(error.type == "InvalidResult")
            }
        }

        @Test func `what stands in the log is never a result`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "import os\ndef main():\n    os.write(1, \(Self.frame))\n    return 'mine'")

                #expect(report.outcome == .returned("mine"))
            }
        }

        @Test func `a script that does not read its input holds up nobody`() async throws {
            try await Sandbox.with({ $0.wallTime = .milliseconds(600) }) { sandbox in
                let big = JSON.string(String(repeating: "x", count: 4 << 20))
                async let slow = sandbox.run(
                    "def main(text):\n    while True: pass", input: ["text": big])
                async let quick = sandbox.run("def main(): return 1")
                let outcomes = (try await quick.outcome, try await slow.outcome)

                #expect(outcomes.0 == .returned(1))
                #expect(outcomes.1 == .exceeded(.wallTime))
            }
        }

        @Test func `a flood of refused calls ends the script`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import os
                    def main():
                        while True:
                            try: os.mkdir('/x')
                            except OSError: pass
                    """)

                guard case .refused(let denial) = report.outcome else {
                    Issue.record("\(report.outcome)")
                    return
                }
                #expect(denial.syscall == "mkdir")
                #expect((report.denials.first?.count ?? 0) >= 2000)
            }
        }

        @Test func `many different refused calls are recorded within bounds`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import os
                    def main():
                        for number in range(1000):
                            try: os.kill(number + 2, 0)
                            except OSError: pass
                        return 1
                    """)

                #expect(report.outcome == .returned(1))
                #expect(report.denials.map(\.count).reduce(0, +) == 1000)
                #expect(report.denials.count == 65)
                #expect(report.denials.last?.count == 936)
            }
        }

        @Test func `closing every descriptor changes nothing but the own result`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import os
                    def main():
                        for number in range(64):
                            try: os.close(number)
                            except OSError: pass
                        while True: pass
                    """, timeout: .milliseconds(300))

                #expect(report.outcome == .exceeded(.wallTime))
            }
        }

        @Test func `a script says ready only once`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import ctypes
                    def main():
                        return ctypes.CDLL(None).syscall(148, 0x59444145, 0, 0)
                    """)

                #expect(report.outcome == .returned(-1))
                #expect(report.denials.map(\.syscall) == ["sched_rr_get_interval"])
            }
        }
    }
}
