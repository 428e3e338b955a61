import JSONValue
import SandboxPolicy
import YAMLDocuments

extension HostConfigurationReader {
    func readGrants(_ fields: Fields, _ configuration: HostConfiguration) -> [Grant] {
        guard let node = fields["grants"] else { return [] }
        guard let members = node.members else {
            fields.wrongType(node, "grants", "a mapping from flow name to grant")
            return []
        }
        let grants = members.compactMap { readGrant($0, configuration) }
        checkTenants(grants)
        return grants
    }

    private func readGrant(_ member: YAMLMember, _ configuration: HostConfiguration) -> Grant? {
        let owner = "grant '\(member.key)'"
        let plain = member.key.split(separator: "*", omittingEmptySubsequences: true).joined()
        if let fault = NameRule.flow.fault(of: "a" + plain) {
            faults.add(
                member.keyLocation, member.key,
                "'\(member.key)' is no pattern for flow names: \(fault)",
                hint: "'*' stands for any characters: gitlab-*")
        }
        let known = ["tenant", "profiles", "connections", "packages", "operations"]
        guard let fields = Fields(member.value, of: owner, known: known, faults: faults) else {
            return nil
        }
        let tenant = fields.literal("tenant") ?? "default"
        if let node = fields["tenant"], let fault = NameRule.flow.fault(of: tenant) {
            faults.add(node, "'\(tenant)' is no name for a tenant: \(fault)")
        }
        return Grant(
            pattern: member.key, tenant: tenant,
            profiles: names(fields, "profiles", "profile", known: profiles.map(\.name.text)),
            connections: names(
                fields, "connections", "connection", known: configuration.connections.map(\.name)),
            packages: readPackageNames(fields), operations: readOperations(fields),
            location: member.keyLocation)
    }

    private func names(
        _ fields: Fields, _ key: String, _ what: String, known: [String]
    ) -> [String] {
        (fields.literals(key) ?? []).map { name, node in
            if !known.contains(name) {
                faults.add(
                    node, "there is no \(what) '\(name)'",
                    hint: Nearest.hint(for: name, among: known))
            }
            return name
        }
    }

    /// Whether they are installed is known to the data folder only, and found out by a run.
    private func readPackageNames(_ fields: Fields) -> [String] {
        (fields.literals("packages") ?? []).map { name, node in
            if let fault = PackageEnvironment.fault(ofName: name) {
                faults.add(node, "'\(name)' is no name for packages: \(fault)")
            }
            return name
        }
    }

    private func readOperations(_ fields: Fields) -> [String: [String]] {
        guard let node = fields["operations"] else { return [:] }
        guard let members = node.members else {
            fields.wrongType(
                node, "operations", "a mapping from operation to resources",
                hint: "such as {gitlab/create-discussion: [\"team-a/*\"]}")
            return [:]
        }
        var result: [String: [String]] = [:]
        for member in members {
            if operations[member.key] == nil {
                faults.add(
                    member.keyLocation, member.key, "there is no operation '\(member.key)'",
                    hint: Nearest.hint(for: member.key, among: operations.names))
            }
            result[member.key] = readPatterns(member, fields.owner)
        }
        return result
    }

    private func readPatterns(_ member: YAMLMember, _ owner: String) -> [String] {
        guard let elements = member.value.elements, !elements.isEmpty else {
            faults.add(
                member.value, "'\(member.key)' in \(owner) takes a list of resources",
                hint: "such as [\"team-a/*\"]; [\"**\"] is every resource")
            return []
        }
        return elements.compactMap { element in
            switch element.scalar {
            case .string(let text)? where !text.isEmpty: return text
            case .integer(let number)?: return "\(number)"
            default:
                faults.add(
                    element,
                    "a resource of '\(member.key)' is a path or a number, not \(element.kind)")
                return nil
            }
        }
    }

    /// A flow that several grants match runs for one tenant.
    private func checkTenants(_ grants: [Grant]) {
        for (place, grant) in grants.enumerated() where !grant.pattern.contains("*") {
            for other in grants[..<place] + grants[(place + 1)...]
            where other.tenant != grant.tenant && NamePattern(other.pattern).matches(grant.pattern)
            {
                faults.add(
                    grant.location, grant.pattern,
                    "flow '\(grant.pattern)' would belong to two tenants: '\(grant.tenant)', and "
                        + "'\(other.tenant)' by grant '\(other.pattern)'",
                    hint: "give both grants the same tenant")
            }
        }
    }
}
