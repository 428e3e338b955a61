import FlowModel
import Foundation
import JSONValue
import LinuxSystem
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// Hundreds at once, and floods.
    ///
    /// Each test has a process of its own, in which it counts. How long it takes until a killed crowd is
    /// gone is measured by `bench soak`, where nothing else runs.
    struct CrowdLifeTests {
        static let crowd = 500

        @Test func `five hundred runs that are killed at once are gone with their namespaces`()
            async
        {
            await #expect(processExitsWith: .success) {
                let own = ProcessTable.pidNamespace(of: CurrentProcess.pid)
                let sandbox = try Sandbox(
                    {
                        $0.wallTime = .seconds(600)
                        $0.cpuTime = .seconds(600)
                    },
                    adjust: {
                        $0.parallelRuns = CrowdLifeTests.crowd + 1
                        $0.runsPerZygote = 10 * CrowdLifeTests.crowd
                    })
                let namespaces = try await withThrowingTaskGroup(of: StepOutcome.self) { group in
                    for number in 0..<CrowdLifeTests.crowd {
                        // Those that use up the processors begin last, or starting the others takes minutes.
                        let body =
                            number < CrowdLifeTests.crowd - 20
                            ? "time.sleep(600)" : "while True: pass"
                        group.addImmediateTask {
                            try await sandbox.run("import time\ndef main():\n    \(body)").outcome
                        }
                    }
                    // It came last, and runs begin in order of arrival: all of them have begun.
                    let last = try await sandbox.run("import time\ndef main(): return 1")
                    #expect(last.outcome == .returned(1))
                    let pids = ProcessTable.children(of: CurrentProcess.pid)
                        .filter { !ProcessTable.leadsGroup($0) }
                    #expect(pids.count >= CrowdLifeTests.crowd)
                    let namespaces = Set(pids.compactMap { ProcessTable.pidNamespace(of: $0) })
                    #expect(namespaces.count >= CrowdLifeTests.crowd)
                    #expect(own.map { !namespaces.contains($0) } == true)

                    group.cancelAll()
                    // Those that wait for the next runs stay.
                    let areGone = await ProcessTable.eventually(within: .seconds(120)) {
                        pids.count { ProcessTable.exists($0) } <= 4
                    }
                    #expect(areGone)
                    for try await outcome in group { #expect(outcome == .cancelled) }
                    return namespaces
                }
                await sandbox.supervisor.stop()
                #expect(ProcessTable.children(of: CurrentProcess.pid) == [])
                #expect(ProcessTable.pidNamespaces.isDisjoint(with: namespaces))
            }
        }

        @Test func `a flood of output costs the host no more memory than its cap`() async {
            await #expect(processExitsWith: .success) {
                let cap = 8 << 20
                try await Sandbox.with({ $0.logs = cap }) { sandbox in
                    _ = try await sandbox.run("def main(): return 1")
                    let before = ProcessTable.peakMemory
                    for stream in ["stdout", "stderr"] {
                        let report = try await sandbox.run(
                            """
                            import sys
                            text = 'x' * 1_000_000
                            def main():
                                while True: sys.\(stream).write(text)
                            """)
                        #expect(report.outcome == .exceeded(.logs))
                    }
                    // A frame that announces what fits, and then goes on for ever.
                    let report = try await sandbox.run(
                        """
                        import os
                        def main():
                            os.write(3, b'RES1' + (1).to_bytes(4, 'little') + (100).to_bytes(8, 'little'))
                            while True: os.write(3, b'x' * 65536)
                        """)
                    #expect(report.outcome.word == "raised")
                    let grown = ProcessTable.peakMemory - before
                    // The bytes, their text, and what either had before it grew. The cap of the result, which
                    // is as large, is never reached.
                    #expect(grown < 4 * cap, "\(grown >> 10) KiB for a cap of \(cap >> 10) KiB")
                }
            }
        }

        @Test func `zygotes are replaced under load, no run fails, and nothing grows`() async {
            await #expect(processExitsWith: .success) {
                try await Sandbox.with({ _ in }, adjust: { $0.runsPerZygote = 25 }) { sandbox in
                    try await CrowdLifeTests.runMany(200, in: sandbox)
                    let before = ProcessTable.Use.now
                    for _ in 0..<3 { try await CrowdLifeTests.runMany(200, in: sandbox) }
                    let after = ProcessTable.Use.now
                    // A zygote of each language may be on its way in, another on its way out, and the
                    // scripts of both.
                    let told = Comment("after 800 runs: \(after); after 200: \(before)")
                    #expect(after.descriptors <= before.descriptors + 120, told)
                    #expect(after.processes <= before.processes + 24, told)
                    #expect(after.residentMemory <= before.residentMemory + 16 << 20, told)
                }
                #expect(ProcessTable.children(of: CurrentProcess.pid) == [])
            }
        }

        /// Of both languages, all asked for at once; each must get its own answer.
        static func runMany(_ count: Int, in sandbox: Sandbox) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    group.addTask {
                        let isPython = number.isMultiple(of: 2)
                        let report = try await sandbox.run(
                            isPython ? "def main(n): return n" : "function main({n}) { return n; }",
                            input: ["n": .integer(Int64(number))],
                            language: isPython ? .python : .javascript)
                        #expect(report.outcome == .returned(.integer(Int64(number))))
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
