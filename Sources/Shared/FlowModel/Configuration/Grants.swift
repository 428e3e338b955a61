package import JSONValue

/// Everything that a flow may use: all grants whose patterns match its name, added up.
package struct FlowGrant: Sendable, Hashable {
    package let tenant: String
    package let profiles: Set<String>
    package let connections: Set<String>
    /// Names of packages that its scripts may import; nil: any.
    package let packages: Set<String>?
    /// Operation to patterns of the resource it may touch.
    package let operations: [String: [String]]
    /// The grants that it came from; empty for what every host gives.
    package let grants: [Grant]

    package func allowsPackages(_ name: String) -> Bool { packages?.contains(name) ?? true }

    /// Whether the flow may use a writing operation on a resource without asking anybody.
    ///
    /// - Parameter resource: the value of the operation's resource argument; nil when the operation
    ///   has none, and then any entry for the operation is enough.
    package func allows(_ operation: OperationDescription, on resource: JSON?) -> Bool {
        guard let patterns = operations[operation.name], !patterns.isEmpty else { return false }
        guard operation.resourceArgument != nil else { return true }
        switch resource {
        case .string(let text)?:
            return patterns.contains { ResourcePattern($0).matches(text) }
        case .integer(let number)?:
            return patterns.contains { ResourcePattern($0).matches("\(number)") }
        default: return false
        }
    }
}

extension HostConfiguration {
    /// What a flow may use; nil when no grant names it.
    ///
    /// A host without a configuration file lets every flow compute in profile `pure`, which reaches
    /// nothing, with whatever packages its owner has installed.
    package func grant(for flow: String) -> FlowGrant? {
        let matching = grants.filter { NamePattern($0.pattern).matches(flow) }
        guard let first = matching.first else {
            guard path == nil, grants.isEmpty else { return nil }
            return FlowGrant(
                tenant: "default", profiles: ["pure"], connections: [],
                packages: nil, operations: [:], grants: [])
        }
        return FlowGrant(
            tenant: first.tenant, profiles: Set(matching.flatMap(\.profiles)),
            connections: Set(matching.flatMap(\.connections)),
            packages: Set(matching.flatMap(\.packages)),
            operations: matching.reduce(into: [:]) { all, grant in
                all.merge(grant.operations) { $0 + $1 }
            },
            grants: matching)
    }
}

/// A flow's name with `*` for any characters.
package struct NamePattern: Sendable, Hashable {
    package let text: String
    package init(_ text: String) { self.text = text }

    package func matches(_ name: String) -> Bool {
        Glob.matches(Array(text.utf8), Array(name.utf8), starCrossesSlash: true)
    }
}

/// A resource such as `team-a/service` with `*` for one part of the path and `**` for any number.
///
/// Comparison is by bytes, upper and lower case apart. A number matches only the same number.
package struct ResourcePattern: Sendable, Hashable {
    package let text: String
    package init(_ text: String) { self.text = text }

    package func matches(_ resource: String) -> Bool {
        // SECURITY: nothing that a service might read as another path than the one compared here.
        let parts = resource.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain =
            parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && !$0.hasPrefix("-") }
            && resource.utf8.allSatisfy { byte in
                byte > 0x20 && byte != 0x7F && !"%\\?#*".utf8.contains(byte)
            }
        guard isPlain else { return false }
        return Glob.matches(Array(text.utf8), Array(resource.utf8), starCrossesSlash: false)
    }
}

/// Matches `*` and `**` without going back further than the last star, so in O(pattern × text).
enum Glob {
    static func matches(_ pattern: [UInt8], _ text: [UInt8], starCrossesSlash: Bool) -> Bool {
        // reachable[i]: the pattern so far matches the first i bytes of the text.
        var reachable = [Bool](repeating: false, count: text.count + 1)
        reachable[0] = true
        var index = 0
        while index < pattern.count {
            var next = [Bool](repeating: false, count: text.count + 1)
            if pattern[index] == UInt8(ascii: "*") {
                let isDouble = index + 1 < pattern.count && pattern[index + 1] == UInt8(ascii: "*")
                let crosses = starCrossesSlash || isDouble
                for place in 0...text.count {
                    let grows =
                        place > 0 && next[place - 1]
                        && (crosses || text[place - 1] != UInt8(ascii: "/"))
                    next[place] = reachable[place] || grows
                }
                index += isDouble ? 2 : 1
            } else {
                for place in 0..<text.count where reachable[place] && text[place] == pattern[index]
                {
                    next[place + 1] = true
                }
                index += 1
            }
            reachable = next
        }
        return reachable[text.count]
    }
}
