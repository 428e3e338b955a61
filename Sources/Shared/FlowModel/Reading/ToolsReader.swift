import JSONSchema
import JSONValue
import SandboxPolicy
import YAMLDocuments

extension FlowSession {
    /// What a model may call: operations that only read, and scripts.
    func readTools(_ context: NodeContext, _ operation: OperationNode) -> [ToolNode] {
        guard let node = context.fields["tools"] else { return [] }
        guard operation.operation.hasPrefix("llm/") else {
            faults.add(
                context.fields.keyLocation("tools"), "tools",
                "'\(operation.operation)' takes no tools", hint: "tools go with llm/chat")
            return []
        }
        guard let members = node.members, !members.isEmpty else {
            context.fields.wrongType(node, "tools", "a mapping with at least one tool")
            return []
        }
        return members.compactMap { readTool($0, context) }
    }

    private func readTool(_ member: YAMLMember, _ context: NodeContext) -> ToolNode? {
        let owner = "tool '\(member.key)' of \(context.fields.owner)"
        if let fault = NameRule.tool.fault(of: member.key) {
            faults.add(
                member.keyLocation, member.key, "'\(member.key)' is no name for a tool: \(fault)")
        }
        let common = ["description", "arguments"]
        let operationKeys = ["uses", "connection", "with"]
        let scriptKeys = ["script", "input", "profile", "language", "packages"]
        guard
            let fields = Fields(
                member.value, of: owner, known: common + operationKeys + scriptKeys, faults: faults)
        else { return nil }
        let arguments = readToolArguments(fields)
        let place = context.place.adding("tool", words: owner)
        let inner = NodeContext(name: context.name, fields: fields, place: place)
        var summary = fields.literal("description")
        let work: NodeWork
        switch (fields["uses"], fields["script"]) {
        case (_?, nil):
            guard let use = readUse(fields, node: context.name, place: place) else { return nil }
            refuse(scriptKeys, in: fields, beside: "uses")
            checkOnlyReads(use, fields)
            summary = summary ?? surroundings.operations[use.operation]?.summary
            work = .operation(use)
        case (nil, _?):
            refuse(operationKeys, in: fields, beside: "script")
            guard let script = readScript(inner) else { return nil }
            work = .script(script)
        default:
            faults.add(
                member.keyLocation, member.key, "\(owner) needs either 'uses' or 'script'")
            return nil
        }
        return ToolNode(
            description: ToolDescription(
                name: member.key, description: summary ?? "", arguments: arguments),
            work: work)
    }

    private func readToolArguments(_ fields: Fields) -> JSON {
        let none: JSON = ["type": "object", "properties": [:], "additionalProperties": false]
        guard let node = fields["arguments"] else { return none }
        guard let schema = schema(node, words: "'arguments' of \(fields.owner)") else {
            return none
        }
        if schema.document["type"]?.stringValue != "object" {
            faults.add(
                node.location, "", "'arguments' of \(fields.owner) must be a schema of an object",
                hint: "begin with type: object")
        }
        return schema.document
    }

    private func refuse(_ keys: [String], in fields: Fields, beside kind: String) {
        for key in keys where fields[key] != nil {
            faults.add(
                fields.keyLocation(key), key,
                "'\(key)' does not go with '\(kind)' in \(fields.owner)")
        }
    }

    /// SECURITY: what a model asks for changes nothing in the world.
    private func checkOnlyReads(_ use: OperationNode, _ fields: Fields) {
        guard surroundings.operations[use.operation]?.effect == .write, let node = fields["uses"]
        else { return }
        faults.add(
            node, "\(fields.owner) cannot use '\(use.operation)': a tool only reads",
            hint: "let a node of its own write, after the model's answer was checked")
    }
}
