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

    /// Versions that there were before the newest, each with a file of its tables and rows as SQL.
    static let versions = Array(1..<JournalSchema.migrations.count)

    private func make(_ version: Int) async throws -> String {
        let files = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Files")
        let text = try String(
            contentsOf: files.appending(path: "version-\(version).sql"), encoding: .utf8)
        let path = folder.file("journal.sqlite")
        let database = try await SQLiteDatabase.open(
            path,
            options: SQLiteOptions(applicationID: JournalSchema.applicationID, migrations: []))
        try await database.write { connection in
            try connection.execute("PRAGMA defer_foreign_keys = ON")
            for statement in text.components(separatedBy: ";\n")
            where !statement.isEmpty {
                try connection.execute(statement)
            }
        }
        await database.close()
        return path
    }

    @Test(arguments: versions)
    func `a file of every earlier version is brought forward and goes on`(
        version: Int
    ) async throws {
        let journal = try await SQLiteJournal.open(try await make(version))

        let runs = try await journal.listRuns(RunFilter())
        #expect(runs.map(\.flow) == ["quick", "old", "old"])
        #expect(runs.map(\.state) == [.succeeded, .waiting, .waiting])
        for run in runs {
            let bundle = try await journal.bundle(of: run.id)
            #expect(bundle.flows.first?.file("flow.yaml")?.bytes.isEmpty == false)
            #expect(try await journal.showRun(run.id)?.steps.isEmpty == false)
        }
        let waiting = try #require(runs.last).id
        try await journal.decide(
            waiting, StepPath("ask"), ApprovalDecision(choice: "y", by: "key:k", at: noon))
        try await journal.createRun(newRun("new"))
        let ready = try await journal.readyRuns(
            ReadyQuestion(now: noon, allowances: [:], others: 9, excluding: []))
        #expect(Set(ready.map(\.id)) == [waiting, RunID("new")])
        #expect(
            try await journal.deleteRuns(endedBefore: noon + .seconds(86_400), limit: 9) == 1)
        await journal.close()
    }

    @Test(arguments: versions)
    func `a file of every earlier version is left as it was when a step forward fails`(
        version: Int
    ) async throws {
        let path = try await make(version)
        func schema() async throws -> [String?] {
            let database = try await SQLiteDatabase.open(
                path,
                options: SQLiteOptions(
                    applicationID: JournalSchema.applicationID,
                    migrations: Array(JournalSchema.migrations.prefix(version))))
            let rows = try await database.read { connection in
                try connection.query("SELECT sql FROM sqlite_schema ORDER BY name").map {
                    $0.text(0)
                }
            }
            await database.close()
            return rows
        }
        let before = try await schema()
        let broken = JournalSchema.migrations + [SQLiteMigration("NO SUCH STATEMENT")]

        await #expect(throws: SQLiteError.self) {
            try await SQLiteDatabase.open(
                path,
                options: SQLiteOptions(
                    applicationID: JournalSchema.applicationID, migrations: broken))
        }

        #expect(try await schema() == before)
    }

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
