import JSONValue
import TestSupport
import Testing

@testable import Journal

/// What clients of the workflow API asked for: one run for a key, lists, and files.
struct AppRequestTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("journal.db")
    }

    private func request(
        _ run: String, user: String = "ada", key: String? = "k", body: UInt8 = 1,
        at moment: Moment = noon
    ) -> NewAppRequest {
        NewAppRequest(
            run: newRun(run, at: moment), user: user,
            key: key.map { key in
                NewAppRequest.Key(text: key, body: [body], until: moment + .seconds(60))
            })
    }

    @Test func `a key starts one run, for its user, its body and its time`() async throws {
        let journal = try await SQLiteJournal.open(path)

        #expect(try await journal.acceptAppRequest(request("r1")) == .started(RunID("r1")))
        #expect(try await journal.acceptAppRequest(request("r2")) == .same(RunID("r1")))
        #expect(
            try await journal.acceptAppRequest(request("r2", body: 2))
                == .keyIsTaken(by: RunID("r1")))
        #expect(
            try await journal.acceptAppRequest(request("r3", user: "bob")) == .started(RunID("r3")))
        let later = noon + .seconds(60)
        #expect(
            try await journal.acceptAppRequest(request("r4", body: 2, at: later))
                == .started(RunID("r4")))
        #expect(try await journal.listRuns(RunFilter()).count == 3)
        await journal.close()
    }

    @Test func `a key whose run could not be made is free`() async throws {
        let journal = try await SQLiteJournal.open(path)
        try await journal.createRun(newRun("r1"))

        await #expect(throws: JournalError.duplicateRun(RunID("r1"))) {
            _ = try await journal.acceptAppRequest(request("r1"))
        }
        #expect(try await journal.acceptAppRequest(request("r2")) == .started(RunID("r2")))
        await journal.close()
    }

    @Test func `a key is free once its run is deleted, and goes when its time is over`()
        async throws
    {
        let journal = try await SQLiteJournal.open(path)
        _ = try await journal.acceptAppRequest(request("r1"))
        try await journal.record(
            [.runSettled(RunSettlement(state: .succeeded, activeTime: .zero, at: noon))],
            of: RunID("r1"))
        _ = try await journal.deleteRuns(endedBefore: noon + .seconds(1), limit: 10)

        #expect(
            try await journal.listAppRuns(AppRunFilter(flow: "greet", offset: 0, limit: 9)).total
                == 0)
        #expect(try await journal.acceptAppRequest(request("r2")) == .started(RunID("r2")))
        let late = noon + .seconds(61)
        #expect(
            try await journal.deleteDeliveries(receivedBefore: noon, now: late, limit: 10) == 1)
        await journal.close()
    }

    @Test func `runs are listed with their users, steps and failures, those of others left out`()
        async throws
    {
        let journal = try await SQLiteJournal.open(path)
        for (name, user) in [("r1", "ada"), ("r2", "bob"), ("r3", "ada")] {
            _ = try await journal.acceptAppRequest(request(name, user: user, key: nil))
        }
        try await journal.createRun(newRun("r4"))
        let nested = StepIdentity(
            path: StepPath.root.node("each").item("a").node("in"), node: "in", kind: "script")
        try await journal.record(
            [
                .stepSettled(StepSettlement(identity: step("a"), state: .succeeded, at: noon)),
                .stepSettled(StepSettlement(identity: step("b"), state: .skipped, at: noon)),
                .stepSettled(
                    StepSettlement(
                        identity: step("each", item: "a/b", index: 0), state: .failed, at: noon)),
                .stepSettled(StepSettlement(identity: nested, state: .failed, at: noon)),
            ], of: RunID("r2"))
        var filter = AppRunFilter(flow: "greet", offset: 1, limit: 1)

        let page = try await journal.listAppRuns(filter)
        filter.user = "ada"
        filter.offset = 0
        filter.limit = 9
        let hers = try await journal.listAppRuns(filter)
        filter.user = nil
        filter.keyword = "r3"
        let named = try await journal.listAppRuns(filter)

        #expect(page.total == 3)
        #expect(page.runs.map(\.run.id.text) == ["r2"])
        #expect(page.runs.map(\.steps) == [2])
        #expect(page.runs.map(\.failures) == [1])
        #expect(hers.runs.map(\.run.id.text) == ["r3", "r1"])
        #expect(named.runs.map(\.user) == ["ada"])
        await journal.close()
    }

    @Test func `bytes are orphans when no file has them any more`() async throws {
        let journal = try await SQLiteJournal.open(path)
        for (id, digest, moment) in [
            ("a", 1, noon), ("b", 1, noon + .seconds(9)), ("c", 2, noon),
        ] as [(String, UInt8, Moment)] {
            try await journal.addAppFile(
                AppFile(
                    id: id, flow: "greet", user: "ada", name: "n", type: "text/plain", size: 5,
                    digest: [digest], createdAt: moment))
        }

        #expect(try await journal.appFileBytes(of: "greet") == 15)
        let first = try await journal.deleteAppFiles(before: noon + .seconds(1), limit: 10)
        #expect(first.count == 2)
        #expect(first.orphans == [[2]])
        #expect(try await journal.appFile("a") == nil)
        #expect(try await journal.appFile("b")?.size == 5)
        let second = try await journal.deleteAppFiles(before: noon + .seconds(10), limit: 10)
        #expect(second.orphans == [[1]])
        await journal.close()
    }
}
