import JSONValue
import SandboxPolicy
import YAMLDocuments

/// Compares what a flow uses with what the host lets it use.
extension FlowSession {
    func checkGrants(nameLocation: SourceLocation) {
        guard let configuration = surroundings.configuration, !usages.isEmpty, !flowName.isEmpty
        else { return }
        guard let grant = configuration.grant(for: flowName) else {
            faults.add(
                nameLocation, flowName, "no grant of this host names flow '\(flowName)'",
                hint: "add to 'grants' in sluice.yaml: \(neededGrant(configuration))")
            return
        }
        let tenants = Set(grant.grants.map(\.tenant))
        if tenants.count > 1 {
            let patterns = grant.grants.map { "'\($0.pattern)'" }.joined(separator: " and ")
            faults.add(
                nameLocation, flowName,
                "flow '\(flowName)' would belong to the tenants "
                    + tenants.sorted().joined(separator: " and "),
                hint: "the grants \(patterns) in sluice.yaml need the same tenant")
        }
        for usage in usages { check(usage, grant, configuration) }
    }

    private func check(_ usage: HostUse, _ grant: FlowGrant, _ configuration: HostConfiguration) {
        switch usage.subject {
        case .profile(let name):
            guard !grant.profiles.contains(name.text) else { return }
            let reason = usage.reason.map { ", which it needs because \($0)" } ?? ""
            let remedy =
                usage.reason == nil ? "" : ", or say 'runtime: embedded' where that is enough"
            lacks(
                "profile '\(name)'\(reason)", "profiles: [\(name)]", usage, grant,
                offending: usage.reason == nil ? name.text : "", otherwise: remedy)
        case .packages(let name):
            guard !grant.allowsPackages(name) else { return }
            lacks("packages '\(name)'", "packages: [\(name)]", usage, grant, offending: name)
        case .connection(let name):
            guard !grant.connections.contains(name) else { return }
            lacks("connection '\(name)'", "connections: [\(name)]", usage, grant, offending: name)
        case .operation(let operation, let resource):
            check(operation, resource, usage, grant)
        }
    }

    /// SECURITY: a writing operation runs only with a grant for it, or after an approval that shows
    /// exactly what it sends; a critical one only with a grant, a high one only after an approval.
    private func check(
        _ operation: OperationDescription, _ resource: JSON?, _ usage: HostUse, _ grant: FlowGrant
    ) {
        let isCovered = coveredNodes.contains(usage.node)
        let isNamed = !(grant.operations[operation.name] ?? []).isEmpty
        if isNamed, let resource, !grant.allows(operation, on: resource), !isCovered {
            let patterns = (grant.operations[operation.name] ?? []).joined(separator: ", ")
            faults.add(
                usage.location, operation.name,
                "flow '\(flowName)' may not use '\(operation.name)' on '\(resource.interpolated)'",
                hint: "it is granted on \(patterns)")
        }
        if operation.risk == .high, !isCovered {
            faults.add(
                usage.location, operation.name,
                "'\(operation.name)' is of high risk and waits for an approval",
                hint: "add an approval node with covers: [\(usage.node)]")
            return
        }
        let isApprovable = operation.risk != .critical
        guard !isNamed, !(isCovered && isApprovable) else { return }
        let pattern = resource?.interpolated ?? (operation.resourceArgument == nil ? "*" : "…")
        lacks(
            "operation '\(operation.name)'", "operations: {\(operation.name): [\"\(pattern)\"]}",
            usage, grant, offending: operation.name,
            otherwise: isApprovable ? ", or let an approval cover node '\(usage.node)'" : "")
    }

    private func lacks(
        _ what: String, _ entry: String, _ usage: HostUse, _ grant: FlowGrant, offending: String,
        otherwise: String = ""
    ) {
        let file = surroundings.configuration?.path.map(Self.fileName) ?? "sluice.yaml"
        let hint: String
        if let first = grant.grants.first {
            hint = "add to grant '\(first.pattern)' (\(file):\(first.location.line)): \(entry)"
        } else {
            hint = "add to 'grants' in \(file): \(flowName): {\(entry)}"
        }
        faults.add(
            usage.location, offending, "flow '\(flowName)' is not granted \(what)",
            hint: hint + otherwise)
    }

    /// One line that grants everything the flow uses.
    private func neededGrant(_ configuration: HostConfiguration) -> String {
        var profiles: [String] = []
        var packages: [String] = []
        var connections: [String] = []
        var operations: [String] = []
        for usage in usages {
            switch usage.subject {
            case .profile(let name): profiles.appendOnce(name.text)
            case .packages(let name): packages.appendOnce(name)
            case .connection(let name): connections.appendOnce(name)
            case .operation(let operation, let resource):
                let pattern =
                    resource?.interpolated ?? (operation.resourceArgument == nil ? "*" : "…")
                operations.appendOnce("\(operation.name): [\"\(pattern)\"]")
            }
        }
        var parts: [String] = []
        if !profiles.isEmpty { parts.append("profiles: [\(profiles.joined(separator: ", "))]") }
        if !packages.isEmpty { parts.append("packages: [\(packages.joined(separator: ", "))]") }
        if !connections.isEmpty {
            parts.append("connections: [\(connections.joined(separator: ", "))]")
        }
        if !operations.isEmpty {
            parts.append("operations: {\(operations.joined(separator: ", "))}")
        }
        return "\(flowName): {\(parts.joined(separator: ", "))}"
    }

    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}

extension [String] {
    fileprivate mutating func appendOnce(_ element: String) {
        if !contains(element) { append(element) }
    }
}
