import Testing

@testable import SandboxSupervisor

struct AdmissionTests {
    @Test func `no more enter than there are places, and the others in order of arrival`() async {
        let queue = AdmissionQueue(places: 1)
        let first = await queue.enter()
        let (entered, record) = AsyncStream.makeStream(of: Int.self)
        let tasks = await Self.tasks(in: queue, record: record)

        queue.leave()
        var order: [Int] = []
        for await number in entered {
            order.append(number)
            queue.leave()
            if order.count == 3 { break }
        }

        #expect(first)
        #expect(order == [0, 1, 2])
        for task in tasks { await task.value }
    }

    @Test func `who is cancelled while waiting takes no place`() async {
        let queue = AdmissionQueue(places: 1)
        _ = await queue.enter()
        let waiting = Task { await queue.enter() }
        waiting.cancel()
        let entered = await waiting.value
        queue.leave()
        let next = await queue.enter()

        #expect(!entered)
        #expect(next)
    }

    /// Three tasks that begin to wait one after the other.
    private static func tasks(
        in queue: AdmissionQueue, record: AsyncStream<Int>.Continuation
    ) async -> [Task<Void, Never>] {
        var tasks: [Task<Void, Never>] = []
        for number in 0..<3 {
            tasks.append(
                Task {
                    if await queue.enter() { record.yield(number) }
                })
            while queue.waitingCount <= number { await Task.yield() }
        }
        return tasks
    }
}

extension AdmissionQueue {
    fileprivate func enter() async -> Bool {
        var arrival: UInt64 = 0
        return await enter(noting: &arrival)
    }
}
