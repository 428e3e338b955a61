import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// Every limit of a profile ends a script as its own outcome.
    struct LimitTests {
        @Test(arguments: ["while True: pass", "import time; time.sleep(60)"])
        func `a script that outlives its wall time is stopped`(body: String) async throws {
            try await Sandbox.with({ $0.wallTime = .milliseconds(200) }) { sandbox in
                let report = try await sandbox.run("def main():\n    \(body)")

                #expect(report.outcome == .exceeded(.wallTime))
                let wall = try #require(report.usage?.wallTime)
                #expect(wall >= .milliseconds(200))
            }
        }

        @Test func `a timeout of the request is shorter than the profile's`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "def main():\n    while True: pass", timeout: .milliseconds(100))

                #expect(report.outcome == .exceeded(.wallTime))
            }
        }

        @Test func `a script that uses up its CPU time is stopped`() async throws {
            try await Sandbox.with({ $0.cpuTime = .milliseconds(150) }) { sandbox in
                let report = try await sandbox.run("def main():\n    while True: pass")

                #expect(report.outcome == .exceeded(.cpuTime))
                let cpu = try #require(report.usage?.cpuTime)
                #expect(cpu >= .milliseconds(150))
            }
        }

        @Test func `sleeping uses no CPU time`() async throws {
            try await Sandbox.with({ $0.cpuTime = .milliseconds(500) }) { sandbox in
                let report = try await sandbox.run(
                    "def main():\n    import time; time.sleep(0.8); return 1")

                #expect(report.outcome == .returned(1))
            }
        }

        @Test func `a script that takes too much memory is stopped`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    def main():
                        blocks = []
                        while True: blocks.append(bytearray(1 << 20))
                    """)

                #expect(report.outcome == .exceeded(.memory))
            }
        }

        @Test func `memory within the limit is given`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "def main():\n    return len(bytearray(200 << 20))")

                #expect(report.outcome == .returned(.integer(200 << 20)))
            }
        }

        @Test func `an input larger than the memory is no host failure`() async throws {
            try await Sandbox.with({ $0.memory = 8 << 20 }) { sandbox in
                let report = try await sandbox.run(
                    "def main(text): return 1",
                    input: ["text": .string(String(repeating: "x", count: 20 << 20))])

                #expect(report.outcome == .exceeded(.memory))
            }
        }

        @Test(arguments: [
            "return 'x' * 200_000",
            "import os; os.write(3, b'RES1' + (1).to_bytes(4, 'little') + (1 << 40).to_bytes(8, 'little'))",
        ])
        func `a result over the limit is not read`(body: String) async throws {
            try await Sandbox.with({ $0.output = 100_000 }) { sandbox in
                let report = try await sandbox.run("def main():\n    \(body)")

                #expect(report.outcome == .exceeded(.output))
            }
        }

        @Test func `a result nested too deeply counts as output`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    def main():
                        value = []
                        for _ in range(200): value = [value]
                        return value
                    """)

                #expect(report.outcome == .exceeded(.output))
            }
        }

        @Test(arguments: ["sys.stdout", "sys.stderr"])
        func `a script that floods its log is stopped, and the log is cut`(
            stream: String
        ) async throws {
            try await Sandbox.with({ $0.logs = 100_000 }) { sandbox in
                let report = try await sandbox.run(
                    "import sys\ndef main():\n    while True: \(stream).write('x' * 1000)")

                #expect(report.outcome == .exceeded(.logs))
                let log = report.standardOutput + report.standardError
                let kept = log.count { $0 == "x" }
                #expect(kept == 100_000)
                #expect(log.hasSuffix("\n[cut: the limit 'logs' is 100000 bytes]\n"))
            }
        }

        @Test func `a denied fork stays a denial`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import os
                    def main():
                        try: os.fork()
                        except OSError as error: return error.errno
                    """)

                #expect(report.outcome == .returned(1))
                #expect(report.denials.map(\.count) == [1])
                #expect(["clone", "fork"].contains(report.denials.first?.syscall))
            }
        }
    }
}
