import JSONSchema
import JSONValue
import YAMLDocuments

/// A node as it was read, before its edges are known.
struct NodeDraft {
    var node: Node
    var references: [NodeReference] = []
    /// Those among them that the work itself reads, which an approval shows before it is done.
    var workReferences: [NodeReference] = []
    /// Nodes that this one names outside expressions.
    var named: [NamedNode] = []
}

/// A node's name that stands in `after`, `choose`, `go-to` or `covers`.
struct NamedNode {
    enum Role {
        case after
        case afterAny
        case chosen
        case goTo
        case covers
    }
    let name: String
    let role: Role
    let location: SourceLocation
}

/// What a node is, by the key that says so.
enum NodeKind: String, CaseIterable {
    case script
    case uses
    case approval
    case choose
    case flow
    case respond
    case wait
    case set

    /// The keys beside its own and `when`, `after`.
    var keys: [String] {
        switch self {
        case .script:
            [
                "input", "profile", "runtime", "language", "style", "mode", "repeatable",
                "network", "packages",
                "returns",
            ] + Self.attempts + Self.items
        case .uses:
            ["connection", "with", "tools", "limits", "once", "returns"] + Self.attempts
                + Self.items
        case .flow: ["input", "returns"] + Self.attempts + Self.items
        case .set: ["returns", "on-error"] + Self.items
        case .choose: ["cases", "otherwise"]
        case .approval, .respond: ["on-error"]
        case .wait: []
        }
    }

    private static let attempts = ["retry", "timeout", "repeat", "on-error"]
    private static let items = ["for-each", "key", "at-once"]

    static let allKeys: [String] = {
        var keys = allCases.map(\.rawValue) + ["when", "after"]
        for kind in allCases { keys += kind.keys.filter { !keys.contains($0) } }
        return keys
    }()
}

extension FlowSession {
    func readNode(_ member: YAMLMember) -> NodeDraft? {
        let owner = "node '\(member.key)'"
        let known = NodeKind.allKeys
        let kinds = NodeKind.allCases.filter { member.value[$0.rawValue] != nil }
        let shown =
            kinds.isEmpty
            ? NodeKind.allCases.map(\.rawValue) : kinds.flatMap { $0.keys + ["when", "after"] }
        guard
            let fields = Fields(
                member.value, of: owner, known: known, shown: shown, faults: faults),
            let kind = kind(of: fields, at: member.keyLocation)
        else { return nil }
        let hasItem = fields["for-each"] != nil
        let place = ExpressionPlace.node(owner, hasItem: hasItem)
        let context = NodeContext(name: member.key, fields: fields, place: place)
        guard let work = readWork(kind, context) else { return nil }
        var draft = NodeDraft(
            node: Node(name: member.key, work: work, location: member.keyLocation))
        draft.workReferences = references
        draft.node.when = expression(fields, "when", in: place)
        draft.node.forEach = readForEach(context)
        draft.node.retry = readRetry(fields)
        draft.node.timeout = fields.duration("timeout", in: .milliseconds(1) ... .seconds(86_400))
        draft.node.repeatRule = readRepeat(context)
        draft.node.once = readOnce(context, work)
        draft.node.returns = fields["returns"].flatMap { schema($0, words: "'returns'") }
        readAfter(fields, into: &draft)
        readErrorRule(context, into: &draft)
        draft.named += namedNodes(in: work, fields)
        return draft
    }

