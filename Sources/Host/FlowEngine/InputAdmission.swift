internal import FlowModel
internal import JSONValue
internal import Journal

/// Checks inputs against a flow's declarations, fills in the defaults and seals the secrets.
struct InputAdmission {
    enum Giver: Sendable {
        /// Who owns the host, and may name its secrets.
        case owner
        case anybody
        /// Another flow of the same run: its secrets are sealed already.
        case flow
    }

    let flow: Flow
    let sealing: (any SecretSealing)?
    let giver: Giver

    /// What a run begins with.
    struct Admitted {
        /// As the run will see them; an optional one that is missing is null, a secret a reference.
        var inputs: JSON
        var sealed: [String: [UInt8]] = [:]
        /// Keeps the secrets out of whatever came with them.
        var redaction = Redaction.none
    }

    /// Throws every fault of the values at once (`InputFaults`).
    func admit(_ given: JSONObject, of run: RunID) throws(InputFaults) -> Admitted {
        let bound = try flow.bindInputs(.object(given))
        guard var inputs = bound.objectValue else { return Admitted(inputs: bound) }
        var admitted = Admitted(inputs: bound)
        var clear: [String: String] = [:]
        var faults: [InputFaults.Fault] = []
        for declaration in flow.inputs where declaration.type == .secret {
            guard let text = inputs[declaration.name]?.stringValue else { continue }
            let name = declaration.name
            if isReference(text) { continue }
            do throws(SecretRefusal) {
                admitted.sealed[name] = try seal(text, name, run)
                clear[name] = text
                inputs[name] = .string(SealedReference.text(name))
            } catch {
                faults.append(
                    InputFaults.Fault(
                        name: name, message: "the input '\(name)' \(error.message)",
                        hint: error.hint))
            }
        }
        guard faults.isEmpty else { throw InputFaults(flow: flow.name, faults: faults) }
        if !clear.isEmpty, let sealing { admitted.redaction = sealing.redaction(of: clear) }
        // Another input may hold the same value.
        admitted.inputs = admitted.redaction.apply(.object(inputs))
        return admitted
    }

    private func isReference(_ text: String) -> Bool {
        switch giver {
        case .owner: text.hasPrefix("secret:")
        case .anybody: false
        case .flow: text.hasPrefix("secret:") || SealedReference.input(in: text) != nil
        }
    }

    /// SECURITY: a secret input reaches neither journal nor script in clear, only sealed; and nobody but
    /// the owner chooses one of the host's secrets by its name.
    private func seal(
        _ text: String, _ name: String, _ run: RunID
    ) throws(SecretRefusal) -> [UInt8] {
        if text.hasPrefix("secret:") {
            throw SecretRefusal(
                message: "names a secret of the host, which only its owner may",
                hint: "give the value itself")
        }
        if SealedReference.input(in: text) != nil {
            throw SecretRefusal(
                message: "is a reference to what was sealed for another run",
                hint: "give the value again")
        }
        guard giver != .flow, let sealing else {
            throw SecretRefusal(
                message: "is a secret, and is not stored in clear",
                hint: "store it with 'sluice secrets set NAME' and pass 'secret:NAME'")
        }
        guard text.utf8.count >= SealedReference.shortest else {
            throw SecretRefusal(
                message: "is shorter than \(SealedReference.shortest) bytes, too short to be kept "
                    + "out of what came with it", hint: "use a longer secret")
        }
        return try sealing.seal(text, input: name, of: run)
    }
}
