import FlowModel
import JSONValue
import Journal
import SandboxPolicy
import TestSupport

@testable import FlowEngine

/// An engine over a real SQLite journal, with executors that the test scripts.
struct EngineHarness {
    let folder: TemporaryFolder
    let journal: any Journal
    let clock: FakeClock
    let executor: ScriptedExecutor
    let engine: FlowEngine
    let bundle: PinnedBundle

    /// `flows` are the texts of flow files; the first is the one that is run.
    init(
        _ flows: String..., clock: FakeClock = FakeClock(), limits: RunLimits = RunLimits(),
        redaction: Redaction = .none, parksTimersBeyond: Duration? = nil,
        lookUp: @escaping @Sendable (StepAttempt) async throws -> EffectLookUp = { _ in .absent },
        answer: @escaping ScriptedExecutor.Answer = { .returned($0.input) }
    ) async throws {
        folder = try TemporaryFolder()
        self.clock = clock
        executor = ScriptedExecutor(lookUp: lookUp, answer: answer)
        journal = try await SQLiteJournal.open(folder.file("journal.db"), redaction: redaction)
        bundle = try TestFlows.bundle(flows)
        engine = Self.engine(
            journal, executor, clock, limits: limits, parksTimersBeyond: parksTimersBeyond)
    }

    static func engine(
        _ journal: any Journal, _ executor: any StepExecutor, _ clock: FakeClock,
        limits: RunLimits = RunLimits(), parksTimersBeyond: Duration? = nil
    ) -> FlowEngine {
        FlowEngine(
            journal: journal,
            executors: StepExecutors(scripts: executor, operations: executor),
            operations: TestFlows.operations,
            settings: EngineSettings(
                openBundle: TestFlows.open,
                makeMark: { "\($0.flow)/\($0.node)/\($0.itemKey ?? "-")/\($0.once)" },
                hasNetwork: { $0.text == "fetch" },
                approvalAddress: { "https://host/\($0)/\($1)" }, limits: limits,
                controlInterval: nil,
                parksTimersBeyond: parksTimersBeyond, clock: clock, chance: { 0.5 }))
    }

    func start(_ inputs: JSON = [:], trigger: JSON = ["kind": "test"]) async throws -> RunID {
        try await engine.start(
            RunRequest(
                bundle: bundle, tenant: "home", inputs: object(inputs),
                trigger: trigger))
    }

    /// Starts a run and drives it.
    func run(_ inputs: JSON = [:]) async throws -> RunSummary {
        try await engine.run(try await start(inputs))
    }

    func detail(_ summary: RunSummary) async throws -> RunDetail {
        guard let detail = try await journal.showRun(summary.run.id) else {
            throw JournalError.noSuchRun(summary.run.id)
        }
        return detail
    }

    /// State by path of every step.
    func states(_ summary: RunSummary) async throws -> [String: StepState] {
        let steps = try await detail(summary).steps.map { ($0.identity.path.text, $0.state) }
        return Dictionary(steps) { first, _ in first }
    }
}

/// The members of a value that is written as a literal.
func object(_ value: JSON) -> JSONObject { value.objectValue ?? JSONObject() }

/// The world in which test flows are read.
enum TestFlows {
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// `test/read` and `test/write` take whatever they are given.
    static let operations: [OperationDescription] = [
        operation("test/read", .read), operation("test/write", .write),
        operation("llm/chat", .read),
    ]

    private static func operation(_ name: String, _ effect: OperationEffect) -> OperationDescription
    {
        OperationDescription(
            name: name, connectionKind: nil, effect: effect, risk: .low, summary: name,
            arguments: [
                "type": "object",
                "properties": ["value": [:], "other": [:]], "additionalProperties": false,
            ], resourceArgument: nil)
    }

    static func bundle(_ flows: [String]) throws -> PinnedBundle {
        var pinned: [PinnedFlow] = []
        for text in flows {
            let name = String(text.split(separator: "\n")[0].dropFirst("flow: ".count))
            pinned.append(
                PinnedFlow(
                    name: name, folder: "/flows/\(name)",
                    files: [
                        PinnedFile(path: "flow.yaml", bytes: Array(text.utf8)),
                        PinnedFile(path: "a.py", bytes: Array("def main(): pass".utf8)),
                        PinnedFile(path: "b.js", bytes: Array("function main() {}".utf8)),
                        PinnedFile(path: "lib/c.py", bytes: Array("C = 1".utf8)),
                    ]))
        }
        return PinnedBundle(
            entry: pinned[0].name, flows: pinned, settings: ["vars": ["who": "world"]])
    }

    @Sendable static func open(_ bundle: PinnedBundle) throws -> [String: Flow] {
        var inputs: [String: [InputDeclaration]] = [:]
        var flows: [String: Flow] = [:]
        // Sub-flows stand last and are read first: who calls them is checked against their inputs.
        for pinned in bundle.flows.reversed() {
            let reading = Flow.read(
                pinned.file("flow.yaml")?.bytes ?? [], file: "flow.yaml",
                files: PinnedFolder(flow: pinned),
                surroundings: FlowSurroundings(
                    operations: OperationCatalogue(operations),
                    profiles: ["pure", "fetch"].map { name in
                        KnownProfile(
                            name: ProfileName(name), hasNetwork: name == "fetch",
                            languages: [.python, .javascript])
                    }, configuration: nil, flows: inputs))
            guard let flow = reading.flow else {
                throw Unreadable(
                    description: reading.faults.map { "\($0)" }.joined(separator: "\n"))
            }
            inputs[pinned.name] = flow.inputs
            flows[pinned.name] = flow
        }
        return flows
    }
}

struct PinnedFolder: FlowFiles {
    let flow: PinnedFlow
    var folder: String { flow.folder }
    func paths() throws(FlowFileError) -> [String] { flow.files.map(\.path) }
    func read(_ path: String) throws(FlowFileError) -> [UInt8] {
        guard let file = flow.file(path) else { throw .missing }
        return file.bytes
    }
}
