/// Why an address is no public host of the internet; the reason an egress refusal gives.
package enum AddressRule: String, Sendable, Hashable, CaseIterable {
    case unspecified
    case loopback
    case privateNetwork = "private network"
    case linkLocal = "link-local"
    case carrierGradeNAT = "carrier-grade NAT"
    case multicast
    case broadcast
    case uniqueLocal = "unique local"
    case siteLocal = "site-local"
    case documentation
    case benchmark
    case protocolAssignment = "protocol assignment"
    case reserved
    case discardOnly = "discard-only"
    case mappedIPv4 = "IPv4-mapped IPv6"
    case compatibleIPv4 = "IPv4-compatible IPv6"
    case translatedIPv4 = "IPv4-translated IPv6"
    case localNAT64 = "local-use NAT64"
    case sixToFour = "6to4"
    case teredo = "Teredo"
    case isatap = "ISATAP"
}

extension IPAddress {
    /// The rule by which this address is not public, nil for a public one.
    ///
    /// From the special-purpose registries of IANA (RFC 6890 and what updates it). Forms of IPv6
    /// that only wrap an IPv4 address are refused as such, whatever they wrap: no name on the
    /// internet resolves to them. The well-known NAT64 prefix (RFC 6052) is the exception, since
    /// IPv6-only networks reach all of IPv4 through it: it is judged by the address inside.
    package var rule: AddressRule? {
        if isIPv4 { return Self.match(self, Self.tableIPv4) }
        if Self.wellKnownNAT64.contains(self) { return Self.match(embeddedIPv4, Self.tableIPv4) }
        if let found = Self.match(self, Self.tableIPv6) { return found }
        // RFC 5214: the interface identifier says it, under any prefix.
        let interface = bytes[8..<12]
        if interface == [0, 0, 0x5e, 0xfe] || interface == [2, 0, 0x5e, 0xfe] { return .isatap }
        // RFC 4291 §2.4: what is outside 2000::/3 is not assigned.
        return bytes[0] & 0xe0 == 0x20 ? nil : .reserved
    }

    /// The IPv4 address in the last 4 bytes when this is an IPv4-mapped address, else nil.
    ///
    /// The kernel speaks IPv4 on the wire for these, so an allow-list entry for the one covers the other.
    package var mappedIPv4: IPAddress? {
        !isIPv4 && rule == .mappedIPv4 ? embeddedIPv4 : nil
    }

    private var embeddedIPv4: IPAddress { IPAddress(bytes: Array(bytes.suffix(4))) ?? self }

    private static func match(
        _ address: IPAddress, _ table: [(network: IPNetwork, rule: AddressRule)]
    ) -> AddressRule? {
        table.first { $0.network.contains(address) }?.rule
    }

    private static let tableIPv4 = networks([
        ("0.0.0.0/32", .unspecified),
        ("0.0.0.0/8", .reserved),
        ("10.0.0.0/8", .privateNetwork),
        ("100.64.0.0/10", .carrierGradeNAT),
        ("127.0.0.0/8", .loopback),
        ("169.254.0.0/16", .linkLocal),
        ("172.16.0.0/12", .privateNetwork),
        ("192.0.0.0/24", .protocolAssignment),
        ("192.0.2.0/24", .documentation),
        ("192.31.196.0/24", .protocolAssignment),
        ("192.52.193.0/24", .protocolAssignment),
        ("192.88.99.0/24", .sixToFour),
        ("192.168.0.0/16", .privateNetwork),
        ("192.175.48.0/24", .protocolAssignment),
        ("198.18.0.0/15", .benchmark),
        ("198.51.100.0/24", .documentation),
        ("203.0.113.0/24", .documentation),
        ("224.0.0.0/4", .multicast),
        ("255.255.255.255/32", .broadcast),
        ("240.0.0.0/4", .reserved),
    ])

    private static let tableIPv6 = networks([
        ("::/128", .unspecified),
        ("::1/128", .loopback),
        ("::ffff:0:0/96", .mappedIPv4),
        ("::ffff:0:0:0/96", .translatedIPv4),
        ("::/96", .compatibleIPv4),
        ("64:ff9b:1::/48", .localNAT64),
        ("100::/64", .discardOnly),
        ("2001::/32", .teredo),
        ("2001::/23", .protocolAssignment),
        ("2001:db8::/32", .documentation),
        ("2002::/16", .sixToFour),
        ("3fff::/20", .documentation),
        ("fc00::/7", .uniqueLocal),
        ("fe80::/10", .linkLocal),
        ("fec0::/10", .siteLocal),
        ("ff00::/8", .multicast),
    ])

    private static let wellKnownNAT64 =
        networks([("64:ff9b::/96", .localNAT64)])[0].network

    /// A malformed entry stops the process at the first request of any test, never later.
    private static func networks(
        _ entries: [(text: String, rule: AddressRule)]
    ) -> [(network: IPNetwork, rule: AddressRule)] {
        entries.map { entry in
            guard let network = IPNetwork(entry.text) else {
                preconditionFailure("malformed network in the address table: \(entry.text)")
            }
            return (network, entry.rule)
        }
    }
}
