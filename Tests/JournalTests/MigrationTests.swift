import FlowModel
import Foundation
import JSONValue
import SQLiteStore
import TestSupport
import Testing

@testable import Journal

/// `Files/` holds journals that earlier versions wrote: two runs of a flow that wait for an
/// approval, and one that has succeeded.
struct MigrationTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ name: String) async throws -> SQLiteJournal {
        let files = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Files")
        let path = folder.file("journal.sqlite")
        try FileManager.default.copyItem(
            atPath: files.appending(path: name).path(percentEncoded: false), toPath: path)
        return try await SQLiteJournal.open(path)
    }

    @Test func `runs of an earlier version keep their files, steps and questions`() async throws {
        let journal = try await open("version-3.sqlite")

        let runs = try await journal.listRuns(RunFilter())
        #expect(runs.map(\.flow) == ["quick", "old", "old"])
        #expect(runs.map(\.state) == [.succeeded, .waiting, .waiting])
        let run = try #require(runs.last)
        let bundle = try await journal.bundle(of: run.id)
        #expect(bundle.entry == "old")
        #expect(bundle.flows.first?.file("flow.yaml")?.bytes.isEmpty == false)
        let detail = try #require(try await journal.showRun(run.id))
        let asked = try #require(detail.step(StepPath("ask"))?.approval)
        #expect(asked.ask == "Go on with 7?")
        #expect(asked.risk == .low)
        #expect(asked.approves.isEmpty)
        await journal.close()
    }

    @Test func `a question of an earlier version is answered, and its run is woken`() async throws {
        let journal = try await open("version-3.sqlite")
        let run = try #require(try await journal.listRuns(RunFilter(flow: "old")).last)
        func ready() async throws -> [RunID] {
            try await journal.readyRuns(
                ReadyQuestion(now: noon, allowances: [:], others: 9, excluding: [])
            ).map(\.id)
        }

        let before = try await ready()
        try await journal.decide(
            run.id, StepPath("ask"), ApprovalDecision(choice: "y", by: "key:k", at: noon))

        #expect(before.isEmpty)
        #expect(try await ready() == [run.id])
        await journal.close()
    }

    @Test func `files of earlier runs go with the last run that has them`() async throws {
        let journal = try await open("version-3.sqlite")
        func contents() async throws -> Int64? {
            try await journal.database.read { connection in
                try connection.query("SELECT count(*) FROM content").first?.integer(0)
            }
        }

        let before = try await contents()
        let deleted = try await journal.deleteRuns(endedBefore: noon + .seconds(86_400), limit: 9)

        #expect(deleted == 1)
        #expect(try await contents() == before.map { $0 - 2 })
        await journal.close()
    }
}
