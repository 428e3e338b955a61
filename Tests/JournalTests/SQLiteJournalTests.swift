import Foundation
import JSONValue
import SQLiteStore
import TestSupport
import Testing

@testable import Journal

/// What is true of the SQLite journal alone.
struct SQLiteJournalTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a file that many runs share is stored once and goes with the last of them`()
        async throws
    {
        let path = folder.file("journal.db")
        let journal = try await SQLiteJournal.open(path)
        for number in 1...20 { try await journal.createRun(newRun("r\(number)")) }
        let shared = try await journal.database.read { connection in
            try connection.query("SELECT count(*) FROM content").first?.integer(0)
        }
        for number in 1...20 {
            try await journal.record(
                [.runSettled(RunSettlement(state: .failed, activeTime: .zero, at: noon))],
                of: RunID("r\(number)"))
        }

        let deleted = try await journal.deleteRuns(endedBefore: noon + .seconds(1), limit: 100)

        let left = try await journal.database.read { connection in
            try connection.query("SELECT count(*) FROM content").first?.integer(0)
        }
        #expect(shared == 3)
        #expect(deleted == 20)
        #expect(left == 0)
        await journal.close()
    }

    @Test func `a full disk loses nothing that was recorded and names the remedy`() async throws {
        let journal = try await SQLiteJournal.open(
            folder.file("journal.db"), sizeLimit: 400 << 10)
        let run = RunID("r1")
        try await journal.createRun(newRun("r1"))
        let output = JSON.string(String(repeating: "x", count: 20_000))
        var recorded = 0
        var failure: JournalError?
        while failure == nil {
            do throws(JournalError) {
                let settlement = StepSettlement(
                    identity: step("s\(recorded)"), state: .succeeded, output: output, at: noon)
                try await journal.record([.stepSettled(settlement)], of: run)
                recorded += 1
            } catch {
                failure = error
            }
        }

        let message = try #require(failure).description
        #expect(message.contains("journal.db") && message.contains("free space"))
        #expect(try await journal.showRun(run)?.steps.count == recorded)
        await journal.close()
    }

    @Test func `what one run could not record later is told to that run alone`() async throws {
        let journal = try await SQLiteJournal.open(folder.file("journal.db"))
        let (lost, other) = (RunID("lost"), RunID("other"))
        try await journal.createRun(newRun("other"))
        let entry = JournalEntry.stepSettled(
            StepSettlement(identity: step("a"), state: .succeeded, output: .null, at: noon))

        journal.recordLater([entry], of: lost)
        try await journal.record([entry], of: other)
        try await journal.createRun(newRun("lost"))

        await #expect(throws: JournalError.noSuchRun(lost)) {
            try await journal.record([entry], of: lost)
        }
        await journal.releaseRun(lost)
        try await journal.record([entry], of: lost)
        await journal.close()
    }

    @Test func `a probe leaves nothing, and names a full disk`() async throws {
        let journal = try await SQLiteJournal.open(folder.file("journal.db"))
        try await journal.probe()
        let left = try await journal.database.read { connection in
            try connection.query("SELECT count(*) FROM content").first?.integer(0)
        }
        #expect(left == 0)
        await journal.close()

        let small = try await SQLiteJournal.open(folder.file("small.db"), sizeLimit: 300 << 10)
        let error = await #expect(throws: JournalError.self) { try await small.probe() }
        #expect(error?.storeFault == .full)
        await small.close()
    }

    @Test func `a file of another kind is refused with its name`() async throws {
        let path = folder.file("journal.db")
        try Data(repeating: 0x41, count: 5000).write(to: URL(filePath: path))

        let error = await #expect(throws: JournalError.self) {
            _ = try await SQLiteJournal.open(path)
        }

        #expect(error?.description.contains(path) == true)
        #expect(try Data(contentsOf: URL(filePath: path)).count == 5000)
    }

    @Test func `no text of a redacted run is in the file's bytes`() async throws {
        let path = folder.file("journal.db")
        let journal = try await SQLiteJournal.open(
            path, redaction: Redaction { $0.replacing("s3cr3t", with: "•••") })
        try await journal.createRun(newRun("r1", inputs: ["token": "s3cr3t"]))
        await journal.close()

        #expect(try Data(contentsOf: URL(filePath: path)).range(of: Data("s3cr3t".utf8)) == nil)
        #expect(try Data(contentsOf: URL(filePath: path)).range(of: Data("token".utf8)) != nil)
    }
}

struct NamesTests {
    @Test func `a moment reads as the date that it is`() {
        let moments: [(Int64, String)] = [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_001, "2000-02-29T00:00:00.001Z"),
            (1_795_176_753_041, "2026-11-20T12:12:33.041Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
        ]
        for (milliseconds, text) in moments {
            #expect(Moment(milliseconds: milliseconds).description == text)
        }
    }

    @Test func `names of runs sort by time and read as a date`() {
        let first = RunID(at: noon, chance: 1023)
        let second = RunID(at: noon + .milliseconds(1), chance: 0)

        #expect(first < second)
        #expect(first.text.hasPrefix("261120-120000-"))
        #expect(first.text.count == 18)
        #expect(RunID(at: noon, chance: 5) != RunID(at: noon, chance: 6))
    }

    @Test func `different steps never share a path`() {
        let node = StepPath.root.node("a")

        #expect(node.item("x").node("b").item("y") != node.item("x]/b[y"))
        #expect(node.item("%5D") != node.item("]"))
        #expect(node.item("a/b:3").text == "a[a/b:3]")
    }

    @Test func `a wait never ends early`() {
        #expect(noon + .microseconds(1) == noon + .milliseconds(1))
        #expect(noon + .seconds(Int64.max / 4) > noon)
    }
}
