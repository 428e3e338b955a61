import FlowModel
import JSONValue
import Journal
import Testing
import YAMLDocuments

@testable import DifyAPI

/// Runs with made-up times are told live and afterwards: whatever happens in one millisecond, the order
/// is one that a graph allows.
@Suite struct RunNarrationTests {
    private struct Chance: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    /// Nodes that need some of those before them, and when each step begins and ends.
    private struct Story {
        var flow: Flow
        var needs: [String: Set<String>] = [:]
        var times: [(name: String, begin: Int64, end: Int64)] = []
        var end: Int64 = 0

        init(_ chance: inout Chance) {
            var nodes: [Node] = []
            for number in 0..<Int.random(in: 1...12, using: &chance) {
                let name = "n\(number)"
                let needed = nodes.map(\.name).filter { _ in
                    Int.random(in: 0..<3, using: &chance) == 0
                }
                needs[name] = Set(needed)
                nodes.append(
                    Node(
                        name: name, work: .set(.literal(.null)),
                        needs: needed.map { NodeNeed(node: $0, kind: .required) },
                        location: SourceLocation(line: 1, column: 1)))
                let ready = times.filter { needed.contains($0.name) }.map(\.end).max() ?? 0
                let begin = ready + .random(in: 0...1, using: &chance)
                times.append((name, begin, begin + .random(in: 0...3, using: &chance)))
            }
            end = times.map(\.end).max() ?? 0
            // The journal has steps in the order in which they began.
            times = times.enumerated().sorted {
                ($0.element.begin, $0.offset) < ($1.element.begin, $1.offset)
            }
            .map(\.element)
            flow = Flow(
                name: "story", summary: "", inputs: [], webhook: nil, schedule: nil,
                concurrency: nil, onFailure: nil, nodes: nodes, outputs: [], folder: "/")
        }

        /// The run as the journal shows it at a moment; nil: when it is over.
        func view(at moment: Int64?) -> RunView {
            let seen = moment ?? .max
            let steps = times.filter { $0.begin <= seen }.map { name, begin, end in
                StepRecord(
                    identity: StepIdentity(path: StepPath(name), node: name, kind: "script"),
                    state: end <= seen ? .succeeded : .running, input: nil, output: [:], error: nil,
                    waitsFor: nil, reason: nil, startedAt: Moment(milliseconds: begin),
                    endedAt: end <= seen ? Moment(milliseconds: end) : nil, wakesAt: nil,
                    attempts: [], approval: nil, resolution: nil)
            }
            let run = RunRecord(
                id: RunID("r"), flow: "story", tenant: "t",
                state: moment == nil ? .succeeded : .running,
                trigger: ["kind": "workflow", "user": "ada"], inputs: [:],
                outputs: moment == nil ? [:] : nil, error: nil, response: nil,
                createdAt: Moment(milliseconds: 0), startedAt: Moment(milliseconds: 0),
                endedAt: moment == nil ? Moment(milliseconds: end) : nil, activeTime: .zero,
                wakesAt: nil, isCancelRequested: false, driver: nil)
            return RunView(
                RunDetail(run: run, steps: steps), flow: flow,
                app: WorkflowApp(flow: flow, version: "v"))
        }
    }

    private func told(_ events: [JSON]) -> [String] {
        events.map { event in
            let node = event["data"]?["node_id"]?.stringValue.map { " \($0)" } ?? ""
            return (event["event"]?.stringValue ?? "") + node
        }
    }

    @Test(arguments: 1...300)
    func `a node starts after what it needs has finished, each once`(seed: Int) throws {
        var chance = Chance(state: UInt64(seed))
        let story = Story(&chance)
        var live = RunNarration(tokens: FormTokens(hostKey: []))
        var late = live

        var events: [JSON] = []
        for moment in 0...story.end where Bool.random(using: &chance) {
            events += live.advance(to: story.view(at: moment))
        }
        events += live.advance(to: story.view(at: nil))
        let words = told(events)

        #expect(Set(words).count == words.count)
        #expect(Set(words) == Set(told(late.advance(to: story.view(at: nil)))))
        #expect(words.last == "workflow_finished")
        #expect(words.count == 2 * (story.times.count + 2) + 1)
        for (name, needed) in story.needs {
            let start = try #require(words.firstIndex(of: "node_started \(name)"))
            let finish = try #require(words.firstIndex(of: "node_finished \(name)"))
            #expect(start < finish)
            for other in needed {
                #expect(try #require(words.firstIndex(of: "node_finished \(other)")) < start)
            }
        }
        let indexes = events.filter { $0["event"] == "node_started" }
            .map { $0["data"]?["index"]?.integerValue }
        #expect(indexes == (1...Int64(story.times.count + 2)).map(Optional.some))
    }

    @Test func `nothing is told twice when nothing has happened`() {
        var chance = Chance(state: 7)
        let story = Story(&chance)
        var narration = RunNarration(tokens: FormTokens(hostKey: []))

        #expect(!narration.advance(to: story.view(at: 1)).isEmpty)
        #expect(narration.advance(to: story.view(at: 1)).isEmpty)
    }
}
