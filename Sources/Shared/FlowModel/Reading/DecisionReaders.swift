import JSONValue
import YAMLDocuments

/// Approvals and `choose`.
extension FlowSession {
    func readApproval(_ context: NodeContext) -> ApprovalNode? {
        let known = ["ask", "choices", "who", "approves", "deliver", "covers", "expires"]
        guard let node = context.fields["approval"],
            let fields = Fields(
                node, of: "'approval' of \(context.fields.owner)", known: known, faults: faults)
        else { return nil }
        _ = fields.required("ask", hint: "the question, such as 'Push this fix?'")
        let ask = template(fields, "ask", in: context.place) ?? .literal("")
        switch ask {
        case .text, .expression, .literal(.string): break
        default: fields.wrongType(fields["ask"] ?? node, "ask", "a string")
        }
        let choices = readChoices(fields)
        return ApprovalNode(
            ask: ask, choices: choices, who: readApprovers(fields),
            approves: readApproving(fields, choices.map(\.name)),
            deliver: readDelivery(fields, context), covers: readCovers(fields),
            expires: fields.duration("expires", in: .seconds(1) ... .seconds(366 * 86_400)))
    }

    private func readChoices(_ fields: Fields) -> [(name: String, label: String)] {
        guard
            let node = fields.required("choices", hint: "such as {accept: Accept, reject: Reject}")
        else { return [] }
        guard let members = node.members, !members.isEmpty else {
            fields.wrongType(node, "choices", "a mapping with at least one choice")
            return []
        }
        return members.compactMap { member in
            if member.key == "expired" {
                faults.add(
                    member.keyLocation, member.key,
                    "'expired' is the choice of an approval that "
                        + "nobody answered", hint: "choose another name")
            } else if let fault = NameRule.node.fault(of: member.key) {
                faults.add(
                    member.keyLocation, member.key,
                    "'\(member.key)' is no name for a choice: \(fault)")
            }
            return fields.literal(member.value, member.key).map { (member.key, $0) }
        }
    }

    /// The first choice, unless the file says which.
    private func readApproving(_ fields: Fields, _ choices: [String]) -> [String] {
        guard let names = fields.literals("approves") else { return Array(choices.prefix(1)) }
        for (name, node) in names where !choices.contains(name) {
            faults.add(
                node, "there is no choice '\(name)'",
                hint: Nearest.hint(for: name, among: choices))
        }
        return names.map(\.text)
    }

    private func readApprovers(_ fields: Fields) -> [String] {
        let forms = "slack:TEAM/USER or key:NAME"
        guard fields.required("who", hint: "a list of \(forms)") != nil,
            let names = fields.literals("who")
        else { return [] }
        if names.isEmpty, let node = fields["who"] {
            faults.add(node.location, "", "nobody may answer this approval", hint: "add \(forms)")
        }
        for (name, node) in names where !Self.isApprover(name) {
            faults.add(node, "'\(name)' names nobody", hint: "write \(forms)")
        }
        return names.map(\.text)
    }

    private static func isApprover(_ text: String) -> Bool {
        if text.hasPrefix("key:") {
            return NameRule.node.fault(of: String(text.dropFirst(4))) == nil
        }
        guard text.hasPrefix("slack:") else { return false }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && isSlackName(parts[0], ["T", "E"])
            && isSlackName(parts[1], ["U", "W"])
    }

    private static func isSlackName(_ text: Substring, _ first: [String]) -> Bool {
        first.contains { text.hasPrefix($0) } && text.utf8.count > 1
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }

    private func readDelivery(_ fields: Fields, _ context: NodeContext) -> OperationNode? {
        guard let node = fields["deliver"],
            let use = Fields(
                node, of: "'deliver' of \(context.fields.owner)",
                known: ["uses", "connection", "with"], faults: faults)
        else { return nil }
        return readUse(
            use, node: context.name,
            place: context.place.adding("approval", words: "'deliver' of \(context.fields.owner)"))
    }

    private func readCovers(_ fields: Fields) -> [String] {
        let names = fields.literals("covers") ?? []
        for (name, node) in names { _ = isNode(name, node) }
        return names.map(\.text)
    }

    func readChoose(_ context: NodeContext) -> ChooseNode? {
        let fields = context.fields
        let value = expression(fields, "choose", in: context.place)
        guard let node = fields.required("cases", hint: "such as {accept: NODE}") else {
            return nil
        }
        guard let members = node.members, !members.isEmpty else {
            fields.wrongType(node, "cases", "a mapping with at least one case")
            return nil
        }
        let cases = members.compactMap { member -> (value: String, node: String)? in
            guard let target = fields.literal(member.value, member.key) else { return nil }
            _ = isNode(target, member.value)
            return (member.key, target)
        }
        let otherwise = fields.literal("otherwise")
        if let otherwise, let node = fields["otherwise"] { _ = isNode(otherwise, node) }
        return value.map { ChooseNode(value: $0, cases: cases, otherwise: otherwise) }
    }
}
