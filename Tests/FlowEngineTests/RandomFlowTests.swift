import FlowModel
import JSONValue
import Journal
import TestSupport
import Testing

@testable import FlowEngine

/// Flows made at random: whatever their shape, a run ends as the rules say, killed or not.
struct RandomFlowTests {
    @Test(arguments: 0..<40)
    func `a random flow ends as the rules say, also when its process dies in between`(
        seed: UInt64
    ) async throws {
        var random = RepeatableNumbers(state: seed &* 7_919 &+ 1)
        let flow = RandomFlow(&random)
        let folder = try TemporaryFolder()
        let journal = try await SQLiteJournal.open(folder.file("journal.db"))
        let bundle = try TestFlows.bundle([flow.text])
        let clock = FakeClock()
        var death = Int.random(in: 1...6, using: &random)
        let request = RunRequest(
            bundle: bundle, tenant: "home", inputs: JSONObject(), trigger: .null)
        let first = StoppingJournal(journal, diesAt: .max, keepsLast: true)
        let id = try await Self.engine(first, clock).start(request)

        var summary: RunSummary?
        while summary == nil {
            let stopping = StoppingJournal(
                journal, diesAt: death, keepsLast: Bool.random(using: &random))
            summary = try? await Self.engine(stopping, clock).run(id)
            // A process that gets further each time ends in the end.
            death += 2
        }

        let expected = flow.expectedStates()
        let steps = try #require(try await journal.showRun(id)).steps
        let states = Dictionary(
            uniqueKeysWithValues: steps.map { ($0.identity.path.text, $0.state) })
        #expect(summary?.run.state == .succeeded, "\(flow.text)")
        #expect(states == expected, "\(flow.text)")
        await journal.close()
    }

    private static func engine(_ journal: StoppingJournal, _ clock: FakeClock) -> FlowEngine {
        let executor = ScriptedExecutor { attempt in
            guard !journal.isDead else { throw CancellationError() }
            return attempt.input["fails"] == true ? .raised("Planned") : .returned(attempt.input)
        }
        return EngineHarness.engine(journal, executor, clock)
    }
}

/// A flow of nodes that each need some of those before it, and what must become of each.
struct RandomFlow {
    private struct Draft {
        var name: String
        var required: [String] = []
        var optional: [String] = []
        var after: [String] = []
        var anyOf: [String] = []
        var isWanted = true
        var fails = false
    }

    private var drafts: [Draft] = []

    init(_ random: inout RepeatableNumbers) {
        for number in 0..<Int.random(in: 3...12, using: &random) {
            var draft = Draft(name: "n\(number)")
            let earlier = drafts.map(\.name).shuffled(using: &random)
            for name in earlier.prefix(Int.random(in: 0...3, using: &random)) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0: draft.required.append(name)
                case 1: draft.optional.append(name)
                default: draft.after.append(name)
                }
            }
            if draft.after.isEmpty, earlier.count > 2, Int.random(in: 0..<4, using: &random) == 0 {
                draft.anyOf = Array(earlier.suffix(2))
            }
            draft.isWanted = Int.random(in: 0..<5, using: &random) > 0
            draft.fails = Int.random(in: 0..<5, using: &random) == 0
            drafts.append(draft)
        }
        drafts.shuffle(using: &random)
    }

    var text: String {
        var lines = ["flow: random", "nodes:"]
        for draft in drafts {
            let reads =
                draft.required.map { "\($0): \"${{ nodes.\($0).output }}\"" }
                + draft.optional.map { "\($0): \"${{ nodes.\($0)?.output }}\"" }
            lines.append("  \(draft.name):")
            lines.append("    script: a.py")
            lines.append(
                "    input: {\((["fails: \(draft.fails)"] + reads).joined(separator: ", "))}")
            lines.append("    on-error: continue")
            if !draft.isWanted { lines.append("    when: ${{ false }}") }
            if !draft.after.isEmpty {
                lines.append("    after: [\(draft.after.joined(separator: ", "))]")
            }
            if !draft.anyOf.isEmpty {
                lines.append("    after: {any: [\(draft.anyOf.joined(separator: ", "))]}")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The rules of docs/flows.md, node by node in the order in which they depend on each other.
    func expectedStates() -> [String: StepState] {
        var states: [String: StepState] = [:]
        let inOrder = drafts.sorted {
            (Int($0.name.dropFirst()) ?? 0) < (Int($1.name.dropFirst()) ?? 0)
        }
        for draft in inOrder {
            let isTaken = { (name: String) in states[name] != .skipped }
            let runs =
                draft.required.allSatisfy { states[$0] == .succeeded }
                && draft.after.allSatisfy(isTaken)
                && (draft.anyOf.isEmpty || draft.anyOf.contains(where: isTaken)) && draft.isWanted
            states[draft.name] = runs ? (draft.fails ? .failed : .succeeded) : .skipped
        }
        return states
    }
}

/// The same numbers for the same seed (SplitMix64).
struct RepeatableNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
