import FlowModel
import JSONValue
import TestSupport
import Testing

@testable import Journal

/// What people ask of runs, and how old runs go.
///
/// Part of what every journal promises.
struct JournalControlTests {
    let folder: TemporaryFolder
    let run = RunID("r1")
    let path = StepPath("decision")

    init() throws { folder = try TemporaryFolder() }

    private func ask(_ journal: any Journal, who: [String] = [], expires: Moment? = nil)
        async throws
    {
        try await journal.createRun(newRun("r1"))
        let identity = StepIdentity(path: path, node: "decision", kind: "approval")
        let approval = ApprovalRecord(
            ask: "Push?", choices: ["accept": "Accept", "reject": "Reject"], who: who,
            covered: ["push": ["a": 1]], askedAt: noon, expiresAt: expires)
        try await journal.record(
            [
                .stepWaits(identity, for: .approval, reason: "Push?", until: expires, at: noon),
                .approvalAsked(path: path, approval),
            ], of: run)
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `a decision is kept with who made it, once`(kind: JournalUnderTest) async throws {
        let journal = try await kind.open(in: folder)
        try await ask(journal)
        let before = try await journal.control(of: run)
        let decision = ApprovalDecision(choice: "accept", by: "key:x", at: noon, comment: "ok")

        try await journal.decide(run, path, decision)

        let step = try #require(try await journal.showRun(run)?.step(path))
        #expect(step.approval?.decision == decision)
        #expect(step.approval?.covered == ["push": ["a": 1]])
        #expect(try await journal.control(of: run).version > before.version)
        await #expect(throws: JournalError.notAsked(run, path)) {
            try await journal.decide(run, path, decision)
        }
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `a decision of a stranger, of no choice or too late is refused`(
        kind: JournalUnderTest
    ) async throws {
        let journal = try await kind.open(in: folder)
        try await ask(journal, who: ["key:release"], expires: noon + .seconds(60))

        func decide(_ choice: String, by: String, at moment: Moment) async throws {
            try await journal.decide(
                run, path, ApprovalDecision(choice: choice, by: by, at: moment))
        }

        await #expect(throws: JournalError.notAllowed(by: "key:other", who: ["key:release"])) {
            try await decide("accept", by: "key:other", at: noon)
        }
        await #expect(throws: JournalError.unknownChoice("maybe", known: ["accept", "reject"])) {
            try await decide("maybe", by: "key:release", at: noon)
        }
        await #expect(throws: JournalError.notAsked(run, path)) {
            try await decide("accept", by: "key:release", at: noon + .seconds(60))
        }
        try await decide("reject", by: "key:release", at: noon + .seconds(59))
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `the command line decides whoever is asked`(kind: JournalUnderTest) async throws {
        let journal = try await kind.open(in: folder)
        try await ask(journal, who: ["key:release"], expires: nil)

        try await journal.decide(
            run, path,
            ApprovalDecision(choice: "accept", by: ApprovalDecision.commandLine, at: noon))

        #expect(try await journal.showRun(run)?.step(path)?.approval?.decision?.choice == "accept")
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `an approval that was cancelled can no longer be answered`(
        kind: JournalUnderTest
    ) async throws {
        let journal = try await kind.open(in: folder)
        try await ask(journal)
        let identity = StepIdentity(path: path, node: "decision", kind: "approval")
        try await journal.record(
            [.stepSettled(StepSettlement(identity: identity, state: .cancelled, at: noon))],
            of: run)

        await #expect(throws: JournalError.notAsked(run, path)) {
            try await journal.decide(
                run, path, ApprovalDecision(choice: "accept", by: "key:any", at: noon))
        }
        await #expect(throws: JournalError.noSuchStep(run, StepPath("nothing"))) {
            try await journal.decide(
                run, StepPath("nothing"),
                ApprovalDecision(choice: "accept", by: "key:any", at: noon))
        }
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `only a step in doubt can be resolved`(kind: JournalUnderTest) async throws {
        let journal = try await kind.open(in: folder)
        try await journal.createRun(newRun("r1"))
        let identity = step("post")
        try await journal.record([.stepStarted(identity, input: nil, at: noon)], of: run)
        await #expect(throws: JournalError.notAsked(run, identity.path)) {
            try await journal.resolve(run, identity.path, .done)
        }
        await #expect(throws: JournalError.noSuchStep(run, StepPath("nothing"))) {
            try await journal.resolve(run, StepPath("nothing"), .done)
        }

        try await journal.record(
            [.stepWaits(identity, for: .resolution, reason: "?", until: nil, at: noon)], of: run)
        try await journal.resolve(run, identity.path, .retry)

        let record = try #require(try await journal.showRun(run)?.step(identity.path))
        #expect(record.waitsFor == .resolution)
        #expect(record.resolution == .retry)
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `a request to cancel is kept, except for a run that is over`(
        kind: JournalUnderTest
    ) async throws {
        let journal = try await kind.open(in: folder)
        try await journal.createRun(newRun("r1"))
        try await journal.createRun(newRun("r2"))
        try await journal.record(
            [.runSettled(RunSettlement(state: .succeeded, activeTime: .zero, at: noon))],
            of: RunID("r2"))

        try await journal.requestCancel(run)
        try await journal.requestCancel(RunID("r2"))

        #expect(try await journal.control(of: run).isCancelRequested)
        #expect(try await !journal.control(of: RunID("r2")).isCancelRequested)
        await #expect(throws: JournalError.noSuchRun(RunID("r3"))) {
            try await journal.requestCancel(RunID("r3"))
        }
        await journal.close()
    }

    @Test(arguments: JournalUnderTest.allCases)
    func `old runs are deleted with the files that no other run needs`(
        kind: JournalUnderTest
    ) async throws {
        let journal = try await kind.open(in: folder)
        for number in 1...3 {
            try await journal.createRun(newRun("r\(number)", file: "version \(number)"))
        }
        try await journal.record([.stepStarted(step("a"), input: nil, at: noon)], of: run)
        for (id, moment) in [("r1", noon), ("r2", noon + .seconds(10))] {
            try await journal.record(
                [.runSettled(RunSettlement(state: .succeeded, activeTime: .zero, at: moment))],
                of: RunID(id))
        }

        let deleted = try await journal.deleteRuns(endedBefore: noon + .seconds(5), limit: 10)

        #expect(deleted == 1)
        #expect(try await journal.showRun(run) == nil)
        #expect(try await journal.listRuns(RunFilter()).map(\.id.text) == ["r3", "r2"])
        #expect(
            try await journal.bundle(of: RunID("r2"))
                == newRun("r2", file: "version 2").bundle.pinned)
        await journal.close()
    }
}
