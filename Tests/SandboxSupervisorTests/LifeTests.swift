import Foundation
import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// Zygotes and scripts come and go; nothing of them stays.
    ///
    /// Each test that counts has a process of its own, in which nobody else starts anything.
    struct LifeTests {
        /// The number of the zygote's hash seed, so to speak: the same for all scripts of one zygote.
        private static let zygoteMark = "def main(): return hash('sluice')"

        @Test func `five hundred scripts leave no descriptor and no process behind`() async {
            await #expect(processExitsWith: .success) {
                try await Sandbox.with({ _ in }, adjust: { $0.runsPerZygote = 100 }) { sandbox in
                    _ = try await sandbox.run("def main(): return 0")
                    await sandbox.supervisor.stop()
                }
                // The runtime opens descriptors of its own for its first timer.
                try await Task.sleep(for: .milliseconds(1))
                // With the descriptors of no lane, or of one that is just ending.
                let before = ProcessTable.openDescriptors
                try await Sandbox.with({ _ in }, adjust: { $0.runsPerZygote = 100 }) { sandbox in
                    try await withThrowingTaskGroup(of: Bool.self) { group in
                        for number in 0..<500 {
                            group.addTask {
                                let report = try await sandbox.run(
                                    "def main(n): return n", input: ["n": .integer(Int64(number))])
                                return report.outcome == .returned(.integer(Int64(number)))
                            }
                        }
                        for try await isRight in group { try #require(isRight) }
                    }
                }
                #expect(ProcessTable.children(of: CurrentProcess.pid) == [])
                // The last two are closed by the thread of the lane while it ends.
                let areClosed = await ProcessTable.eventually {
                    ProcessTable.openDescriptors <= before
                }
                #expect(areClosed)
            }
        }

        @Test func `a zygote is replaced after its share of scripts and fails none`() async throws {
            try await Sandbox.with({ _ in }, adjust: { $0.runsPerZygote = 10 }) { sandbox in
                var marks: Set<String> = []
                _ = try await ProcessTable.eventually(within: .seconds(30)) {
                    let report = try await sandbox.run(Self.zygoteMark)
                    guard case .returned(let mark) = report.outcome else {
                        Issue.record("\(report.outcome)")
                        return true
                    }
                    marks.insert(mark.text)
                    return marks.count > 2
                }

                #expect(marks.count > 2)
            }
        }

        @Test func `tenants share no zygote`() async throws {
            try await Sandbox.with { sandbox in
                let ours = try await sandbox.run(Self.zygoteMark, tenant: "a").outcome
                let again = try await sandbox.run(Self.zygoteMark, tenant: "a").outcome
                let theirs = try await sandbox.run(Self.zygoteMark, tenant: "b").outcome

                #expect(ours == again)
                #expect(ours != theirs)
            }
        }

        @Test func `an idle zygote is stopped and started again when it is needed`() async {
            await #expect(processExitsWith: .success) {
                try await Sandbox.with({ _ in }, adjust: { $0.idleTime = .milliseconds(50) }) {
                    sandbox in
                    for _ in 0..<2 {
                        let report = try await sandbox.run("def main(): return 1")
                        #expect(report.outcome == .returned(1))
                        let isEmpty = await ProcessTable.eventually {
                            ProcessTable.children(of: CurrentProcess.pid).isEmpty
                        }
                        #expect(isEmpty)
                    }
                }
            }
        }

        @Test func `the death of a zygote ends no script that runs, and the next one runs too`()
            async
        {
            await #expect(processExitsWith: .success) {
                try await Sandbox.with { sandbox in
                    async let running = sandbox.run(
                        "import time\ndef main():\n    print('on'); time.sleep(1); return 1")
                    let started = await ProcessTable.eventually {
                        ProcessTable.children(of: CurrentProcess.pid).count > 4
                    }
                    #expect(started)
                    for pid in ProcessTable.children(of: CurrentProcess.pid)
                    where ProcessTable.leadsGroup(pid) { ProcessGroup.killLeader(pid) }
                    let next = try await sandbox.run("def main(): return 2")
                    let first = try await running

                    #expect(next.outcome == .returned(2))
                    #expect(first.outcome == .returned(1))
                }
            }
        }

        @Test func `a killed supervisor leaves no process behind`() async throws {
            let result = await #expect(
                processExitsWith: .signal(9), observing: [\.standardOutputContent]
            ) {
                let sandbox = try Sandbox()
                _ = try await sandbox.run("def main(): return 1")
                async let spinning = sandbox.run("def main():\n    while True: pass")
                _ = await ProcessTable.eventually {
                    ProcessTable.children(of: CurrentProcess.pid).count > 4
                }
                let pids = ProcessTable.children(of: CurrentProcess.pid)
                print("pids " + pids.map(String.init).joined(separator: " "))
                fflush(nil)
                CurrentProcess.killItself()
                _ = try await spinning
            }
            let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
            let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("pids ") })
            let pids = line.split(separator: " ").dropFirst().compactMap { Int32($0) }
            #expect(pids.count > 4)

            let areGone = await ProcessTable.eventually {
                pids.allSatisfy { ProcessTable.parent(of: $0) == nil }
            }
            #expect(areGone)
        }

        @Test func `a host without free descriptors says so and works again when it has some`()
            async
        {
            await #expect(processExitsWith: .success) {
                try await Sandbox.with { sandbox in
                    let first = try await sandbox.run("def main(): return 1")
                    #expect(first.outcome == .returned(1))
                    var taken: [Channel] = []
                    while let file = try? Descriptor.open("/dev/null") {
                        taken.append(Channel(file))
                    }
                    // Scripts that are ready need no descriptor; those after them cannot be made.
                    var failure: (any Error)?
                    for _ in 0..<20 where failure == nil {
                        do { _ = try await sandbox.run("def main(): return 1") } catch {
                            failure = error
                        }
                        // What the last script gave back.
                        while let file = try? Descriptor.open("/dev/null") {
                            taken.append(Channel(file))
                        }
                    }
                    #expect(failure is SandboxSetupError)
                    taken = []
                    let runsAgain = await ProcessTable.eventually(within: .seconds(40)) {
                        (try? await sandbox.run("def main(): return 2"))?.outcome == .returned(2)
                    }
                    #expect(runsAgain)
                }
            }
        }

        @Test func `a zygote that cannot be started is a set-up error and no outcome`() async throws
        {
            try await Sandbox.with({ _ in }, adjust: { $0.executablesFolder = "/nowhere" }) {
                sandbox in
                await #expect(throws: SandboxSetupError.self) {
                    try await sandbox.run("def main(): return 1")
                }
            }
        }

        @Test func `a stopped supervisor runs nothing`() async throws {
            let sandbox = try Sandbox()
            await sandbox.supervisor.stop()

            await #expect(throws: SandboxSetupError.self) {
                try await sandbox.run("def main(): return 1")
            }
        }

        @Test func `stopping ends what runs as cancelled`() async throws {
            let sandbox = try Sandbox()
            _ = try await sandbox.run("def main(): return 1")
            async let running = sandbox.run("def main():\n    while True: pass")
            async let waiting = sandbox.run("def main():\n    while True: pass")
            await Task.yield()
            await sandbox.supervisor.stop()

            let outcomes = [try? await running.outcome, try? await waiting.outcome]
            // A run that the stop came before is refused; one that it came after is cancelled.
            #expect(outcomes.allSatisfy { $0 == .cancelled || $0 == nil })
        }
    }
}
