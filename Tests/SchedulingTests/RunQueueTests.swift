import FlowEngine
import FlowModel
import JSONValue
import Journal
import TestSupport
import Testing

@testable import Scheduling

@Suite(.timeLimit(.minutes(3)))
struct RunQueueTests {
    private static let plain = "nodes: {a: {script: a.py}}"

    private func flow(_ name: String, _ rest: String = plain) throws -> ServedFlow {
        try QueueHarness.flow("flow: \(name)\n\(rest)")
    }

    @Test func `a run that is submitted is driven to its end`() async throws {
        let harness = try await QueueHarness()
        let flow = try flow("a")

        let run = try await harness.serving { harness, events in
            let run = try await harness.submit(flow)
            _ = await events.left(1)
            return run
        }

        #expect(try await harness.state(of: run) == .succeeded)
    }

    @Test func `no more runs are driven at once than allowed, in all and of one flow`()
        async throws
    {
        let rule = QueueRule(
            runsAtOnce: 6, perFlow: 4,
            flows: [QueueRule.FlowRule(pattern: "b*", runsAtOnce: 1, rate: nil)])
        let harness = try await QueueHarness(rule: rule) { _ in
            try await Task.sleep(for: .milliseconds(2))
            return StepReport(outcome: .returned(.null))
        }
        let flows = try [flow("a"), flow("b1"), flow("c")]

        try await harness.serving { harness, events in
            for flow in flows { for _ in 0..<40 { _ = try await harness.submit(flow) } }
            _ = await events.left(120)
        }

        let most = harness.executor.most
        #expect(most[""] ?? 0 <= 6)
        #expect(most["a"] ?? 0 <= 4)
        #expect(most["b1"] == 1)
        #expect(harness.executor.attempts.count == 120)
    }

    @Test func `a flow with 1,000 queued runs does not keep another from its first step`()
        async throws
    {
        let gate = Gate()
        let harness = try await QueueHarness { attempt in
            if attempt.flow == "busy" { await gate.pass() }
            return StepReport(outcome: .returned(.null))
        }
        let (busy, other) = try (flow("busy"), flow("other"))
        for _ in 0..<1000 { _ = try await harness.submit(busy) }

        let first = try await harness.serving { harness, events in
            _ = await events.began(16)
            let run = try await harness.submit(other)
            // Not one of the other flow's runs has come to its end.
            let first = await harness.queue.events().left(1)
            let state = try await harness.state(of: run)
            gate.open()
            harness.queue.drain(within: .seconds(20))
            return (run, first, state)
        }

        #expect(first.1 == [first.0])
        #expect(first.2 == .succeeded)
    }

    @Test func `one flow never gets every place, whatever its own limit`() async throws {
        let gate = Gate()
        let rule = QueueRule(runsAtOnce: 3, perFlow: 3)
        let harness = try await QueueHarness(rule: rule) { attempt in
            if attempt.flow == "busy" { await gate.pass() }
            return StepReport(outcome: .returned(.null))
        }
        let (busy, other) = try (flow("busy"), flow("other"))
        for _ in 0..<5 { _ = try await harness.submit(busy) }

        let run = try await harness.serving { harness, events in
            _ = await events.began(2)
            let run = try await harness.submit(other)
            _ = await events.left(1)
            gate.open()
            return run
        }

        #expect(try await harness.state(of: run) == .succeeded)
        #expect(harness.executor.most["busy"] == 2)
    }

    @Test func `a rate lets so many runs begin in its time, and the next behind it`()
        async throws
    {
        let rate = QueueRule.Rate(starts: 2, within: .seconds(3600))
        let rule = QueueRule(
            flows: [QueueRule.FlowRule(pattern: "a", runsAtOnce: nil, rate: rate)])
        let harness = try await QueueHarness(rule: rule)
        let flow = try flow("a")

        let counts = try await harness.serving { harness, events in
            for _ in 0..<5 { _ = try await harness.submit(flow) }
            _ = await events.left(2)
            let before = try await harness.journal.countQueued()
            harness.clock.advance(by: .seconds(3601))
            _ = await events.left(2)
            return [before, try await harness.journal.countQueued()]
        }

        #expect(counts == [3, 1])
    }

    @Test func `runs of one group go one after the other, in their order`() async throws {
        let harness = try await QueueHarness { _ in
            try await Task.sleep(for: .milliseconds(5))
            return StepReport(outcome: .returned(.null))
        }
        let flow = try flow(
            "a",
            "inputs: {g: {type: string}}\nconcurrency: {group: \"${{ inputs.g }}\"}\n\(Self.plain)")

        let runs = try await harness.serving { harness, events in
            var runs: [RunID] = []
            for _ in 0..<6 { runs.append(try await harness.submit(flow, ["g": "x"])) }
            _ = await events.left(6)
            return runs
        }

        #expect(harness.executor.most["a"] == 1)
        #expect(harness.executor.attempts.map(\.run) == runs.map(\.text))
    }

