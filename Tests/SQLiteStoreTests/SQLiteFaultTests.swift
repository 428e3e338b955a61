import Foundation
import Synchronization
import TestSupport
import Testing

@testable import SQLiteStore

struct SQLiteFaultTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refusal(
        _ path: String, _ migrations: [SQLiteMigration] = things
    ) async throws -> SQLiteError {
        let error = await #expect(throws: SQLiteError.self) {
            _ = try await SQLiteDatabase.open(path, options: options(migrations))
        }
        return try #require(error)
    }

    @Test func `a full disk loses only what did not fit and says so`() async throws {
        let database = try await SQLiteDatabase.open(
            folder.file("a.db"), options: options(things, sizeLimit: 64 << 10))
        try await database.write { try $0.execute("INSERT INTO thing VALUES ('small', 1)") }
        let large = SQLiteValue.blob([UInt8](repeating: 1, count: 200_000))

        let error = await #expect(throws: SQLiteError.self) {
            try await database.write {
                try $0.execute("INSERT INTO thing VALUES ('large', ?1)", large)
            }
        }

        #expect(error?.kind == .diskFull)
        #expect(error?.description.contains("free space") == true)
        try await database.write { try $0.execute("INSERT INTO thing VALUES ('after', 1)") }
        let names = try await database.read {
            try $0.query("SELECT name FROM thing ORDER BY name").map { $0.text(0) }
        }
        #expect(names == ["after", "small"])
        await database.close()
    }

    @Test func `writers that share a transaction with a full disk are all told`() async throws {
        let database = try await SQLiteDatabase.open(
            folder.file("a.db"), options: options(things, sizeLimit: 64 << 10))

        let told = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask {
                    do {
                        try await database.write {
                            try $0.execute(
                                "INSERT INTO thing VALUES (?1, ?2)", .text("\(number)"),
                                .blob([UInt8](repeating: 7, count: 9_000)))
                        }
                        return true
                    } catch { return false }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }

        let stored = try await database.read { try $0.query("SELECT name FROM thing").count }
        #expect(told == stored)
        #expect(stored < 10)
        await database.close()
    }

    @Test func `a file of another kind is refused untouched`() async throws {
        let path = folder.file("a.db")
        let text = String(repeating: "not a database\n", count: 100)
        try Data(text.utf8).write(to: URL(filePath: path))

        let error = try await refusal(path)

        #expect(error.kind == .foreign)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test func `a database of another program is refused`() async throws {
        let path = folder.file("a.db")
        var other = options(things)
        other.applicationID = 5
        await (try SQLiteDatabase.open(path, options: other)).close()

        let error = try await refusal(path)

        #expect(error.kind == .foreign)
        #expect(error.description.contains("another program"))
    }

    @Test func `a damaged file is named with a remedy`() async throws {
        let path = folder.file("a.db")
        let database = try await SQLiteDatabase.open(path, options: options(things))
        try await database.write { connection in
            for number in 0..<500 {
                try connection.execute(
                    "INSERT INTO thing VALUES (?1, ?2)", .text("\(number)"),
                    .text(String(repeating: "x", count: 400)))
            }
        }
        await database.close()
        var bytes = try Data(contentsOf: URL(filePath: path))
        for index in 4096..<bytes.count { bytes[index] = 0xa5 }
        try bytes.write(to: URL(filePath: path))

        let damaged = try await SQLiteDatabase.open(path, options: options(things))
        let error = await #expect(throws: SQLiteError.self) {
            try await damaged.read { try $0.query("SELECT * FROM thing").count }
        }

        #expect(error?.kind == .corrupt)
        #expect(error?.description.contains(".recover") == true)
        await damaged.close()
    }

    @Test func `who meets a damaged page takes nobody with whom a transaction is shared along`()
        async throws
    {
        let path = folder.file("a.db")
        let long = String(repeating: "Q", count: 20_000)
        let database = try await SQLiteDatabase.open(path, options: options(things))
        try await database.write { connection in
            try connection.execute("INSERT INTO thing VALUES ('long', ?1)", .text(long))
        }
        await database.close()
        // The chain of pages that holds the long text leads to a page that is not there.
        var bytes = try Data(contentsOf: URL(filePath: path))
        let page = try #require(
            stride(from: 0, to: bytes.count, by: 4096).first { start in
                bytes[(start + 4)..<(start + 4096)].allSatisfy { $0 == UInt8(ascii: "Q") }
            })
        bytes.replaceSubrange(page..<(page + 4), with: [0x7f, 0xff, 0xff, 0xf0])
        try bytes.write(to: URL(filePath: path))

        let damaged = try await SQLiteDatabase.open(path, options: options(things))
        let told = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let isBad = number == 20
                    let error = await Self.failure {
                        try await damaged.write { connection in
                            try connection.execute(
                                isBad
                                    ? "UPDATE thing SET name = 'longer' WHERE name = ?1"
                                    : "INSERT INTO thing VALUES (?1, 1)",
                                .text(isBad ? "long" : "\(number)"))
                        }
                    }
                    return isBad ? error?.kind == .corrupt : error == nil
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }

        #expect(told)
        let count = try await damaged.read {
            try $0.query("SELECT count(*) FROM thing").first?.integer(0)
        }
        #expect(count == 40)
        await damaged.close()
    }

    private static func failure(_ body: () async throws -> Void) async -> SQLiteError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? SQLiteError
        }
    }

    @Test func `a newer schema is refused with the remedy`() async throws {
        let path = folder.file("a.db")
        let newer = things + [SQLiteMigration("CREATE TABLE more (x ANY) STRICT")]
        await (try SQLiteDatabase.open(path, options: options(newer))).close()

        let error = try await refusal(path)

        #expect(error.kind == .newerSchema)
        #expect(error.description.contains("newer version"))
    }

    @Test func `a migration that fails leaves the schema as it was`() async throws {
        let path = folder.file("a.db")
        await (try SQLiteDatabase.open(path, options: options(things))).close()
        let broken =
            things + [SQLiteMigration("CREATE TABLE fine (x ANY) STRICT", "NO SUCH STATEMENT")]
        _ = try await refusal(path, broken)

        let database = try await SQLiteDatabase.open(path, options: options(things))
        let tables = try await database.read {
            try $0.query("SELECT name FROM sqlite_schema WHERE type = 'table'").map { $0.text(0) }
        }

        #expect(tables == ["thing"])
        await database.close()
    }

    @Test func `an older file is brought forward and keeps its rows`() async throws {
        let path = folder.file("a.db")
        let old = try await SQLiteDatabase.open(path, options: options(things))
        try await old.write { try $0.execute("INSERT INTO thing VALUES ('a', 1)") }
        await old.close()
        let newer = things + [SQLiteMigration("ALTER TABLE thing ADD COLUMN note TEXT")]

        let database = try await SQLiteDatabase.open(path, options: options(newer))
        let rows = try await database.read { try $0.query("SELECT name, note FROM thing") }

        #expect(rows.map(\.values) == [[.text("a"), .null]])
        await database.close()
    }

    @Test func `a lock that another process keeps is named`() async throws {
        let path = folder.file("a.db")
        let holder = try await SQLiteDatabase.open(path, options: options(things))
        let waiting = try await SQLiteDatabase.open(path, options: options(things))

        let error = try await holder.write { connection in
            // The holder's transaction is open for as long as this runs.
            try connection.execute("INSERT INTO thing VALUES ('mine', 1)")
            return Mailbox.wait { try await waiting.write { _ in } }
        }

        #expect((error as? SQLiteError)?.kind == .locked)
        await waiting.close()
        await holder.close()
    }

    @Test func `a folder that does not exist is named`() async throws {
        let error = try await refusal(folder.file("missing/a.db"))

        #expect(error.kind == .cannotOpen)
        #expect(error.description.contains("missing/a.db"))
    }
}

/// Waits on a thread that is not of the cooperative pool for what a task throws.
enum Mailbox {
    static func wait(_ body: @escaping @Sendable () async throws -> Void) -> (any Error)? {
        let done = DispatchSemaphore(value: 0)
        let thrown = Box()
        Task {
            do { try await body() } catch { thrown.set(error) }
            done.signal()
        }
        done.wait()
        return thrown.get()
    }

    private final class Box: Sendable {
        private let error = Mutex<(any Error)?>(nil)
        func set(_ error: any Error) { self.error.withLock { $0 = error } }
        func get() -> (any Error)? { error.withLock { $0 } }
    }
}
