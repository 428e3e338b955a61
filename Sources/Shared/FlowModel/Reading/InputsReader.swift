import JSONValue
import YAMLDocuments

extension FlowSession {
    func readInputs(_ fields: Fields) {
        guard let node = fields["inputs"] else { return }
        guard let members = node.members else {
            fields.wrongType(node, "inputs", "a mapping from name to declaration")
            return
        }
        guard members.count <= Self.inputLimit else {
            faults.add(
                node.location, "",
                "the flow has \(members.count) inputs; the most is \(Self.inputLimit)",
                hint: "take one input of type object")
            return
        }
        inputNames = members.map(\.key)
        inputs = members.compactMap(readInput)
    }

    private func readInput(_ member: YAMLMember) -> InputDeclaration? {
        let owner = "input '\(member.key)'"
        if let fault = NameRule.input.fault(of: member.key) {
            faults.add(
                member.keyLocation, member.key, "'\(member.key)' is no name for an input: \(fault)")
        }
        let known = ["type", "required", "default", "summary", "enum", "max-length"]
        guard let fields = Fields(member.value, of: owner, known: known, faults: faults) else {
            return nil
        }
        let types = InputType.allCases.map(\.rawValue)
        guard fields.required("type", hint: "one of \(types.joined(separator: ", "))") != nil,
            let type = fields.choice("type", among: types).flatMap(InputType.init)
        else { return nil }
        let isRequired = fields.boolean("required") ?? false
        var declaration = InputDeclaration(
            name: member.key, type: type, isRequired: isRequired,
            defaultValue: readDefault(fields, type, isRequired),
            summary: fields.literal("summary"))
        readBounds(fields, &declaration)
        return declaration
    }

    private func readBounds(_ fields: Fields, _ declaration: inout InputDeclaration) {
        let type = declaration.type
        if let node = fields["enum"] {
            declaration.choices = (fields.literals("enum") ?? []).map(\.text)
            if type != .string {
                faults.add(
                    fields.keyLocation("enum"), "enum", "only an input of type string has 'enum'")
            } else if declaration.choices.isEmpty {
                faults.add(node, "'enum' of \(fields.owner) names no text")
            }
        }
        declaration.maxLength = fields.integer("max-length", in: 1...10_000_000)
        if fields["max-length"] != nil, type != .string, type != .fileList {
            faults.add(
                fields.keyLocation("max-length"), "max-length",
                "only an input of type string or file-list has 'max-length'")
        }
        if let value = declaration.defaultValue, type.fault(of: value) == nil,
            let node = fields["default"], let fault = declaration.fault(of: value)
        {
            faults.add(node, "the default of \(fields.owner) \(fault)")
        }
    }

    private func readDefault(_ fields: Fields, _ type: InputType, _ isRequired: Bool) -> JSON? {
        guard let node = fields["default"], let value = faults.json(node) else { return nil }
        if type == .secret {
            faults.add(
                fields.keyLocation("default"), "default", "a secret has no default",
                hint: "give it with each run", hidesSource: true)
            return nil
        }
        if isRequired {
            faults.add(
                fields.keyLocation("default"), "default",
                "\(fields.owner) is required, so its default is never used",
                hint: "remove 'required' or 'default'")
        }
        if let text = node.stringValue, TemplateText.hasExpression(text) {
            faults.add(node, "a default cannot be an expression")
            return nil
        }
        if let fault = type.fault(of: value) {
            faults.add(node, "the default of \(fields.owner) \(fault)")
        }
        return value
    }
}

extension InputDeclaration {
    /// Why a value cannot be this input, nil when it can.
    func fault(of value: JSON) -> String? {
        if let fault = type.fault(of: value) { return fault }
        if let text = value.stringValue, !choices.isEmpty, !choices.contains(text) {
            return "must be one of: \(choices.joined(separator: ", "))"
        }
        guard let maxLength else { return nil }
        if let text = value.stringValue, text.unicodeScalars.count > maxLength {
            return "must have at most \(maxLength) characters"
        }
        if let files = value.arrayValue, files.count > maxLength {
            return "must have at most \(maxLength) files"
        }
        return nil
    }
}

extension InputType {
    /// Why a value is not of this type, nil when it is.
    func fault(of value: JSON) -> String? {
        let fits: Bool
        switch (self, value) {
        case (.string, .string), (.secret, .string), (.boolean, .bool), (.object, .object),
            (.array, .array), (.integer, .integer), (.number, .integer), (.number, .double),
            (.number, .bigNumber):
            fits = true
        case (.integer, .double(let number)): fits = number.rounded() == number
        case (.file, .object): fits = true
        case (.fileList, .array(let files)): fits = files.allSatisfy { $0.objectValue != nil }
        default: fits = false
        }
        return fits ? nil : "must be \(words), not \(StaticType(value).words)"
    }

    private var words: String {
        switch self {
        case .string: "a string"
        case .secret: "a secret's text"
        case .integer: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        case .object: "an object"
        case .array: "a list"
        case .file: "a file's object"
        case .fileList: "a list of files' objects"
        }
    }
}
