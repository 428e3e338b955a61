import FlowModel
import JSONValue
import Synchronization
import TestSupport
import Testing

@testable import Journal

/// What a journal says of itself for `/metrics`.
struct JournalFigureTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `runs that are not over are counted by flow and state`() async throws {
        let journal = try await SQLiteJournal.open(folder.file("journal.db"))
        for number in 1...3 {
            try await journal.createRun(
                newRun("a\(number)", flow: "first", at: noon + .seconds(number)))
        }
        try await journal.createRun(newRun("b1", flow: "second", at: noon))
        try await journal.record([.runStarted(at: noon, driver: 1)], of: RunID("b1"))
        try await journal.record(
            [
                .runSettled(
                    RunSettlement(state: .cancelled, activeTime: .zero, at: noon + .seconds(9)))
            ], of: RunID("a1"))

        let figures = try await journal.figures()

        #expect(figures.queued == ["first": 2])
        #expect(figures.oldestQueued == noon + .seconds(2))
        #expect(figures.running == 1)
        #expect(figures.waiting == 0)
        #expect(figures.fileBytes > 0)
        #expect(figures.logBytes > 0)
        await journal.close()
    }

    @Test func `an approval counts until it is answered or its step is over`() async throws {
        let journal = try await SQLiteJournal.open(folder.file("journal.db"))
        for name in ["r1", "r2", "r3"] {
            try await journal.createRun(newRun(name))
            let record = ApprovalRecord(
                ask: "Push?", choices: ["yes": "Yes"], who: [], approves: ["yes"], risk: .low,
                covered: .null, askedAt: noon, expiresAt: nil)
            try await journal.record(
                [
                    .runStarted(at: noon, driver: 1),
                    .stepWaits(step("ask"), for: .approval, reason: "?", until: nil, at: noon),
                    .approvalAsked(path: step("ask").path, record),
                ], of: RunID(name))
        }
        #expect(try await journal.figures().approvals == 3)

        try await journal.decide(
            RunID("r1"), step("ask").path, ApprovalDecision(choice: "yes", by: "x", at: noon))
        try await journal.record(
            [
                .stepSettled(
                    StepSettlement(identity: step("ask"), state: .cancelled, at: noon))
            ], of: RunID("r2"))

        #expect(try await journal.figures().approvals == 1)
        await journal.close()
    }

    @Test func `each transaction that was made durable is told once`() async throws {
        let times = Observed()
        let journal = try await SQLiteJournal.open(
            folder.file("journal.db"), observeCommit: { _ in times.note() })

        try await journal.createRun(newRun("r1"))
        try await journal.createRun(newRun("r2"))
        await #expect(throws: JournalError.duplicateRun(RunID("r1"))) {
            try await journal.createRun(newRun("r1"))
        }

        #expect(times.count == 3)
        await journal.close()
    }
}

private final class Observed: Sendable {
    private let counted = Mutex(0)
    func note() { counted.withLock { $0 += 1 } }
    var count: Int { counted.withLock { $0 } }
}
