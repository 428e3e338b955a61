import FlowModel
import JSONValue
import SandboxPolicy
import TestSupport
import Testing

@testable import Journal

/// What every journal promises.
///
/// `arguments:` runs each promise against each kind.
struct JournalConformanceTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: JournalUnderTest.allCases)
    func `a run comes back with its whole bundle after a restart`(kind: JournalUnderTest)
        async throws
    {
        let journal = try await kind.open(in: folder)
        let run = newRun("r1")
        try await journal.createRun(run)
        await journal.close()

        let again = try await kind.open(in: folder)
        let record = try #require(try await again.showRun(run.id)).run

        #expect(record.state == .queued)
        #expect(record.inputs == run.inputs)
        #expect(record.trigger == run.trigger)
        #expect(record.createdAt == noon)
        #expect(try await again.bundle(of: run.id) == run.bundle.pinned)
        await again.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `a second run of one name is refused`(kind: JournalUnderTest) async throws {
        let journal = try await kind.open(in: folder)
        try await journal.createRun(newRun("r1"))

        await #expect(throws: JournalError.duplicateRun(RunID("r1"))) {
            try await journal.createRun(newRun("r1", inputs: ["n": 2]))
        }

        #expect(try await journal.showRun(RunID("r1"))?.run.inputs == ["n": 1])
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `a step comes back with input, output, logs, denials, usage and runtime`(
        kind: JournalUnderTest
    ) async throws {
        let journal = try await kind.open(in: folder)
        let run = RunID("r1")
        try await journal.createRun(newRun("r1"))
        let identity = step("split", item: "a/b]c", index: 3)
        let denial = Denial(syscall: "socket", arguments: ["AF_INET"], meaning: "why", count: 2)
        let runtime = RuntimeChoice(engine: .node, reason: "it imports 'fs' (a.js, line 1)")
        let usage = Usage(
            wallTime: .microseconds(1500), cpuTime: .microseconds(700), peakMemory: ByteCount(9))

        try await journal.record(
            [
                .stepStarted(identity, input: ["x": 1.5], at: noon),
                .attemptStarted(path: identity.path, number: 1, mark: "ab", at: noon),
            ], of: run)
        try await journal.record(
            [
                .attemptEnded(
                    AttemptEnding(
                        path: identity.path, number: 1, outcome: "returned", standardOutput: "hé",
                        standardError: "e", denials: [denial], usage: usage, runtime: runtime,
                        at: noon + .milliseconds(2))),
                .stepSettled(
                    StepSettlement(
                        identity: identity, state: .succeeded, output: [1, "ü"],
                        at: noon + .milliseconds(3))),
            ], of: run)

        let record = try #require(try await journal.showRun(run)?.step(identity.path))
        let attempt = try #require(record.attempts.first)
        #expect(record.identity == identity)
        #expect(record.state == .succeeded)
        #expect(record.input == ["x": 1.5])
        #expect(record.output == [1, "ü"])
        #expect(record.startedAt == noon)
        #expect(record.endedAt == noon + .milliseconds(3))
        #expect(attempt.outcome == "returned")
        #expect(attempt.standardOutput == "hé")
        #expect(attempt.denials == [denial])
        #expect(attempt.usage == usage)
        #expect(attempt.runtime == runtime)
        #expect(attempt.mark == "ab")
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `entries are recorded all or none`(kind: JournalUnderTest) async throws {
        let journal = try await kind.open(in: folder)
        let run = RunID("r1")
        try await journal.createRun(newRun("r1"))
        let started = JournalEntry.attemptStarted(
            path: StepPath("a"), number: 1, mark: nil, at: noon)
        try await journal.record([started], of: run)

        // The same attempt cannot start twice, so the step beside it must not appear either.
        await #expect(throws: JournalError.self) {
            try await journal.record(
                [.stepStarted(step("b"), input: nil, at: noon), started], of: run)
        }

        #expect(try await journal.showRun(run)?.step(StepPath("b")) == nil)
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `what is recorded later is there before what is recorded after it`(
        kind: JournalUnderTest
    ) async throws {
        let journal = try await kind.open(in: folder)
        let run = RunID("r1")
        try await journal.createRun(newRun("r1"))

        journal.recordLater([.stepStarted(step("a"), input: nil, at: noon)], of: run)
        try await journal.record([.stepStarted(step("b"), input: nil, at: noon)], of: run)

        let steps = try #require(try await journal.showRun(run)).steps
        #expect(steps.map(\.identity.node) == ["a", "b"])
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `two journals never drive one run`(kind: JournalUnderTest) async throws {
        let first = try await kind.open(in: folder)
        let second = try await kind.open(in: folder)
        let run = RunID("r1")
        try await first.createRun(newRun("r1"))
        try await first.createRun(newRun("r2"))

        try await first.claimRun(run)
        try await first.record([.runStarted(at: noon, driver: 42)], of: run)

        await #expect(throws: JournalError.isDriven(run, by: 42)) {
            try await second.claimRun(run)
        }
        await #expect(throws: JournalError.isDriven(run, by: 42)) {
            try await first.claimRun(run)
        }
        try await second.claimRun(RunID("r2"))
        await first.releaseRun(run)
        try await second.claimRun(run)
        await first.close()
        await second.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `runs are listed newest first, by flow, state, prefix and page`(
        kind: JournalUnderTest
    ) async throws {
        let journal = try await kind.open(in: folder)
        for number in 1...5 {
            let flow = number % 2 == 0 ? "even" : "odd"
            try await journal.createRun(newRun("r\(number)", flow: flow))
        }
        try await journal.record(
            [.runSettled(RunSettlement(state: .failed, activeTime: .zero, at: noon))],
            of: RunID("r3"))

        func listed(_ filter: RunFilter) async throws -> [String] {
            try await journal.listRuns(filter).map(\.id.text)
        }

        #expect(try await listed(RunFilter()) == ["r5", "r4", "r3", "r2", "r1"])
        #expect(try await listed(RunFilter(flow: "even")) == ["r4", "r2"])
        #expect(try await listed(RunFilter(states: [.failed, .waiting])) == ["r3"])
        #expect(try await listed(RunFilter(prefix: "r2")) == ["r2"])
        #expect(try await listed(RunFilter(prefix: "%")) == [])
        #expect(try await listed(RunFilter(before: RunID("r4"), limit: 2)) == ["r3", "r2"])
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `every text is redacted before it is stored`(kind: JournalUnderTest) async throws {
        let redaction = Redaction { $0.replacing("hunter\"2", with: "•••") }
        let journal = try await kind.open(in: folder, redaction: redaction)
        let run = RunID("r1")
        let secret: JSON = ["hunter\"2": ["deep hunter\"2"]]
        var new = newRun("r1", inputs: secret)
        new.trigger = secret
        try await journal.createRun(new)
        let identity = step("a")
        let failure = StepFailure(
            kind: "E", message: "has hunter\"2", attempts: 1, traceback: "hunter\"2")

        try await journal.record(
            [
                .stepStarted(identity, input: secret, at: noon),
                .attemptStarted(path: identity.path, number: 1, mark: nil, at: noon),
                .attemptEnded(
                    AttemptEnding(
                        path: identity.path, number: 1, outcome: "raised", error: failure,
                        standardOutput: "hunter\"2", standardError: "hunter\"2",
                        denials: [
                            Denial(
                                syscall: "open", arguments: ["hunter\"2"], meaning: "m", count: 1)
                        ], at: noon)),
                .stepSettled(
                    StepSettlement(
                        identity: identity, state: .failed, output: secret, error: failure,
                        reason: "hunter\"2", at: noon)),
                .runResponded(secret),
                .runSettled(
                    RunSettlement(
                        state: .failed, outputs: secret, error: failure, activeTime: .zero, at: noon
                    )),
            ], of: run)

        let detail = try #require(try await journal.showRun(run))
        #expect(!"\(detail)".contains("hunter"))
        #expect(detail.run.inputs == ["•••": ["deep •••"]])
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `what is too large is refused or cut, and says so`(kind: JournalUnderTest) async throws {
        let journal = try await kind.open(in: folder)
        let run = RunID("r1")
        try await journal.createRun(newRun("r1"))
        let identity = step("a")
        let huge = JSON.string(String(repeating: "x", count: 33 << 20))

        await #expect(throws: JournalError.self) {
            try await journal.record(
                [
                    .stepSettled(
                        StepSettlement(
                            identity: identity, state: .succeeded, output: huge, at: noon))
                ],
                of: run)
        }
        try await journal.record(
            [
                .stepStarted(identity, input: huge, at: noon),
                .attemptStarted(path: identity.path, number: 1, mark: nil, at: noon),
                .attemptEnded(
                    AttemptEnding(
                        path: identity.path, number: 1, outcome: "returned",
                        standardOutput: String(repeating: "y", count: 2 << 20), at: noon)),
            ], of: run)

        let record = try #require(try await journal.showRun(run)?.step(identity.path))
        #expect(record.input?["omitted"] != nil)
        #expect(record.attempts[0].standardOutput.hasSuffix("[1048576 more bytes were not kept]"))
        await journal.close()
    }
}
