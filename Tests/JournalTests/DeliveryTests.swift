import JSONValue
import SQLiteStore
import TestSupport
import Testing

@testable import Journal

struct DeliveryTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("journal.db")
    }

    private func delivery(
        _ id: String, _ verdict: NewDelivery.Verdict, key: String? = nil, at moment: Moment = noon
    ) -> NewDelivery {
        NewDelivery(
            id: DeliveryID(id), flow: "greet", receivedAt: moment, peer: "192.0.2.7",
            method: "POST", path: "/hooks/greet", query: "", headers: [["A", "b"]],
            body: [0, 255, 10],
            key: key.map { NewDelivery.Key(text: $0, until: moment + .seconds(60)) },
            verdict: verdict)
    }

    @Test func `a delivery and its run are there together after a restart`() async throws {
        let journal = try await SQLiteJournal.open(path)
        let answer = try await journal.acceptDelivery(delivery("d1", .start(newRun("r1"))))
        await journal.close()

        let again = try await SQLiteJournal.open(path)
        let detail = try #require(try await again.showDelivery(DeliveryID("d1")))

        #expect(answer == .accepted(RunID("r1")))
        #expect(detail.delivery.run == RunID("r1"))
        #expect(detail.body == [0, 255, 10])
        #expect(detail.headers == [["A", "b"]])
        #expect(try await again.showRun(RunID("r1"))?.run.state == .queued)
        await again.close()
    }

    @Test func `a run that cannot be made leaves no delivery and no key`() async throws {
        let journal = try await SQLiteJournal.open(path)
        try await journal.createRun(newRun("r1"))

        await #expect(throws: JournalError.duplicateRun(RunID("r1"))) {
            _ = try await journal.acceptDelivery(
                delivery("d1", .start(newRun("r1")), key: "k"))
        }
        let answer = try await journal.acceptDelivery(
            delivery("d2", .start(newRun("r2")), key: "k"))

        #expect(answer == .accepted(RunID("r2")))
        #expect(try await journal.listDeliveries(DeliveryFilter()).map(\.id.text) == ["d2"])
        await journal.close()
    }

    @Test func `a key counts for its flow and its time`() async throws {
        let journal = try await SQLiteJournal.open(path)
        _ = try await journal.acceptDelivery(delivery("d1", .start(newRun("r1")), key: "k"))

        let again = try await journal.acceptDelivery(
            delivery("d2", .start(newRun("r2")), key: "k", at: noon + .seconds(59)))
        var other = delivery("d3", .start(newRun("r3", flow: "other")), key: "k")
        other.flow = "other"
        let elsewhere = try await journal.acceptDelivery(other)
        let late = try await journal.acceptDelivery(
            delivery("d4", .start(newRun("r4")), key: "k", at: noon + .seconds(60)))

        #expect(again == .duplicate(of: DeliveryID("d1"), run: RunID("r1")))
        #expect(elsewhere == .accepted(RunID("r3")))
        #expect(late == .accepted(RunID("r4")))
        let stored = try await journal.showDelivery(DeliveryID("d2"))
        #expect(stored?.delivery.original == DeliveryID("d1"))
        #expect(stored?.body.isEmpty == true)
        await journal.close()
    }

    @Test func `lists are filtered and paged, newest first`() async throws {
        let journal = try await SQLiteJournal.open(path)
        for number in 1...5 {
            _ = try await journal.acceptDelivery(
                delivery("d\(number)", number == 3 ? .ignore(reason: "no") : .refuse(reason: "x")))
        }

        let first = try await journal.listDeliveries(DeliveryFilter(limit: 2))
        let rest = try await journal.listDeliveries(
            DeliveryFilter(before: first.last?.id, limit: 9))
        let ignored = try await journal.listDeliveries(DeliveryFilter(result: .ignored))

        #expect(first.map(\.id.text) == ["d5", "d4"])
        #expect(rest.map(\.id.text) == ["d3", "d2", "d1"])
        #expect(ignored.map(\.reason) == ["no"])
        await journal.close()
    }

    @Test func `deliveries go with their run, the others with time, and keys when they are over`()
        async throws
    {
        let journal = try await SQLiteJournal.open(path)
        _ = try await journal.acceptDelivery(delivery("d1", .start(newRun("r1")), key: "k"))
        _ = try await journal.acceptDelivery(delivery("d2", .ignore(reason: "no")))
        try await journal.record(
            [.runSettled(RunSettlement(state: .failed, activeTime: .zero, at: noon))],
            of: RunID("r1"))
        let later = noon + .seconds(3600)

        _ = try await journal.deleteRuns(endedBefore: later, limit: 10)
        let kept = try await journal.listDeliveries(DeliveryFilter()).map(\.id.text)
        _ = try await journal.deleteDeliveries(receivedBefore: later, now: later, limit: 10)

        #expect(kept == ["d2"])
        #expect(try await journal.listDeliveries(DeliveryFilter()).isEmpty)
        let keys = try await journal.database.read { connection in
            try connection.query("SELECT count(*) FROM delivery_key").first?.integer(0)
        }
        #expect(keys == 0)
        await journal.close()
    }

    @Test
    func `a delivery that a full disk cannot keep is not accepted, and nothing of it is kept`()
        async throws
    {
        let journal = try await SQLiteJournal.open(path, sizeLimit: 400 << 10)
        var accepted = 0
        var failure: JournalError?
        while failure == nil {
            var delivery = delivery("d\(accepted)", .start(newRun("r\(accepted)")))
            delivery.body = [UInt8](repeating: 1, count: 10_000)
            do throws(JournalError) {
                _ = try await journal.acceptDelivery(delivery)
                accepted += 1
            } catch {
                failure = error
            }
        }

        #expect(failure?.description.contains("free space") == true)
        #expect(accepted > 5)
        let runs = try await journal.listRuns(RunFilter(limit: 1000))
        let deliveries = try await journal.listDeliveries(DeliveryFilter(limit: 1000))
        #expect(runs.count == accepted)
        #expect(Set(deliveries.compactMap(\.run)) == Set(runs.map(\.id)))
        await journal.close()
    }

    @Test func `many names of one millisecond are all different`() {
        let names = RunIDSource()

        let made = (0..<5000).map { _ in names.next(at: noon) }

        #expect(Set(made).count == 5000)
    }
}
