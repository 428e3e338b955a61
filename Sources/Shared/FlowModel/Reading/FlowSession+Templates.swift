import JSONValue
import YAMLDocuments

extension FlowSession {
    /// Reads a value with expressions in it; faults are collected and leave null behind.
    func template(_ node: YAMLNode, in place: ExpressionPlace) -> Template {
        switch node.content {
        case .scalar: return scalarTemplate(node, in: place)
        case .sequence(let elements):
            let inner = inside(place)
            let templates = elements.map { template($0, in: inner) }
            let literals = templates.compactMap(\.literalValue)
            return literals.count == templates.count
                ? .literal(.array(literals)) : .array(templates)
        case .mapping(let members):
            let inner = inside(place)
            var object = JSONObject()
            var templates: [TemplateMember] = []
            var isLiteral = true
            for member in members {
                checkKey(member)
                let value = template(member.value, in: inner)
                templates.append(TemplateMember(key: member.key, value: value))
                object[member.key] = value.literalValue
                isLiteral = isLiteral && value.literalValue != nil
            }
            return isLiteral ? .literal(.object(object)) : .object(templates)
        }
    }

    /// Nil when the key is absent.
    func template(_ fields: Fields, _ key: String, in place: ExpressionPlace) -> Template? {
        fields[key].map { template($0, in: place.with(words: "'\(key)' of \(fields.owner)")) }
    }

    /// A value that must be one whole expression; `true` and `false` may stand alone.
    func expression(_ node: YAMLNode, in place: ExpressionPlace) -> Expression? {
        if case .bool(let flag)? = node.scalar {
            return Expression(
                source: flag ? "true" : "false", location: node.location,
                syntax: .literal(.bool(flag)))
        }
        guard let text = node.stringValue, TemplateText.hasExpression(text) else {
            faults.add(
                node, "\(place.words) takes an expression, not \(node.kind)",
                hint: node.stringValue.map { "write ${{ \($0) }}" })
            return nil
        }
        switch scalarTemplate(node, in: place) {
        case .expression(let expression): return expression
        case .literal: return nil
        default:
            faults.add(
                node, "\(place.words) takes one expression with nothing around it",
                hint: "put the parts together inside one ${{ … }}")
            return nil
        }
    }

    func expression(_ fields: Fields, _ key: String, in place: ExpressionPlace) -> Expression? {
        fields[key].flatMap { node in
            expression(node, in: place.with(words: "'\(key)' of \(fields.owner)"))
        }
    }

    private func inside(_ place: ExpressionPlace) -> ExpressionPlace {
        ExpressionPlace(words: place.words, roots: place.roots)
    }

    private func checkKey(_ member: YAMLMember) {
        guard TemplateText.hasExpression(member.key) else { return }
        faults.add(
            member.keyLocation, member.key, "a key cannot be an expression",
            hint: "build an object with such keys in a script node")
    }

    private func scalarTemplate(_ node: YAMLNode, in place: ExpressionPlace) -> Template {
        guard let text = node.stringValue else {
            return .literal(faults.scalarJSON(node) ?? .null)
        }
        checkSecretLiteral(text, node)
        guard text.contains("${{") else { return .literal(.string(text)) }
        let places = ScalarPlaces.of(node, in: faults.source)
        let parts = TemplateText(text, places: places)
        for error in parts.errors { faults.add(error) }
        guard parts.errors.isEmpty else { return .literal(.null) }
        let template = parts.template
        for expression in template.expressions {
            check(expression, isWhole: template == .expression(expression), in: place)
        }
        return template
    }

    /// SECURITY: a flow file never names a secret of the host; connections hold those.
    private func checkSecretLiteral(_ text: String, _ node: YAMLNode) {
        guard SecretReference.isReference(text) else { return }
        faults.add(
            node, "'\(text)' cannot stand here; secrets stand in credential settings only",
            hint: "put it into a connection in sluice.yaml, or declare an input of type secret")
    }
}

extension Template {
    var literalValue: JSON? {
        if case .literal(let value) = self { return value }
        return nil
    }
}

/// `secret:NAME`.
enum SecretReference {
    static func isReference(_ text: String) -> Bool { name(in: text) != nil }

    /// The secret's name; nil when `text` is no reference or the name is malformed.
    static func name(in text: String) -> String? {
        guard text.hasPrefix("secret:") else { return nil }
        let name = text.dropFirst(7)
        let isName = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        return isName && !name.isEmpty && name.utf8.count <= 128 ? String(name) : nil
    }
}
