import FlowEngine
import FlowModel
import JSONValue
import Journal
import TestSupport
import Testing

@testable import Scheduling

@Suite(.timeLimit(.minutes(3)))
struct ScheduleTests {
    private func schedule(_ missed: String, _ inputs: String = "{}") throws -> ServedSchedule {
        let flow = try QueueHarness.flow(
            "flow: a\ninputs: \(inputs)\n"
                + "on: {schedule: {cron: \"0 * * * *\", missed: \(missed)}}\n"
                + "nodes: {x: {script: a.py}}")
        return try #require(ServedSchedule(flow, zone: .utc))
    }

    @Test func `a schedule that is seen for the first time has missed nothing, and then fires`()
        async throws
    {
        let harness = try await QueueHarness()
        harness.queue.replaceSchedules([try schedule("all")])

        try await harness.serving { harness, events in
            while try await harness.journal.lastFire(of: "a") == nil { await Task.yield() }
            harness.clock.advance(by: .seconds(3600))
            _ = await events.left(1)
        }

        let runs = try await harness.journal.listRuns(RunFilter())
        #expect(runs.count == 1)
        #expect(runs.first?.trigger["kind"] == "schedule")
        #expect(runs.first?.trigger["missed"] == false)
    }

    @Test(arguments: [("once", 1), ("all", 5), ("none", 0), ("skip", 0)])
    func `what was missed while no host ran is made up for as the flow says`(
        policy: String, count: Int
    ) async throws {
        let harness = try await QueueHarness()
        let now = harness.clock.now
        let hour: Int64 = 3_600_000
        let last = Moment(milliseconds: now.milliseconds / hour * hour - 5 * hour)
        _ = try await harness.journal.fire("a", from: nil, to: last, runs: [])
        let schedule = try schedule(policy)

        for _ in 0..<2 {
            harness.queue.replaceSchedules([schedule])
            try await harness.queue.fireSchedules(at: now)
        }

        let runs = try await harness.journal.listRuns(RunFilter())
        #expect(runs.count == count)
        #expect(runs.allSatisfy { $0.trigger["missed"] == true })
        #expect(policy == "all" || Set(runs.map { $0.trigger["at"] }).count == count)
    }

    @Test func `a schedule that lacks an input says so, and goes on`() async throws {
        let harness = try await QueueHarness()
        harness.queue.replaceSchedules([
            try schedule("all", "{n: {type: integer, required: true}}")
        ])

        let events = try await harness.serving { harness, events in
            while try await harness.journal.lastFire(of: "a") == nil { await Task.yield() }
            harness.clock.advance(by: .seconds(3600))
            let said = await events.first(1) {
                if case .cannotFire = $0 { true } else { false }
            }
            return said
        }

        guard case .cannotFire(let flow, let reason)? = events.first else { return }
        #expect(flow == "a")
        #expect(reason.contains("'n'"))
    }

    @Test func `two hosts on one journal fire once`() async throws {
        let folder = try TemporaryFolder()
        let (first, second) = try await (QueueHarness(in: folder), QueueHarness(in: folder))
        let last = first.clock.now
        _ = try await first.journal.fire("a", from: nil, to: last, runs: [])

        let won = try await (
            first.journal.fire("a", from: last, to: last + .seconds(1), runs: []),
            second.journal.fire("a", from: last, to: last + .seconds(1), runs: [])
        )

        #expect([won.0, won.1].count { $0 } == 1)
        await first.journal.close()
        await second.journal.close()
    }
}
