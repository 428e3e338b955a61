import JSONValue
import SandboxPolicy
import YAMLDocuments

/// What is known while one flow file is read: names first, so that every reference can be checked
/// where it stands.
final class FlowSession {
    let faults: FaultCollector
    let surroundings: FlowSurroundings
    let files: any FlowFiles
    var flowName = ""
    var inputs: [InputDeclaration] = []
    /// Also those whose declaration is wrong, so that one mistake is one fault.
    var inputNames: [String] = []
    var nodeNames: [String] = []
    /// Nodes that have a `for-each`, and so `.items`.
    var repeatedNodes: Set<String> = []
    /// The references to nodes in what is being read now.
    var references: [NodeReference] = []
    var usages: [HostUse] = []
    /// Nodes that an approval covers.
    var coveredNodes: Set<String> = []
    /// What the flow's Python scripts import when they do not say it themselves.
    var flowPackages: (name: String, location: SourceLocation)?

    init(faults: FaultCollector, surroundings: FlowSurroundings, files: any FlowFiles) {
        self.faults = faults
        self.surroundings = surroundings
        self.files = files
    }

    func input(_ name: String) -> InputDeclaration? { inputs.first { $0.name == name } }

    /// What `read` refers to, apart from what was read before it.
    func collectingReferences<Value>(_ read: () -> Value) -> (Value, [NodeReference]) {
        let before = references
        references = []
        let value = read()
        defer { references = before }
        return (value, references)
    }
}

/// `nodes.X…` somewhere in a file.
struct NodeReference {
    let name: String
    let isOptional: Bool
    /// The first step after the name: `output`, `items`, `error`, `state`.
    let member: String?
    let location: SourceLocation
    let text: String
}

/// Something that needs the host's grant.
struct HostUse {
    enum Subject {
        case profile(ProfileName)
        case packages(String)
        case connection(String)
        /// A writing operation, with the resource when the file writes it out.
        case operation(OperationDescription, resource: JSON?)
    }
    let subject: Subject
    let node: String
    let location: SourceLocation
    /// Why it is used, when the file does not say so itself.
    var reason: String?
}

/// Which first names an expression may use, by where it stands.
struct ExpressionPlace {
    /// As messages name the place: `'with' of node 'review'`.
    var words: String
    var roots: [String]
    /// Whether this is a credential parameter, which may be `${{ inputs.SECRET }}` and only that.
    var isCredential = false

    static func node(_ words: String, hasItem: Bool) -> ExpressionPlace {
        ExpressionPlace(
            words: words,
            roots: ["inputs", "trigger", "nodes", "vars"] + (hasItem ? ["item"] : []))
    }

    static func webhook(_ words: String) -> ExpressionPlace {
        ExpressionPlace(words: words, roots: ["body", "headers", "query", "vars"])
    }

    static func run(_ words: String) -> ExpressionPlace {
        ExpressionPlace(words: words, roots: ["inputs", "trigger", "vars"])
    }

    func adding(_ root: String, words: String) -> ExpressionPlace {
        ExpressionPlace(words: words, roots: roots + [root])
    }

    func with(words: String) -> ExpressionPlace {
        ExpressionPlace(words: words, roots: roots)
    }
}
