import FlowModel
import LinuxSystem
import SandboxPolicy
import Testing

@testable import SandboxSupervisor

struct ProcessorShareTests {
    private let shares = ProcessorShares()
    private let start = MonotonicInstant.now

    private static func lane(_ tenant: String) -> LaneKey {
        LaneKey(language: .python, profile: ProfileName("pure"), tenant: tenant)
    }

    /// Whether the tenant's lane gives way after it has used so much in a period.
    private func use(_ tenant: String, _ milliseconds: Int, period index: Int) -> Bool {
        shares.givesWay(
            Self.lane(tenant), used: .milliseconds(milliseconds), during: ProcessorShares.period,
            at: start + ProcessorShares.period * index)
    }

    @Test func `a lane alone never gives way`() {
        for index in 1...20 { #expect(!use("busy", 200, period: index)) }
    }

    @Test func `a lane that takes much gives way to one that takes little`() {
        for index in 1...4 { _ = (use("busy", 200, period: index), use("calm", 20, period: index)) }

        #expect(use("busy", 200, period: 5))
        #expect(!use("calm", 20, period: 5))
    }

    @Test func `two lanes that take as much as each other both stay`() {
        for index in 1...10 {
            #expect(!use("one", 100, period: index))
            #expect(!use("other", 90, period: index))
        }
    }

    @Test func `a lane that gave way returns when the other has nothing to do any more`() {
        for index in 1...5 { _ = (use("busy", 200, period: index), use("calm", 20, period: index)) }
        #expect(use("busy", 200, period: 6))

        #expect(!use("busy", 200, period: 20))
    }

    @Test func `a lane that gets next to nothing returns`() {
        for index in 1...5 { _ = (use("busy", 200, period: index), use("calm", 60, period: index)) }
        #expect(use("busy", 200, period: 6))

        let later = (7...12).map { index in
            _ = use("calm", 60, period: index)
            return use("busy", 1, period: index)
        }
        #expect(later.last == false)
    }
}

extension ScriptRuns {
    struct ShareTests {
        @Test func `a run that lasts gives way to others where it could return`() async throws {
            try await Sandbox.with { sandbox in
                async let report = sandbox.run(
                    "def main():\n while True: pass", timeout: .seconds(2))
                let own = CurrentProcess.pid
                var sawOne = false
                let end = MonotonicInstant.now + .seconds(2)
                while !sawOne, .now < end {
                    sawOne = ProcessTable.children(of: own).contains {
                        ProcessPriority.givesWay($0)
                    }
                    try await Task.sleep(for: .milliseconds(5))
                }

                #expect(try await report.outcome == .exceeded(.wallTime))
                #expect(sawOne == ProcessPriority.canReturn)
            }
        }
    }
}
