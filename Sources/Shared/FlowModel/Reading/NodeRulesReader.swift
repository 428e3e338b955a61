import JSONValue
import YAMLDocuments

/// The keys that any kind of work may have: for-each, repeat, retry, once, after, on-error.
extension FlowSession {
    func readForEach(_ context: NodeContext) -> ForEach? {
        let fields = context.fields
        guard let node = fields["for-each"] else {
            for key in ["key", "at-once"] where fields[key] != nil {
                faults.add(
                    fields.keyLocation(key), key,
                    "'\(key)' in \(fields.owner) needs 'for-each'")
            }
            return nil
        }
        let outer = ExpressionPlace.node("'for-each' of \(fields.owner)", hasItem: false)
        let items: Expression
        if node.elements != nil, case .array(let values)? = template(node, in: outer).literalValue {
            // A list that is written out; an expression's text is its JSON.
            items = Expression(
                source: JSON.array(values).text, location: node.location,
                syntax: .literal(.array(values)))
        } else if let expression = expression(node, in: outer) {
            items = expression
        } else {
            return nil
        }
        return ForEach(
            items: items, key: template(fields, "key", in: context.place),
            atOnce: fields.integer("at-once", in: 1...1000))
    }

    func readRepeat(_ context: NodeContext) -> RepeatRule? {
        let owner = "'repeat' of \(context.fields.owner)"
        guard let node = context.fields["repeat"],
            let rule = Fields(
                node, of: owner, known: ["until", "every", "at-most"], faults: faults)
        else { return nil }
        let place = context.place.adding("output", words: owner)
        guard rule.required("until", hint: "such as ${{ output.done }}") != nil,
            rule.required("every", hint: "such as 2 s") != nil,
            rule.required("at-most", hint: "how often, such as 60") != nil,
            let until = expression(rule, "until", in: place),
            let every = rule.duration("every", in: .milliseconds(10) ... .seconds(86_400)),
            let atMost = rule.integer("at-most", in: 1...100_000)
        else { return nil }
        return RepeatRule(until: until, every: every, atMost: atMost)
    }

    func readRetry(_ fields: Fields) -> RetryRule? {
        guard let node = fields["retry"],
            let rule = Fields(
                node, of: "'retry' of \(fields.owner)", known: ["times", "wait", "on"],
                faults: faults),
            rule.required("times", hint: "tries after the first, such as 3") != nil,
            let times = rule.integer("times", in: 1...100)
        else { return nil }
        let wait = rule.duration("wait", in: .zero ... .seconds(86_400)) ?? .seconds(1)
        let kinds = rule.literals("on")
        if let node = rule["on"], let kinds, kinds.isEmpty {
            faults.add(node.location, "", "'on' in \(rule.owner) names no kind of error")
        }
        return RetryRule(times: times, wait: wait, on: kinds?.map(\.text))
    }

    /// `once` works where the host can look an effect up: at operations that write.
    func readOnce(_ context: NodeContext, _ work: NodeWork) -> Template? {
        guard let once = template(context.fields, "once", in: context.place),
            case .operation(let operation) = work
        else { return nil }
        if let description = surroundings.operations[operation.operation],
            description.effect == .read
        {
            faults.add(
                context.fields.keyLocation("once"), "once",
                "'once' in \(context.fields.owner) has no effect: '\(description.name)' only reads",
                hint: "remove it")
        }
        if case .literal(let value) = once, value.stringValue == nil, value.integerValue == nil {
            faults.add(
                context.fields.keyLocation("once"), "once",
                "'once' in \(context.fields.owner) takes a string that names the effect, "
                    + "not \(StaticType(value).words)")
        }
        return once
    }

    func readAfter(_ fields: Fields, into draft: inout NodeDraft) {
        guard let node = fields["after"] else { return }
        if node.elements != nil {
            let names = readNames(fields, "after", role: .after, into: &draft)
            draft.node.after = .all(names)
        } else if node.members != nil {
            guard
                let rule = Fields(
                    node, of: "'after' of \(fields.owner)", known: ["any"], faults: faults),
                rule.required("any", hint: "write {any: [a, b]}") != nil
            else { return }
            draft.node.after = .any(readNames(rule, "any", role: .afterAny, into: &draft))
        } else {
            fields.wrongType(
                node, "after", "a list of nodes",
                hint: node.scalarText.map { "write [\($0)]" })
        }
    }

    private func readNames(
        _ fields: Fields, _ key: String, role: NamedNode.Role, into draft: inout NodeDraft
    ) -> [String] {
        let names = fields.literals(key) ?? []
        if names.isEmpty, let node = fields[key], node.elements?.isEmpty ?? false {
            faults.add(node.location, "", "'\(key)' in \(fields.owner) names no node")
        }
        var seen: Set<String> = []
        for (name, node) in names {
            if !seen.insert(name).inserted {
                faults.add(node, "'\(name)' stands twice in '\(key)' of \(fields.owner)")
            } else if isNode(name, node) {
                draft.named.append(NamedNode(name: name, role: role, location: node.location))
            }
        }
        return names.map(\.text)
    }

    func isNode(_ name: String, _ node: YAMLNode) -> Bool {
        if nodeNames.contains(name) { return true }
        faults.add(
            node, "there is no node '\(name)'", hint: Nearest.hint(for: name, among: nodeNames))
        return false
    }

    func readErrorRule(_ context: NodeContext, into draft: inout NodeDraft) {
        let fields = context.fields
        guard let node = fields["on-error"] else { return }
        let forms = "stop, continue, {default: …} or {go-to: NODE}"
        guard node.members != nil else {
            switch node.stringValue {
            case "stop": draft.node.onError = .stop
            case "continue": draft.node.onError = .continueRun
            default:
                faults.add(
                    node, "'on-error' in \(fields.owner) must be \(forms)",
                    hint: node.scalarText.flatMap {
                        Nearest.suggestion(for: $0, among: ["stop", "continue"])
                    })
            }
            return
        }
        let owner = "'on-error' of \(fields.owner)"
        guard
            let rule = Fields(node, of: owner, known: ["default", "go-to"], faults: faults)
        else { return }
        guard rule.members.count == 1 else {
            faults.add(node.location, "", "\(owner) has one key", hint: "write \(forms)")
            return
        }
        if let value = template(rule, "default", in: context.place) {
            draft.node.onError = .useDefault(value)
        }
        guard let target = rule.literal("go-to"), let targetNode = rule["go-to"] else { return }
        if fields["for-each"] != nil {
            faults.add(
                targetNode, "'go-to' does not go with 'for-each' in \(fields.owner)",
                hint: "use 'continue' and read the items' errors from nodes.\(context.name).items")
        }
        draft.node.onError = .goTo(target)
        guard isNode(target, targetNode) else { return }
        draft.named.append(
            NamedNode(name: target, role: .goTo, location: targetNode.location))
    }

    /// The nodes that a `choose` takes and that an approval covers.
    func namedNodes(in work: NodeWork, _ fields: Fields) -> [NamedNode] {
        switch work {
        case .choose:
            let targets = (fields["cases"]?.members ?? []).map(\.value)
            return (targets + [fields["otherwise"]].compactMap(\.self)).compactMap {
                named($0, .chosen)
            }
        case .approval:
            return (fields["approval"]?["covers"]?.elements ?? []).compactMap {
                named($0, .covers)
            }
        default: return []
        }
    }

    private func named(_ node: YAMLNode, _ role: NamedNode.Role) -> NamedNode? {
        guard let name = node.stringValue, nodeNames.contains(name) else { return nil }
        return NamedNode(name: name, role: role, location: node.location)
    }
}
