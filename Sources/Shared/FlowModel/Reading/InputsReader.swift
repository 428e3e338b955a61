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
        let known = ["type", "required", "default", "summary"]
        guard let fields = Fields(member.value, of: owner, known: known, faults: faults) else {
            return nil
        }
        let types = InputType.allCases.map(\.rawValue)
        guard fields.required("type", hint: "one of \(types.joined(separator: ", "))") != nil,
            let type = fields.choice("type", among: types).flatMap(InputType.init)
        else { return nil }
        let isRequired = fields.boolean("required") ?? false
        return InputDeclaration(
            name: member.key, type: type, isRequired: isRequired,
            defaultValue: readDefault(fields, type, isRequired),
            summary: fields.literal("summary"))
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
        }
    }
}
