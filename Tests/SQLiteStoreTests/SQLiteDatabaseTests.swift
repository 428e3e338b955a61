import Foundation
import TestSupport
import Testing

@testable import SQLiteStore

func options(_ migrations: [SQLiteMigration], sizeLimit: Int? = nil) -> SQLiteOptions {
    SQLiteOptions(
        applicationID: 77, migrations: migrations, busyTimeout: .milliseconds(50),
        sizeLimit: sizeLimit)
}

let things = [SQLiteMigration("CREATE TABLE thing (name TEXT PRIMARY KEY, value ANY) STRICT")]

struct SQLiteDatabaseTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `every kind of value comes back as it went in`() async throws {
        let database = try await SQLiteDatabase.open(folder.file("a.db"), options: options(things))
        let values: [SQLiteValue] = [
            .null, .integer(.min), .integer(.max), .real(0.1), .text(""), .text("ü\u{0}𝄞'\""),
            .blob([]), .blob([0, 255, 39]),
        ]

        let back = try await database.write { connection in
            for (index, value) in values.enumerated() {
                try connection.execute(
                    "INSERT INTO thing VALUES (?1, ?2)", .text("\(index)"), value)
            }
            return try connection.query("SELECT value FROM thing ORDER BY name").map {
                $0.values[0]
            }
        }

        #expect(back == values)
        await database.close()
    }

    @Test func `what a write throws undoes that write alone`() async throws {
        struct Refused: Error {}
        let database = try await SQLiteDatabase.open(folder.file("a.db"), options: options(things))

        let kept = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    do {
                        try await database.write { connection in
                            try connection.execute(
                                "INSERT INTO thing VALUES (?1, 1)", .text("\(number)"))
                            if number % 3 == 0 { throw Refused() }
                        }
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }

        let stored = try await database.read { try $0.query("SELECT name FROM thing").count }
        #expect(kept == 66)
        #expect(stored == 66)
        await database.close()
    }

    @Test func `writers that wait together share a transaction`() async throws {
        let database = try await SQLiteDatabase.open(folder.file("a.db"), options: options(things))

        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await database.write { connection in
                        try connection.execute(
                            "INSERT INTO thing VALUES (?1, 1)", .text("\(number)"))
                    }
                }
            }
            try await group.waitForAll()
        }

        let commits = database.commits
        #expect(commits > 0 && commits < 150, "200 writes took \(commits) commits")
        await database.close()
    }

    @Test func `a write that nobody waits for is durable before a later one that is`() async throws
    {
        let path = folder.file("a.db")
        let database = try await SQLiteDatabase.open(path, options: options(things))
        database.writeLater { try $0.execute("INSERT INTO thing VALUES ('early', 1)") }
        try await database.write { try $0.execute("INSERT INTO thing VALUES ('late', 1)") }

        let other = try await SQLiteDatabase.open(path, options: options(things))
        let names = try await other.read {
            try $0.query("SELECT name FROM thing ORDER BY name").map { $0.text(0) }
        }

        #expect(names == ["early", "late"])
        await other.close()
        await database.close()
    }

    @Test func `the loss of a write that nobody waited for is told to the next writer`()
        async throws
    {
        let database = try await SQLiteDatabase.open(folder.file("a.db"), options: options(things))
        database.writeLater { try $0.execute("INSERT INTO nothing VALUES (1)") }
        _ = try await database.read { try $0.query("SELECT 1").count }

        await #expect(throws: SQLiteError.self) { try await database.write { _ in } }
        try await database.write { try $0.execute("INSERT INTO thing VALUES ('a', 1)") }
        await database.close()
    }

    @Test func `a closed database refuses work instead of hanging`() async throws {
        let database = try await SQLiteDatabase.open(folder.file("a.db"), options: options(things))
        await database.close()

        let error = await #expect(throws: SQLiteError.self) { try await database.write { _ in } }
        #expect(error?.kind == .closed)
    }

    @Test func `the file is readable by its owner only`() async throws {
        let path = folder.file("a.db")
        let database = try await SQLiteDatabase.open(path, options: options(things))
        try await database.write { try $0.execute("INSERT INTO thing VALUES ('a', 1)") }

        for name in [path, path + "-wal", path + "-shm"] {
            let mode = try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions]
            #expect(mode as? Int == 0o600, "\(name)")
        }
        await database.close()
    }
}
