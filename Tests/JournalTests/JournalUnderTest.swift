import JSONValue
import TestSupport

@testable import Journal

/// The journals that must pass the conformance suite.
///
/// A new kind of journal adds a case.
enum JournalUnderTest: CaseIterable {
    case sqlite

    /// Opens the journal that lives in `folder`; opening it again finds what was stored.
    func open(in folder: TemporaryFolder, redaction: Redaction = .none) async throws -> any Journal
    {
        switch self {
        case .sqlite:
            try await SQLiteJournal.open(folder.file("journal.db"), redaction: redaction)
        }
    }
}

let noon = Moment(milliseconds: 1_795_176_000_000)

func newRun(
    _ id: String, flow: String = "greet", at moment: Moment = noon, inputs: JSON = ["n": 1],
    file: String = "flow: greet"
) -> NewRun {
    NewRun(
        id: RunID(id), flow: flow, tenant: "home", trigger: ["kind": "command"], inputs: inputs,
        bundle: PinnedBundle(
            entry: flow,
            flows: [
                PinnedFlow(
                    name: flow, folder: "/flows/\(flow)",
                    files: [
                        PinnedFile(path: "flow.yaml", bytes: Array(file.utf8)),
                        PinnedFile(path: "lib/a.py", bytes: [0, 255, 10]),
                    ])
            ], settings: ["vars": ["a": "b"]]),
        createdAt: moment)
}

func step(_ node: String, item: String? = nil, index: Int? = nil) -> StepIdentity {
    let path = StepPath.root.node(node)
    return StepIdentity(
        path: item.map(path.item) ?? path, node: node, itemKey: item, itemIndex: index,
        kind: "script")
}
