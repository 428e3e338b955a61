package import JSONValue

/// Why the inputs given to a flow cannot start a run: every fault at once.
package struct InputFaults: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// The input; nil when the whole value is wrong.
        package let name: String?
        package let message: String
        package let hint: String?
        package var description: String { message + (hint.map { "; \($0)" } ?? "") }

        package init(name: String?, message: String, hint: String?) {
            self.name = name
            self.message = message
            self.hint = hint
        }
    }
    package let flow: String
    package let faults: [Fault]

    package init(flow: String, faults: [Fault]) {
        self.flow = flow
        self.faults = faults
    }

    package var description: String {
        "cannot start flow '\(flow)': " + faults.map(\.description).joined(separator: "\n  ")
    }
}

extension Flow {
    /// Checks given inputs against the declared ones and fills in defaults.
    ///
    /// The result has one member for each declared input, in the order of the file; an optional
    /// input that is neither given nor has a default is null. Null counts as not given.
    package func bindInputs(_ given: JSON) throws(InputFaults) -> JSON {
        var faults: [InputFaults.Fault] = []
        let values: JSONObject
        switch given {
        case .object(let object): values = object
        case .null: values = JSONObject()
        default:
            throw InputFaults(
                flow: name,
                faults: [
                    .init(
                        name: nil,
                        message: "the inputs must be an object, not \(StaticType(given).words)",
                        hint: "write {\"name\": value}")
                ])
        }
        let known = inputs.map(\.name)
        for (key, _) in values where !known.contains(key) {
            faults.append(
                .init(
                    name: key, message: "there is no input '\(key)'",
                    hint: Nearest.hint(for: key, among: known)))
        }
        var bound = JSONObject()
        for input in inputs {
            let value = values[input.name] ?? .null
            if value.isNull {
                if input.isRequired {
                    faults.append(
                        .init(
                            name: input.name, message: "the input '\(input.name)' is missing",
                            hint: input.summary))
                }
                bound[input.name] = input.defaultValue ?? .null
            } else {
                if let fault = input.fault(of: value) {
                    faults.append(
                        .init(
                            name: input.name, message: "the input '\(input.name)' \(fault)",
                            hint: nil))
                }
                bound[input.name] = value
            }
        }
        guard faults.isEmpty else { throw InputFaults(flow: name, faults: faults) }
        return .object(bound)
    }
}
