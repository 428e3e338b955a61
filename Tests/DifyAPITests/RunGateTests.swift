import Synchronization
import Testing

@testable import DifyAPI

private final class Order: Sendable {
    let numbers = Mutex<[Int]>([])
}

@Suite struct RunGateTests {
    @Test func `more requests than it takes are turned away until one leaves`() {
        let gate = RunGate(requests: 2, workers: 1)
        #expect(gate.come())
        #expect(gate.come())
        #expect(!gate.come())
        gate.leave()
        #expect(gate.come())
    }

    @Test func `who waits is let in by the order of arrival`() async {
        let gate = RunGate(requests: 10, workers: 1)
        #expect(await gate.start())
        let order = Order()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<5 {
                group.addTask {
                    #expect(await gate.start())
                    order.numbers.withLock { $0.append(number) }
                    gate.stop()
                }
                while gate.waitingCount <= number { await Task.yield() }
            }
            gate.stop()
        }
        #expect(order.numbers.withLock { $0 } == [0, 1, 2, 3, 4])
    }

    @Test func `a wait that is cancelled takes nobody's place`() async {
        let gate = RunGate(requests: 10, workers: 1)
        #expect(await gate.start())
        let waiting = Task { await gate.start() }
        while gate.waitingCount == 0 { await Task.yield() }
        waiting.cancel()
        #expect(await !waiting.value)
        let early = Task {
            while !Task.isCancelled { await Task.yield() }
            return await gate.start()
        }
        early.cancel()
        #expect(await !early.value)
        gate.stop()
        #expect(await gate.start())
    }
}
