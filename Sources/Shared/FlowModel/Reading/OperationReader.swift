import JSONValue
import YAMLDocuments

extension FlowSession {
    func readOperation(_ context: NodeContext) -> OperationNode? {
        let fields = context.fields
        guard var operation = readUse(fields, node: context.name, place: context.place) else {
            return nil
        }
        operation.tools = readTools(context, operation)
        if let node = fields["limits"],
            let limits = Fields(
                node, of: "'limits' of \(fields.owner)", known: ["rounds", "tokens"],
                faults: faults)
        {
            operation.toolRounds = limits.integer("rounds", in: 1...1000)
            operation.toolTokens = limits.integer("tokens", in: 1...1_000_000_000)
            if fields["tools"] == nil {
                faults.add(
                    fields.keyLocation("limits"), "limits",
                    "'limits' in \(fields.owner) needs 'tools'")
            }
        }
        return operation
    }

    /// `uses`, `connection` and `with`, wherever they stand: in a node, a tool, or `deliver`.
    func readUse(_ fields: Fields, node: String, place: ExpressionPlace) -> OperationNode? {
        guard let nameNode = fields.required("uses"),
            let name = fields.literal(nameNode, "uses")
        else { return nil }
        guard let description = surroundings.operations[name] else {
            faults.add(
                nameNode, "there is no operation '\(name)'",
                hint: Nearest.hint(for: name, among: surroundings.operations.names))
            return nil
        }
        let connection = readConnection(fields, description, node: node)
        let arguments = readArguments(fields, description, place)
        if description.effect == .write {
            usages.append(
                HostUse(
                    subject: .operation(
                        description, resource: resource(description, arguments)),
                    node: node, location: nameNode.location))
        }
        return OperationNode(operation: name, connection: connection, arguments: arguments)
    }

    private func resource(_ description: OperationDescription, _ arguments: Template) -> JSON? {
        guard let name = description.resourceArgument else { return nil }
        switch arguments {
        case .literal(let value): return value[name]
        case .object(let members): return members.first { $0.key == name }?.value.literalValue
        default: return nil
        }
    }

    private func readConnection(
        _ fields: Fields, _ description: OperationDescription, node: String
    ) -> String? {
        guard let kind = description.connectionKind else {
            if fields["connection"] != nil {
                faults.add(
                    fields.keyLocation("connection"), "connection",
                    "'\(description.name)' takes no connection", hint: "remove 'connection'")
            }
            return nil
        }
        let fitting = surroundings.configuration?.connections.filter { $0.kind == kind }
        let names = fitting?.map(\.name) ?? []
        guard fields["connection"] != nil else {
            faults.add(
                fields.keyLocation("uses"), "uses",
                "'\(description.name)' in \(fields.owner) needs a connection of kind '\(kind)'",
                hint: names.isEmpty
                    ? "add 'connection: NAME' and define it in sluice.yaml"
                    : "add 'connection: \(names.joined(separator: "' or '"))'")
            return nil
        }
        guard let name = fields.literal("connection"), let place = fields["connection"] else {
            return nil
        }
        if let configuration = surroundings.configuration {
            guard let found = configuration.connections.first(where: { $0.name == name }) else {
                faults.add(
                    place, "there is no connection '\(name)'",
                    hint: Nearest.suggestion(
                        for: name, among: configuration.connections.map(\.name))
                        ?? "define it under 'connections' in sluice.yaml with kind: \(kind)")
                return nil
            }
            guard found.kind == kind else {
                faults.add(
                    place,
                    "connection '\(name)' is of kind '\(found.kind)'; "
                        + "'\(description.name)' needs '\(kind)'")
                return nil
            }
        }
        usages.append(
            HostUse(subject: .connection(name), node: node, location: place.location))
        return name
    }

    private func readArguments(
        _ fields: Fields, _ description: OperationDescription, _ place: ExpressionPlace
    ) -> Template {
        let checker = ArgumentChecker(operation: description, faults: faults)
        guard let node = fields["with"] else {
            checker.checkRequired(present: [], at: fields.keyLocation("uses"), owner: fields.owner)
            return .literal(.object(JSONObject()))
        }
        guard let members = node.members else {
            fields.wrongType(
                node, "with", "a mapping from argument to value, written out",
                hint: "known are \(checker.names.joined(separator: ", "))")
            return .literal(.object(JSONObject()))
        }
        var object = JSONObject()
        var templates: [TemplateMember] = []
        for member in members {
            var inner = place.with(words: "'\(member.key)' of \(fields.owner)")
            inner.isCredential = description.credentialArguments.contains(member.key)
            let value = template(member.value, in: inner)
            if inner.isCredential { refuseLiteralCredential(value, member) }
            templates.append(TemplateMember(key: member.key, value: value))
            object[member.key] = value.literalValue
            checker.check(member, value)
        }
        checker.checkRequired(
            present: members.map(\.key), at: fields.keyLocation("with"), owner: fields.owner)
        return object.count == templates.count ? .literal(.object(object)) : .object(templates)
    }

    /// SECURITY: a credential never stands in a file that is shared.
    private func refuseLiteralCredential(_ value: Template, _ member: YAMLMember) {
        guard let literal = value.literalValue, !literal.isNull else { return }
        faults.add(
            member.value.location, "", "'\(member.key)' is a credential and cannot be written out",
            hint: "declare an input of type secret and write ${{ inputs.NAME }}", hidesSource: true)
    }
}
