import FlowModel
import JSONValue
import TestSupport
import Testing

@testable import Journal

/// What is listed of approvals, and that a decision is about what was shown.
struct ApprovalListTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func record(_ ask: String, covered: JSON = .null) -> ApprovalRecord {
        ApprovalRecord(
            ask: ask, choices: ["yes": "Yes", "no": "No"], who: ["key:you"], approves: ["yes"],
            risk: .high, covered: covered,
            operations: [
                "push": ["operation": "http/request", "connection": "c", "risk": "high"]
            ], askedAt: noon, expiresAt: noon + .seconds(60))
    }

    private func journal(_ runs: String...) async throws -> SQLiteJournal {
        let journal = try await SQLiteJournal.open(folder.file("journal.db"))
        for name in runs {
            let run = newRun(name)
            try await journal.createRun(run)
            try await journal.record(
                [
                    .stepWaits(step("ask"), for: .approval, reason: "?", until: nil, at: noon),
                    .approvalAsked(
                        path: step("ask").path, record(name, covered: ["push": ["a": 1]])),
                ], of: run.id)
        }
        return journal
    }

    private func states(
        _ journal: SQLiteJournal, at moment: Moment = noon,
        _ wanted: Set<ApprovalState> = Set(ApprovalState.allCases)
    ) async throws -> [String: ApprovalState] {
        let found = try await journal.listApprovals(ApprovalFilter(states: wanted), at: moment)
        return Dictionary(uniqueKeysWithValues: found.map { ($0.run.text, $0.state) })
    }

    @Test func `each approval stands where its decision, its time and its run say`() async throws {
        let journal = try await journal("r1", "r2", "r3", "r4")
        try await journal.decide(
            RunID("r1"), step("ask").path, ApprovalDecision(choice: "no", by: "key:you", at: noon))
        try await journal.requestCancel(RunID("r2"))
        try await journal.record(
            [.stepSettled(StepSettlement(identity: step("ask"), state: .succeeded, at: noon))],
            of: RunID("r3"))

        #expect(
            try await states(journal)
                == ["r1": .decided, "r2": .cancelled, "r3": .expired, "r4": .waiting])
        #expect(try await states(journal, at: noon + .seconds(60))["r4"] == .expired)
        #expect(try await states(journal, [.waiting]) == ["r4": .waiting])
        #expect(try await states(journal, [.decided]) == ["r1": .decided])
        await journal.close()
    }

    @Test func `a list goes from page to page and reads what is covered only when asked`()
        async throws
    {
        let journal = try await journal("r1", "r2", "r3")

        let first = try await journal.listApprovals(ApprovalFilter(limit: 2), at: noon)
        let rest = try await journal.listApprovals(
            ApprovalFilter(before: first.last?.cursor, limit: 2), at: noon)
        let whole = try await journal.listApprovals(
            ApprovalFilter(run: RunID("r2"), isWhole: true), at: noon)

        #expect((first + rest).map(\.run.text) == ["r3", "r2", "r1"])
        #expect(first.allSatisfy { $0.record.covered == .null })
        #expect(whole.map(\.record) == [record("r2", covered: ["push": ["a": 1]])])
        #expect(whole.first?.flow == newRun("r2").flow)
        await journal.close()
    }

    @Test func `a decision about something else than what is asked is refused`() async throws {
        let journal = try await journal("r1", "r2")
        let path = step("ask").path
        func decide(_ run: String, seen: String) async throws {
            try await journal.decide(
                RunID(run), path,
                ApprovalDecision(choice: "yes", by: "key:you", at: noon, seen: seen))
        }
        let asked = try #require(
            try await journal.listApprovals(
                ApprovalFilter(run: RunID("r1"), isWhole: true), at: noon
            ).first)

        await #expect(throws: JournalError.approvalChanged(RunID("r2"), path)) {
            try await decide("r2", seen: asked.hash)
        }
        try await decide("r1", seen: asked.hash)
        #expect(try await states(journal) == ["r1": .decided, "r2": .waiting])
        await journal.close()
    }

    @Test func `the hash is another when anything that was shown is`() {
        let shown = record("a", covered: ["push": ["a": 1]])
        var others = [ApprovalRecord](repeating: shown, count: 6)
        others[0].ask = "b"
        others[1].choices = ["yes": "No", "no": "Yes"]
        others[2].approves = ["no"]
        others[3].covered = ["push": ["a": 2]]
        others[4].operations = ["push": ["operation": "http/request", "connection": "d"]]
        others[5].risk = .low
        let run = RunID("r")
        let path = StepPath("s")
        var hashes = Set(others.map { $0.hash(of: run, path) })
        hashes.insert(shown.hash(of: RunID("t"), path))
        hashes.insert(shown.hash(of: run, StepPath("u")))

        #expect(hashes.count == 8)
        #expect(!hashes.contains(shown.hash(of: run, path)))
        var decided = shown
        decided.decision = ApprovalDecision(choice: "yes", by: "key:you", at: noon)
        #expect(decided.hash(of: run, path) == shown.hash(of: run, path))
    }
}
