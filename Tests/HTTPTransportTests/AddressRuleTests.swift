import HTTPTransport
import Testing

@Suite struct AddressRuleTests {
    @Test(arguments: [
        ("0.0.0.0", AddressRule.unspecified), ("0.1.2.3", .reserved),
        ("10.0.0.0", .privateNetwork), ("10.255.255.255", .privateNetwork),
        ("100.64.0.1", .carrierGradeNAT), ("100.127.255.255", .carrierGradeNAT),
        ("127.0.0.1", .loopback), ("127.255.0.1", .loopback),
        ("169.254.169.254", .linkLocal), ("172.16.0.1", .privateNetwork),
        ("172.31.255.255", .privateNetwork), ("192.0.0.8", .protocolAssignment),
        ("192.0.2.1", .documentation), ("192.88.99.1", .sixToFour),
        ("192.168.1.1", .privateNetwork), ("198.18.0.1", .benchmark),
        ("198.19.255.255", .benchmark), ("198.51.100.7", .documentation),
        ("203.0.113.9", .documentation), ("224.0.0.1", .multicast),
        ("239.255.255.255", .multicast), ("240.0.0.1", .reserved),
        ("255.255.255.255", .broadcast),
        ("::", .unspecified), ("::1", .loopback), ("::2", .compatibleIPv4),
        ("::127.0.0.1", .compatibleIPv4), ("::ffff:127.0.0.1", .mappedIPv4),
        ("::ffff:8.8.8.8", .mappedIPv4), ("::ffff:0:8.8.8.8", .translatedIPv4),
        ("64:ff9b::10.0.0.1", .privateNetwork), ("64:ff9b::a9fe:a9fe", .linkLocal),
        ("64:ff9b:1::8.8.8.8", .localNAT64), ("100::1", .discardOnly),
        ("2001::1", .teredo), ("2001:2::1", .protocolAssignment),
        ("2001:db8::1", .documentation), ("2002:7f00:1::", .sixToFour),
        ("3fff::1", .documentation), ("fc00::1", .uniqueLocal), ("fd12:3456::1", .uniqueLocal),
        ("fe80::1", .linkLocal), ("febf::1", .linkLocal), ("fec0::1", .siteLocal),
        ("ff02::1", .multicast), ("2600::5efe:10.0.0.1", .isatap), ("4000::1", .reserved),
    ])
    func `a special address is known by its rule`(_ text: String, _ rule: AddressRule) throws {
        let address = try #require(IPAddress(text))

        #expect(address.rule == rule)
        #expect(EgressPolicy.publicOnly.refusal(of: address, host: "h", port: 1)?.rule == rule)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.1", "172.15.255.255", "172.32.0.0", "192.167.255.255",
        "192.169.0.0", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001::1",
        "64:ff9b::8.8.8.8",
    ])
    func `a public address has no rule`(_ text: String) throws {
        let address = try #require(IPAddress(text))

        #expect(address.rule == nil)
        #expect(EgressPolicy.publicOnly.refusal(of: address, host: "h", port: 1) == nil)
    }
}

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("1.2.3.4", "1.2.3.4"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
        ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::ffff:1.2.3.4", "::ffff:102:304"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
    func `an address is read and written in its short form`(_ text: String, _ short: String) throws
    {
        let address = try #require(IPAddress(text))

        #expect(address.description == short)
        #expect(IPAddress(short) == address)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "0x7f.0.0.1", "127.1",
        "2130706433", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":::", "12345::", "::g",
        "fe80::1%eth0", "[::1]", "1.2.3.4::", "::1.2.3", "1:2:3:4:5:6:7::8:9", "+1.2.3.4",
    ])
    func `what is no address is refused`(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.9.9.9", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("192.168.4.0/22", "192.168.7.255", true), ("192.168.4.0/22", "192.168.8.0", false),
        ("10.0.0.5", "10.0.0.5", true), ("10.0.0.5", "10.0.0.4", false),
        ("0.0.0.0/0", "255.1.2.3", true), ("0.0.0.0/0", "::1", false),
        ("fd00::/8", "fdff::1", true), ("fd00::/8", "fc00::1", false),
        ("fe80::/10", "febf::1", true), ("fe80::/10", "fec0::1", false),
    ])
    func `a network holds what shares its prefix`(
        _ text: String, _ address: String, _ isInside: Bool
    ) throws {
        let network = try #require(IPNetwork(text))

        #expect(network.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: [
        "10.0.0.5/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "fd00::1/64", "10/8", "a/8",
    ])
    func `a malformed network is refused`(_ text: String) {
        #expect(IPNetwork(text) == nil)
    }
}

@Suite struct EgressPolicyTests {
    private func isAllowed(
        _ entries: [String], _ address: String, host: String = "h", port: Int = 80
    ) throws -> Bool {
        let policy = try EgressPolicy(allow: entries)
        return policy.refusal(of: try #require(IPAddress(address)), host: host, port: port) == nil
    }

    @Test func `an entry allows exactly what it names`() throws {
        #expect(try isAllowed(["10.0.0.5"], "10.0.0.5"))
        #expect(try isAllowed(["10.0.0.5"], "::ffff:10.0.0.5"))
        #expect(try !isAllowed(["10.0.0.5"], "10.0.0.6"))
        #expect(try isAllowed(["10.0.0.0/8"], "10.200.0.6"))
        #expect(try !isAllowed(["10.0.0.0/8"], "192.168.0.1"))
        #expect(try isAllowed(["::1"], "::1"))
        #expect(try !isAllowed(["127.0.0.1"], "::1"))
    }

    @Test func `a host with a port allows that port of that name alone`() throws {
        #expect(try isAllowed(["models.lan:1234"], "10.0.0.5", host: "models.lan", port: 1234))
        #expect(try isAllowed(["Models.lan:1234"], "10.0.0.5", host: "models.LAN.", port: 1234))
        #expect(try !isAllowed(["models.lan:1234"], "10.0.0.5", host: "models.lan", port: 1235))
        #expect(try !isAllowed(["models.lan:1234"], "10.0.0.5", host: "other.lan", port: 1234))
        #expect(try isAllowed(["[::1]:80"], "::1", host: "::1", port: 80))
        #expect(try isAllowed(["127.0.0.1:80"], "127.0.0.1", host: "127.0.0.1", port: 80))
    }

    @Test(arguments: [
        "", "lan", "lan:", "lan:0", "lan:70000", ":80", "a b:80", "[lan]:80", "http://lan:80",
        "10.0.0.5/8",
    ])
    func `an entry that says nothing is refused by name`(_ entry: String) {
        #expect(throws: EgressPolicyError(entry: entry)) { try EgressPolicy(allow: [entry]) }
    }

    @Test func `the refusal names host, address and rule`() throws {
        let address = try #require(IPAddress("10.0.0.5"))
        let refusal = EgressPolicy.publicOnly.refusal(of: address, host: "git.lan", port: 443)

        let words = try #require(refusal).description

        #expect(words.contains("git.lan port 443: 10.0.0.5 is private network"))
        #expect(words.contains("'private'"))
    }
}
