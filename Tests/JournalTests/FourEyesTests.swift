import FlowModel
import JSONValue
import TestSupport
import Testing

@testable import Journal

/// Who may approve what, and how often.
struct FourEyesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func asked(_ risk: OperationRisk) async throws -> (SQLiteJournal, RunID) {
        let journal = try await SQLiteJournal.open(folder.file("journal.db"))
        var run = newRun("r1")
        run.queueing.requestedBy = "key:me"
        try await journal.createRun(run)
        let record = ApprovalRecord(
            ask: "Push?", choices: ["yes": "Yes", "no": "No"], who: ["key:me", "key:you"],
            approves: ["yes"], risk: risk, covered: .null, askedAt: noon,
            expiresAt: noon + .seconds(60))
        try await journal.record(
            [
                .stepWaits(step("ask"), for: .approval, reason: "Push?", until: nil, at: noon),
                .approvalAsked(path: step("ask").path, record),
            ], of: run.id)
        return (journal, run.id)
    }

    private func decision(
        _ choice: String, _ by: String, at moment: Moment = noon
    ) -> ApprovalDecision {
        ApprovalDecision(choice: choice, by: by, at: moment)
    }

    @Test func `nobody approves the high risk that they asked for`() async throws {
        let (journal, run) = try await asked(.high)
        let path = step("ask").path

        await #expect(throws: JournalError.ownRequest(by: "key:me")) {
            try await journal.decide(run, path, decision("yes", "key:me"))
        }
        try await journal.decide(run, path, decision("yes", "key:you"))

        let approval = try await journal.showRun(run)?.step(path)?.approval
        #expect(approval?.decision?.by == "key:you")
        #expect(approval?.risk == .high)
        #expect(approval?.approves == ["yes"])
        await journal.close()
    }

    @Test func `whoever asked may still say no, and approve what is of medium risk`() async throws {
        let (journal, run) = try await asked(.high)
        try await journal.decide(run, step("ask").path, decision("no", "key:me"))
        await journal.close()

        let other = try FourEyesTests()
        let (medium, again) = try await other.asked(.medium)
        try await medium.decide(again, step("ask").path, decision("yes", "key:me"))
        await medium.close()
    }

    @Test func `a question is answered once, by whom it is for, and not when it has expired`()
        async throws
    {
        let (journal, run) = try await asked(.low)
        let path = step("ask").path

        await #expect(throws: JournalError.notAllowed(by: "key:he", who: ["key:me", "key:you"])) {
            try await journal.decide(run, path, decision("yes", "key:he"))
        }
        await #expect(throws: JournalError.notAsked(run, path)) {
            try await journal.decide(
                run, path, decision("yes", "key:you", at: noon + .seconds(60)))
        }
        let said = await withTaskGroup(of: Bool.self) { group in
            for choice in ["yes", "no", "yes", "no"] {
                group.addTask {
                    let decision = ApprovalDecision(choice: choice, by: "key:you", at: noon)
                    return (try? await journal.decide(run, path, decision)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }

        #expect(said == 1)
        await journal.close()
    }
}
