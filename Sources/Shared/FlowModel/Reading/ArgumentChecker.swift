import JSONSchema
import JSONValue
import YAMLDocuments

/// Compares `with` with the operation's JSON Schema: names always, values as far as they are
/// written out.
struct ArgumentChecker {
    let operation: OperationDescription
    let faults: FaultCollector

    var names: [String] { operation.arguments["properties"]?.objectValue?.keys ?? [] }

    func checkRequired(present: [String], at location: SourceLocation, owner: String) {
        let required = operation.arguments["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let unknown = present.filter { !names.contains($0) }
        let misspelt = unknown.compactMap { Nearest.name(to: $0, among: names) }
        for name in required where !present.contains(name) && !misspelt.contains(name) {
            faults.add(
                location, "",
                "'\(operation.name)' in \(owner) needs the argument '\(name)'")
        }
    }

    /// One argument of the operation.
    func check(_ member: YAMLMember, _ value: Template) {
        guard let schema = operation.arguments["properties"]?[member.key] else {
            guard operation.arguments["additionalProperties"]?.boolValue != true else { return }
            faults.add(
                member.keyLocation, member.key,
                "'\(operation.name)' has no argument '\(member.key)'",
                hint: Nearest.hint(for: member.key, among: names))
            return
        }
        check(member.value, value, schema, "'\(member.key)' of '\(operation.name)'")
    }

    private func check(_ node: YAMLNode, _ value: Template, _ schema: JSON, _ words: String) {
        switch value {
        case .literal(let literal): checkLiteral(node, literal, schema, words)
        case .expression: break
        case .text: checkType(node, "string", "a string", schema, words)
        case .array(let templates):
            checkType(node, "array", "a list", schema, words)
            guard let items = schema["items"] else { return }
            for (element, template) in zip(node.elements ?? [], templates) {
                check(element, template, items, "an element of \(words)")
            }
        case .object(let templates):
            checkType(node, "object", "an object", schema, words)
            checkMembers(node, templates, schema, words)
        }
    }

    private func checkMembers(
        _ node: YAMLNode, _ templates: [TemplateMember], _ schema: JSON, _ words: String
    ) {
        for (member, template) in zip(node.members ?? [], templates) {
            if let property = schema["properties"]?[member.key] {
                check(member.value, template.value, property, "'\(member.key)' in \(words)")
            } else if schema["additionalProperties"]?.boolValue == false {
                faults.add(
                    member.keyLocation, member.key, "\(words) has no member '\(member.key)'",
                    hint: Nearest.hint(
                        for: member.key, among: schema["properties"]?.objectValue?.keys ?? []))
            }
        }
        let required = schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        for name in required where !templates.contains(where: { $0.key == name }) {
            faults.add(node.location, "", "\(words) needs the member '\(name)'")
        }
    }

    private func checkLiteral(_ node: YAMLNode, _ value: JSON, _ schema: JSON, _ words: String) {
        // A schema that cannot be read is the connector's mistake, never the author's.
        guard let schema = try? JSONSchema(schema) else { return }
        for fault in schema.faults(in: value) {
            faults.add(node.part(at: fault.pointer), "\(words): \(fault.message)")
        }
        if schema.document["format"]?.stringValue == "json-schema" {
            checkSchema(node, value, words)
        }
    }

    /// An argument that is itself a JSON Schema, such as that of a model's answer.
    private func checkSchema(_ node: YAMLNode, _ value: JSON, _ words: String) {
        do {
            _ = try JSONSchema(value)
        } catch {
            for fault in error.faults {
                faults.add(node.part(at: fault.pointer), "\(words): \(fault.message)")
            }
        }
    }

    /// Text with an expression in it is always text, a list always a list.
    private func checkType(
        _ node: YAMLNode, _ type: String, _ found: String, _ schema: JSON, _ words: String
    ) {
        let allowed =
            schema["type"]?.stringValue.map { [$0] }
            ?? schema["type"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard !allowed.isEmpty, !allowed.contains(type) else { return }
        faults.add(
            node, "\(words) takes \(allowed.joined(separator: " or ")), not \(found)",
            hint: type == "string" ? "one whole expression keeps its type: ${{ … }}" : nil)
    }
}
