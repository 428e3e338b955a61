import Synchronization
import Testing

@testable import SandboxSupervisor

struct AdmissionTests {
    @Test func `no more enter than there are places, and the others in order of arrival`() {
        let queue = AdmissionQueue(places: 2)
        let record = Record()

        let arrivals = (0..<5).map { _ in record.enter(queue) }
        let atOnce = record.admitted
        for _ in 0..<3 { queue.leave() }

        #expect(arrivals == [1, 2, 3, 4, 5])
        #expect(atOnce == [1, 2])
        #expect(record.admitted == [1, 2, 3, 4, 5])
    }

    @Test func `who is cancelled while waiting takes no place`() {
        let queue = AdmissionQueue(places: 1)
        let record = Record()
        _ = record.enter(queue)
        let waiting = record.enter(queue)

        queue.cancel(waiting)
        queue.leave()
        let next = record.enter(queue)

        #expect(record.cancelled == [waiting])
        #expect(record.admitted == [1, next])
    }

    @Test func `cancelling who was let in changes nothing`() {
        let queue = AdmissionQueue(places: 1)
        let record = Record()
        let first = record.enter(queue)

        queue.cancel(first)

        #expect(record.admitted == [first])
        #expect(record.cancelled.isEmpty)
    }

    @Test func `nobody overtakes when many come and leave at once`() async {
        let queue = AdmissionQueue(places: 3)
        let record = Record()

        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<400 {
                group.addTask { _ = record.enter(queue) }
                group.addTask { queue.leave() }
            }
        }

        #expect(record.admitted == Array(1...400))
    }
}

/// Who was told what, in the order in which they were told.
private final class Record: Sendable {
    private let told = Mutex<(admitted: [UInt64], cancelled: [UInt64])>(([], []))

    var admitted: [UInt64] { told.withLock { $0.admitted } }
    var cancelled: [UInt64] { told.withLock { $0.cancelled } }

    func enter(_ queue: AdmissionQueue) -> UInt64 {
        queue.enter { arrival, isAdmitted in
            self.told.withLock { told in
                if isAdmitted {
                    told.admitted.append(arrival)
                } else {
                    told.cancelled.append(arrival)
                }
            }
        }
    }
}
