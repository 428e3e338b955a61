internal import FlowModel
internal import JSONValue

/// Checks inputs against a flow's declarations, fills in the defaults and protects the secrets.
struct InputAdmission {
    let flow: Flow
    let protectSecret: (@Sendable (_ input: String, _ clear: String) throws -> String)?

    /// The inputs as the run will see them; an optional one that is missing is null.
    ///
    /// Throws every fault of the values at once (`InputFaults`), then those of secrets.
    func admit(_ given: JSONObject) throws -> JSON {
        let bound = try flow.bindInputs(.object(given))
        guard var inputs = bound.objectValue else { return bound }
        for declaration in flow.inputs where declaration.type == .secret {
            guard let text = inputs[declaration.name]?.stringValue else { continue }
            inputs[declaration.name] = .string(try reference(text, to: declaration.name))
        }
        return .object(inputs)
    }

    /// SECURITY: a secret input reaches neither journal nor script in clear, only as a reference.
    private func reference(_ text: String, to name: String) throws -> String {
        if text.hasPrefix("secret:") { return text }
        guard let protectSecret else {
            throw EngineError.secretInClear(flow: flow.name, input: name)
        }
        return try protectSecret(name, text)
    }
}