    private func kind(of fields: Fields, at location: SourceLocation) -> NodeKind? {
        let kinds = NodeKind.allCases.filter { fields[$0.rawValue] != nil }
        guard let kind = kinds.first else {
            // A misspelt key is a fault already, and most likely the missing one.
            let known = NodeKind.allKeys
            guard fields.members.allSatisfy({ known.contains($0.key) }) else { return nil }
            faults.add(
                location, "", "\(fields.owner) does nothing",
                hint: "it needs one of \(NodeKind.allCases.map(\.rawValue).joined(separator: ", "))"
            )
            return nil
        }
        if kinds.count > 1 {
            let words = kinds.map { "'\($0.rawValue)'" }.joined(separator: " and ")
            faults.add(
                fields.keyLocation(kinds[1].rawValue), kinds[1].rawValue,
                "\(fields.owner) has \(words); a node does one thing",
                hint: "make two nodes of it")
            return nil
        }
        let allowed = kind.keys + ["when", "after", kind.rawValue]
        for member in fields.members
        where NodeKind.allKeys.contains(member.key) && !allowed.contains(member.key) {
            let owners = NodeKind.allCases.filter { $0.keys.contains(member.key) }
            faults.add(
                member.keyLocation, member.key,
                "'\(member.key)' does not go with '\(kind.rawValue)' in \(fields.owner)",
                hint: "it goes with \(owners.map { "'\($0.rawValue)'" }.joined(separator: ", "))")
        }
        return kind
    }

    private func readWork(_ kind: NodeKind, _ context: NodeContext) -> NodeWork? {
        let fields = context.fields
        switch kind {
        case .script: return readScript(context).map { .script($0) }
        case .uses: return readOperation(context).map { .operation($0) }
        case .approval: return readApproval(context).map { .approval($0) }
        case .choose: return readChoose(context).map { .choose($0) }
        case .flow: return readSubflow(context)
        case .respond: return readRespond(context)
        case .wait:
            return fields.duration("wait", in: .milliseconds(1) ... .seconds(366 * 86_400))
                .map { .wait($0) }
        case .set: return template(fields, "set", in: context.place).map { .set($0) }
        }
    }

    private func readSubflow(_ context: NodeContext) -> NodeWork? {
        guard let name = context.fields.literal("flow"), let node = context.fields["flow"] else {
            return nil
        }
        checkFlowName(name, node)
        let declared = surroundings.flows?[name]
        let members = context.fields["input"]?.members ?? []
        if let input = context.fields["input"], input.members == nil {
            context.fields.wrongType(input, "input", "a mapping from input to value")
        }
        var values: [(name: String, value: Template)] = []
        for member in members {
            var place = context.place.with(
                words: "input '\(member.key)' of \(context.fields.owner)")
            // As long as the flow's own inputs are not known, it may declare this one as a secret; once they
            // are, the file is read again.
            place.isCredential =
                surroundings.flows == nil
                || declared?.contains { $0.name == member.key && $0.type == .secret } ?? false
            values.append((member.key, template(member.value, in: place)))
            if let declared, !declared.contains(where: { $0.name == member.key }) {
                faults.add(
                    member.keyLocation, member.key,
                    "flow '\(name)' has no input '\(member.key)'",
                    hint: Nearest.hint(for: member.key, among: declared.map(\.name)))
            }
        }
        let names = (declared ?? []).map(\.name)
        let misspelt = members.filter { !names.contains($0.key) }
            .compactMap { Nearest.name(to: $0.key, among: names) }
        for input in declared ?? []
        where input.isRequired && !(members.map(\.key) + misspelt).contains(input.name) {
            faults.add(
                context.fields.keyLocation("input"), "input",
                "the required input '\(input.name)' of flow '\(name)' is missing")
        }
        return .subflow(flow: name, input: values)
    }

    private func readRespond(_ context: NodeContext) -> NodeWork? {
        guard let node = context.fields["respond"],
            let fields = Fields(
                node, of: "'respond' of \(context.fields.owner)", known: ["status", "body"],
                faults: faults)
        else { return nil }
        let status = fields.integer("status", in: 200...599) ?? 200
        let body = template(fields, "body", in: context.place) ?? .literal(.null)
        return .respond(status: status, body: body)
    }

    /// A JSON Schema in the file; each fault stands where the keyword does.
    func schema(_ node: YAMLNode, words: String) -> JSONSchema? {
        guard let document = faults.json(node) else { return nil }
        do {
            return try JSONSchema(document)
        } catch {
            for fault in error.faults {
                faults.add(node.part(at: fault.pointer), "\(words): \(fault.message)")
            }
            return nil
        }
    }
}

/// What the readers of one node's parts share.
struct NodeContext {
    let name: String
    let fields: Fields
    let place: ExpressionPlace
}