    @Test func `a newer run replaces the others of its group, queued, running or waiting`()
        async throws
    {
        let gate = Gate()
        let harness = try await QueueHarness { attempt in
            if attempt.number == 1, attempt.node == "a" { await gate.pass() }
            try Task.checkCancellation()
            return StepReport(outcome: .returned(.null))
        }
        let text = "concurrency: {group: all, when-busy: replace}\n"
        let (quick, parked) = try (
            flow("a", text + "nodes: {b: {script: a.py}}"),
            flow(
                "a",
                text + "nodes: {ask: {approval: {ask: \"?\", choices: {y: Y}, who: [\"key:k\"]}}}"
            )
        )

        let runs = try await harness.serving { harness, events in
            let first = try await harness.submit(parked)
            _ = await events.left(1)
            let second = try await harness.submit(quick)
            _ = await events.left(2)
            return [first, second]
        }

        #expect(try await harness.state(of: runs[0]) == .cancelled)
        #expect(try await harness.state(of: runs[1]) == .succeeded)
    }

    @Test func `settle waits for the newest of many`() async throws {
        let harness = try await QueueHarness()
        let flow = try flow(
            "a", "concurrency: {group: all, when-busy: replace, settle: 1 h}\n\(Self.plain)")

        let runs = try await harness.serving { harness, events in
            var runs: [RunID] = []
            for _ in 0..<5 { runs.append(try await harness.submit(flow)) }
            _ = await events.left(4)
            harness.clock.advance(by: .seconds(3601))
            _ = await events.left(1)
            return runs
        }

        #expect(harness.executor.attempts.map(\.run) == [runs[4].text])
        for run in runs.dropLast() { #expect(try await harness.state(of: run) == .cancelled) }
    }

    @Test func `a wait is over when its time has come, also after a restart`() async throws {
        let folder = try TemporaryFolder()
        let clock = ShiftedClock()
        let flow = try flow("a", "nodes: {w: {wait: 2 h}, b: {script: a.py, after: [w]}}")
        let before = try await QueueHarness(in: folder, clock: clock)
        let run = try await before.serving { harness, events in
            let run = try await harness.submit(flow)
            _ = await events.left(1)
            return run
        }
        #expect(try await before.state(of: run) == .waiting)
        await before.journal.close()

        clock.advance(by: .seconds(7201))
        let after = try await QueueHarness(in: folder, clock: clock)
        try await after.serving { _, events in _ = await events.left(1) }

        #expect(try await after.state(of: run) == .succeeded)
        await after.journal.close()
    }

    @Test func `what a dead process left in the midst is gone on with, and what it had queued`()
        async throws
    {
        let harness = try await QueueHarness()
        let flow = try flow("a")
        let (running, queued) = try await (harness.submit(flow), harness.submit(flow))
        try await harness.journal.record(
            [.runStarted(at: harness.clock.now, driver: 1)], of: running)

        let left = try await harness.serving { _, events in await events.left(2) }

        #expect(Set(left) == [running, queued])
        for run in left { #expect(try await harness.state(of: run) == .succeeded) }
    }

    @Test func `a run that another process drives is left to it`() async throws {
        let folder = try TemporaryFolder()
        let flow = try flow("a")
        let other = try await QueueHarness(in: folder)
        let harness = try await QueueHarness(in: folder)
        let (theirs, ours) = try await (harness.submit(flow), harness.submit(flow))
        try await other.journal.claimRun(theirs)

        try await harness.serving { _, events in _ = await events.left(1) }

        #expect(try await harness.state(of: theirs) == .queued)
        #expect(try await harness.state(of: ours) == .succeeded)
        await other.journal.close()
    }

    @Test func `cancelling who serves leaves runs to be gone on with`() async throws {
        let folder = try TemporaryFolder()
        let flow = try flow("a")
        let first = try await QueueHarness(in: folder) { _ in
            try await Task.sleep(for: .seconds(3600))
            return StepReport(outcome: .returned(.null))
        }
        let run = try await first.submit(flow)
        let events = first.queue.events()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await first.queue.serve() }
            _ = await events.began(1)
            group.cancelAll()
        }
        await first.journal.close()

        let second = try await QueueHarness(in: folder)
        try await second.serving { _, events in _ = await events.left(1) }

        #expect(try await second.state(of: run) == .succeeded)
    }

    @Test func `a queued run that is cancelled never begins`() async throws {
        let harness = try await QueueHarness()
        let run = try await harness.submit(try flow("a"))
        try await harness.journal.requestCancel(run)

        try await harness.serving { _, events in _ = await events.left(1) }

        #expect(try await harness.state(of: run) == .cancelled)
        #expect(harness.executor.attempts.isEmpty)
    }

    @Test func `a draining queue takes no new runs and finishes those that run`() async throws {
        let gate = Gate()
        let harness = try await QueueHarness { _ in
            await gate.pass()
            return StepReport(outcome: .returned(.null))
        }
        let flow = try flow("a")

        let runs = try await harness.serving { harness, events in
            let running = try await harness.submit(flow)
            _ = await events.began(1)
            harness.queue.drain(within: .seconds(20))
            let refusal = harness.queue.refusal()?.reason
            let queued = try await harness.submit(flow)
            gate.open()
            return (running, queued, refusal)
        }

        #expect(try await harness.state(of: runs.0) == .succeeded)
        #expect(try await harness.state(of: runs.1) == .queued)
        #expect(runs.2 == "the host is shutting down")
    }
}
