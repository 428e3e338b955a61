import Testing

@testable import FlowEngine

@Suite(.timeLimit(.minutes(1)))
struct AttemptSlotsTests {
    /// Attempts that stay until the gate opens, and who has begun.
    private final class Crowd: Sendable {
        let slots: AttemptSlots
        let gate = Gate()
        let began: AsyncStream<String>
        private let beginning: AsyncStream<String>.Continuation

        init(_ slots: AttemptSlots) {
            self.slots = slots
            (began, beginning) = AsyncStream.makeStream(of: String.self)
        }

        func stay(_ flow: String) async throws {
            try await slots.use(for: flow) {
                beginning.yield(flow)
                await gate.wait()
            }
        }

        func next(_ count: Int) async -> [String] {
            var flows: [String] = []
            for await flow in began {
                flows.append(flow)
                if flows.count == count { break }
            }
            return flows
        }
    }

    @Test func `flows that hold every place do not keep one that has none`() async throws {
        let crowd = Crowd(AttemptSlots(2, forNewcomers: 2))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for flow in ["a", "b"] { group.addTask { try await crowd.stay(flow) } }
            #expect(Set(await crowd.next(2)) == ["a", "b"])
            for flow in ["a", "b", "a"] { group.addTask { try await crowd.stay(flow) } }
            group.addTask { try await crowd.stay("c") }
            #expect(await crowd.next(1) == ["c"])
            group.addTask { try await crowd.stay("d") }
            #expect(await crowd.next(1) == ["d"])
            await crowd.gate.open()
            try await group.waitForAll()
        }
        #expect(Set(await crowd.next(3)) == ["a", "b"])
    }

    @Test func `places for newcomers are so many and no more`() async throws {
        let crowd = Crowd(AttemptSlots(1, forNewcomers: 1))
        let beyond = Crowd(crowd.slots)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for flow in ["a", "b"] { group.addTask { try await crowd.stay(flow) } }
            _ = await crowd.next(2)
            let third = Task { try await beyond.stay("c") }
            third.cancel()
            // It had to wait, so it was cancelled before it began.
            await #expect(throws: CancellationError.self) { try await third.value }
            await crowd.gate.open()
            try await group.waitForAll()
        }
        #expect(try await crowd.slots.use(for: "c") { true })
    }
}
