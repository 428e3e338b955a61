import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor

/// What holds the programs of one column of the table.
enum Holding: String, CaseIterable {
    case allLayers = "all layers"
    case noNamespaces = "no namespaces"
    case noLandlock = "no Landlock"
    case noFilter = "no filter"
    case noLimits = "no limits"
    /// A process of its own and the supervisor's deadlines and caps remain.
    case noLayer = "no layer"
    /// Python or Node.js by itself.
    case nothing = "without Sluice"

    var leftOut: Set<SandboxLayer> {
        switch self {
        case .allLayers, .nothing: []
        case .noNamespaces: [.namespaces]
        case .noLandlock: [.landlock]
        case .noFilter: [.seccomp]
        case .noLimits: [.limits]
        case .noLayer: Set(SandboxLayer.allCases)
        }
    }

    /// With one layer taken away.
    static let single: [Holding] = [.noNamespaces, .noLandlock, .noFilter, .noLimits]
}

/// What became of a program.
struct Verdict: Sendable, Hashable {
    /// `held`, `breached`, or how the run ended.
    let word: String
    /// What it reached, or the error it ended with; for the reader of a failed test.
    let detail: String
    /// The calls that were refused.
    let denied: Set<String>

    static let breach = "**breached**"
    var isBreach: Bool { word == Self.breach }

    init(_ report: StepReport) {
        denied = Set(report.denials.map(\.syscall))
        switch report.outcome {
        case .returned(let value):
            word = value == [] ? "held" : Self.breach
            detail = String("\(value)".prefix(400))
        case .raised(let error):
            word = "held: \(error.type)"
            detail = "\(error)"
        case .refused(let denial):
            word = "killed"
            detail = denial.meaning
        case .exceeded(let limit):
            word = "stopped: \(limit.rawValue)"
            detail = ""
        case .crashed(let signal):
            word = "ended: signal \(signal)"
            detail = ""
        case .cancelled:
            word = "cancelled"
            detail = ""
        }
    }

    /// Of a program that ran by itself; null when it did not come to its end.
    init(plain answer: JSON?) {
        word = (answer?.arrayValue ?? []).isEmpty ? "held" : Self.breach
        detail = String("\(answer ?? nil)".prefix(400))
        denied = []
    }

    /// A program that is wrong by itself shows nothing.
    var isMistake: Bool {
        let mistakes = [
            "NameError", "TypeError", "SyntaxError", "AttributeError", "ReferenceError",
            "ImportError", "ModuleNotFoundError", "IndentationError", "EarlyExit",
        ]
        return mistakes.contains { word == "held: \($0)" }
    }
}
