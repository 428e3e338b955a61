import FlowModel
import JSONValue
import Journal
import Synchronization
import TestSupport
import Testing

@testable import FlowEngine

/// The process dies at each journal write in turn, and the run is resumed.
struct CrashTests {
    static let flow = """
        flow: everything
        inputs: {n: {type: integer, required: true}}
        nodes:
          first: {script: a.py, input: {n: "${{ inputs.n }}"}}
          flaky:
            script: a.py
            input: {n: "${{ nodes.first.output.n }}"}
            retry: {times: 2, wait: 1 s, on: [Flaky]}
          post:
            for-each: ${{ nodes.first.output.list }}
            key: k${{ item }}
            at-once: 2
            uses: test/write
            with: {value: "${{ item }}"}
            once: ${{ item }}
          pause: {wait: 5 s, after: [flaky]}
          poll:
            uses: test/read
            with: {value: "${{ nodes.flaky.output }}"}
            after: [pause]
            repeat: {until: "${{ output.ready }}", every: 2 s, at-most: 5}
          inner: {for-each: "${{ nodes.post.items }}", flow: inner, input: {item: "${{ item }}"}}
          route: {choose: "${{ nodes.poll.output.ready }}", cases: {"true": good}, otherwise: bad}
          good: {set: {said: "hello ${{ vars.who }}"}}
          bad: {script: a.py, input: {}}
          late: {set: "${{ nodes.good?.output.said }}", after: {any: [good, bad]}}
        outputs:
          late: ${{ nodes.late.output }}
          posted: ${{ nodes.post.output }}
          inner: ${{ nodes.inner.output }}
        """
    static let inner = """
        flow: inner
        inputs: {item: {type: object, required: true}}
        nodes:
          double: {script: b.js, input: {n: "${{ inputs.item.output }}"}}
          note: {uses: test/write, with: {value: "${{ nodes.double.output }}"}, once: "${{ inputs.item.key }}"}
        outputs: {noted: "${{ nodes.note.output }}", key: "${{ inputs.item.key }}"}
        """
    static let expected: JSON = [
        "late": "hello world", "posted": ["wrote 1", "wrote 2", "wrote 3", "wrote 4"],
        "inner": .array(
            [1, 2, 3, 4].map { number in
                [
                    "noted": .string("wrote {\"n\":\"wrote \(number)\"}"),
                    "key": .string("k\(number)"),
                ]
            }),
    ]

    /// The world outside: it remembers effects, and outlives the process.
    final class World: Sendable {
        let effects = Mutex<[String: Int]>([:])
        let polls = Mutex(0)
        let flakes = Mutex(0)
        let faults = Mutex<[String]>([])
    }

    private func executor(_ world: World, _ journal: StoppingJournal) -> ScriptedExecutor {
        ScriptedExecutor(
            lookUp: { attempt in
                let isThere = world.effects.withLock { $0[attempt.mark ?? "", default: 0] > 0 }
                return isThere
                    ? .found(.string("wrote \(attempt.input["value"]?.text2 ?? "")")) : .absent
            },
            answer: { attempt in
                guard !journal.isDead else { throw CancellationError() }
                // An attempt that has begun lives on until the process is dead.
                switch attempt.node {
                case "flaky":
                    let count = world.flakes.withLock { flakes in
                        flakes += 1
                        return flakes
                    }
                    return count % 2 == 1 ? .raised("Flaky") : .returned(attempt.input)
                case "poll":
                    let count = world.polls.withLock { polls in
                        polls += 1
                        return polls
                    }
                    return .returned(["ready": .bool(count % 3 == 0)])
                case "post", "note":
                    world.effects.withLock { $0[attempt.mark ?? "", default: 0] += 1 }
                    return .returned(.string("wrote \(attempt.input["value"]?.text2 ?? "")"))
                case "first": return .returned(["n": 1, "list": [1, 2, 3, 4]])
                default: return .returned(attempt.input)
                }
            })
    }

    @Test(arguments: [true, false])
    func `a run that dies at any write is finished by resuming it, each effect made once`(
        keepsLast: Bool
    ) async throws {
        let folder = try TemporaryFolder()
        let journal = try await SQLiteJournal.open(folder.file("journal.db"))
        let clock = FakeClock()
        let bundle = try TestFlows.bundle([Self.flow, Self.inner])
        var deaths = 0
        for death in 1... {
            let world = World()
            var stopping = StoppingJournal(journal, diesAt: death, keepsLast: keepsLast)
            var runner = executor(world, stopping)
            var engine = EngineHarness.engine(stopping, runner, clock)
            let id = try await engine.start(
                RunRequest(bundle: bundle, tenant: "home", inputs: object(["n": 1]), trigger: .null)
            )
            var summary = try? await engine.run(id)
            let died = summary == nil
            if died {
                deaths += 1
                let settled = stopping.settled
                stopping = StoppingJournal(journal, diesAt: .max, keepsLast: true)
                runner = executor(world, stopping)
                engine = EngineHarness.engine(stopping, runner, clock)
                summary = try await engine.run(id)
                let again = try paths(
                    of: runner.attempts, in: try #require(try await journal.showRun(id)))
                #expect(again.isDisjoint(with: settled), "death at write \(death)")
            }
            #expect(summary?.run.state == .succeeded, "death at write \(death)")
            #expect(summary?.run.outputs == Self.expected, "death at write \(death)")
            let effects = world.effects.withLock { $0 }
            #expect(
                effects.count == 8 && effects.values.allSatisfy { $0 == 1 },
                "death \(death): \(effects)")
            if !died { break }
        }
        #expect(deaths > 20)
        await journal.close()
    }

    /// The paths of the steps that the attempts were made at, found by node and item.
    private func paths(of attempts: [StepAttempt], in detail: RunDetail) throws -> Set<StepPath> {
        // Nodes of the inner flow run once for each item and cannot be told apart by name.
        let outer = attempts.filter { $0.flow == "everything" }
        return Set(
            outer.flatMap { attempt in
                detail.steps.filter {
                    $0.identity.node == attempt.node && $0.identity.itemKey == attempt.itemKey
                }.map(\.identity.path)
            })
    }
}

extension JSON {
    /// Text as it is, all else as compact JSON.
    var text2: String { stringValue ?? text }
}

struct FullDiskTests {
    @Test func `a disk that is full ends the drive, and the run goes on once there is room`()
        async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.file("journal.db")
        let clock = FakeClock()
        let executor = ScriptedExecutor { _ in
            .returned(.string(String(repeating: "x", count: 20_000)))
        }
        let small = try await SQLiteJournal.open(path, sizeLimit: 300 << 10)
        let engine = EngineHarness.engine(small, executor, clock)
        let flow = """
            flow: f
            nodes:
              list: {set: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]}
              each: {for-each: "${{ nodes.list.output }}", at-once: 1, script: a.py, input: {}}
            outputs: {n: "${{ length(nodes.each.output) }}"}
            """
        let id = try await engine.start(
            RunRequest(
                bundle: try TestFlows.bundle([flow]), tenant: "home", inputs: JSONObject(),
                trigger: .null))

        let error = await #expect(throws: JournalError.self) { _ = try await engine.run(id) }
        #expect(error?.description.contains("free space") == true)
        await small.close()
        let before = executor.attempts.count
        #expect(before > 5 && before < 20)

        let large = try await SQLiteJournal.open(path)
        let summary = try await EngineHarness.engine(large, executor, clock).resume(id)

        #expect(summary.run.outputs == ["n": 20])
        // Only the step whose end did not fit ran twice.
        #expect(executor.attempts.count == 21)
        await large.close()
    }
}
