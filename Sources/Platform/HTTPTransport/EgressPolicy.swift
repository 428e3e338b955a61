/// Which addresses requests may reach: every public one, and what the host's owner listed.
package struct EgressPolicy: Sendable, Hashable {
    /// Nothing but public addresses.
    package static let publicOnly = EgressPolicy()

    private var networks: [IPNetwork] = []
    private var endpoints: Set<Endpoint> = []

    private struct Endpoint: Sendable, Hashable {
        var host: String
        var port: Int
    }

    private init() {}

    /// Reads addresses (`10.0.0.5`), networks (`10.1.0.0/16`) and `host:port` (`models.lan:1234`,
    /// `[::1]:8080`).
    ///
    /// A `host:port` allows whatever that name resolves to, for that port alone: who lists it
    /// trusts the name.
    package init(allow entries: [String]) throws(EgressPolicyError) {
        for entry in entries {
            if let network = IPNetwork(entry) {
                networks.append(network)
            } else if let endpoint = Self.endpoint(entry) {
                endpoints.insert(endpoint)
            } else {
                throw EgressPolicyError(entry: entry)
            }
        }
    }

    /// Why a connection to `address` for a request to `host:port` is refused; nil: it may be made.
    package func refusal(of address: IPAddress, host: String, port: Int) -> EgressRefusal? {
        guard let rule = address.rule else { return nil }
        if networks.contains(where: { $0.contains(address) }) { return nil }
        if let inner = address.mappedIPv4, networks.contains(where: { $0.contains(inner) }) {
            return nil
        }
        if allowsByName(host: host, port: port) { return nil }
        return EgressRefusal(host: host, port: port, address: address, rule: rule)
    }

    /// Why a request that a proxy will carry is refused: only what the URL itself says is known here.
    package func refusalBehindProxy(host: String, port: Int) -> EgressRefusal? {
        if let address = IPAddress(host) { return refusal(of: address, host: host, port: port) }
        let isLocal = host == "localhost" || host.hasSuffix(".localhost")
        guard isLocal, !allowsByName(host: host, port: port),
            let loopback = IPAddress(bytes: [127, 0, 0, 1])
        else { return nil }
        return refusal(of: loopback, host: host, port: port)
    }

    private func allowsByName(host: String, port: Int) -> Bool {
        endpoints.contains(Endpoint(host: Self.canonicalHost(host), port: port))
    }

    private static func endpoint(_ text: String) -> Endpoint? {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (1...65535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard IPAddress(host) != nil else { return nil }
        } else {
            let isName = host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
            guard isName, !host.isEmpty else { return nil }
        }
        return Endpoint(host: canonicalHost(host), port: port)
    }

    private static func canonicalHost(_ host: String) -> String {
        var name = host.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        return IPAddress(name)?.description ?? name
    }
}

/// An entry of an allow-list that says nothing.
package struct EgressPolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    package let entry: String

    package init(entry: String) { self.entry = entry }

    package var description: String {
        "cannot read the allowed address '\(entry)': write an address (10.0.0.5), a network "
            + "without host bits (10.0.0.0/8) or host:port (models.lan:1234)"
    }
}

/// A connection that the egress guard did not allow.
///
/// No byte of the request has left.
package struct EgressRefusal: Sendable, Hashable, CustomStringConvertible {
    /// As the URL names it.
    package let host: String
    package let port: Int
    /// What the name resolved to.
    package let address: IPAddress
    package let rule: AddressRule

    package init(host: String, port: Int, address: IPAddress, rule: AddressRule) {
        self.host = host
        self.port = port
        self.address = address
        self.rule = rule
    }

    package var description: String {
        "refused to connect to \(host) port \(port): \(address) is \(rule.rawValue); "
            + "list it under the connection's 'private' or 'egress: allow' if that is meant"
    }
}
