internal import FlowModel
internal import JSONValue
internal import Journal

/// Approvals for machines.
enum ApprovalJSON {
    /// Without what is covered, which can be large.
    static func summary(_ approval: ApprovalListing) -> JSON { .object(members(approval)) }

    /// - Parameter address: of its page.
    static func detail(_ approval: ApprovalListing, at address: String) -> JSON {
        var object = members(approval)
        object["url"] = .string(address)
        object["covers"] = .array(approval.covered.map(\.json))
        object["hash"] = .string(approval.hash)
        return .object(object)
    }

    private static func members(_ approval: ApprovalListing) -> JSONObject {
        let record = approval.record
        var object = JSONObject()
        object["id"] = .string(approval.name.description)
        object["run"] = .string(approval.run.text)
        object["flow"] = .string(approval.flow)
        object["step"] = .string(approval.step.text)
        object["state"] = .string(approval.state.rawValue)
        object["ask"] = .string(record.ask)
        object["choices"] = .array(
            record.labels.map { name, label in
                [
                    "name": .string(name), "label": .string(label),
                    "approves": .bool(record.approves.contains(name)),
                ]
            })
        object["who"] = .array(record.who.map(JSON.string))
        object["risk"] = .string(record.risk.rawValue)
        object["requested_by"] = approval.requestedBy.map(JSON.string) ?? .null
        object["asked_at"] = .string(record.askedAt.description)
        object["expires_at"] = record.expiresAt.map { .string($0.description) } ?? .null
        object["decision"] = record.decision?.output ?? .null
        object["delivery"] =
            approval.delivery.map { delivery in
                [
                    "state": .string(delivery.state.rawValue),
                    "error": delivery.error.map(RunJSON.failure) ?? .null,
                ]
            } ?? .null
        return object
    }
}

/// One operation that waits for an approval, as it will be sent.
struct CoveredOperation {
    var node: String
    var operation: String?
    var connection: String?
    var risk: String?
    var arguments: JSON

    var json: JSON {
        [
            "node": .string(node), "operation": operation.map(JSON.string) ?? .null,
            "connection": connection.map(JSON.string) ?? .null,
            "risk": risk.map(JSON.string) ?? .null, "arguments": arguments,
        ]
    }
}

extension ApprovalListing {
    var covered: [CoveredOperation] {
        (record.covered.objectValue ?? JSONObject()).map { node, arguments in
            let known = record.operations[node]
            return CoveredOperation(
                node: node, operation: known?["operation"]?.stringValue,
                connection: known?["connection"]?.stringValue,
                risk: known?["risk"]?.stringValue, arguments: arguments)
        }
    }
}

extension ApprovalRecord {
    /// The choices in the order of the flow file.
    var labels: [(name: String, label: String)] {
        (choices.objectValue ?? JSONObject()).map { name, label in
            (name, label.stringValue ?? name)
        }
    }

    /// The label of a choice; `expired` and what is unknown are their own.
    func label(of choice: String) -> String { choices[choice]?.stringValue ?? choice }
}
