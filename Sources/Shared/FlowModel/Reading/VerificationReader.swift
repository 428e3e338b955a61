import JSONValue
import YAMLDocuments

/// Reads `verify` of a webhook.
struct VerificationReader {
    let faults: FaultCollector

    private static let schemes = [
        "gitlab", "github", "slack", "standard-webhooks", "hmac", "bearer", "source", "none",
    ]
    /// What Slack and Standard Webhooks both recommend.
    private static let tolerance = Duration.seconds(300)

    /// Without `verify` only this machine may send.
    func read(_ node: YAMLNode?) -> [WebhookScheme] {
        guard let node else { return [.none] }
        if node.stringValue == "none" { return [.none] }
        guard
            let fields = Fields(node, of: "'verify'", known: Self.schemes, faults: faults)
        else { return [] }
        if fields.members.isEmpty {
            faults.add(
                node.location, "", "'verify' is empty",
                hint: "such as {gitlab: secret:NAME}, or none for requests of this machine only")
        }
        let schemes = fields.members.compactMap(scheme)
        if schemes.contains(.none), schemes.count > 1, let none = fields["none"] {
            faults.add(
                none.location, "", "'none' excludes the other ways to verify",
                hint: "remove 'none'")
        }
        return schemes
    }

    private func scheme(_ member: YAMLMember) -> WebhookScheme? {
        let node = member.value
        switch member.key {
        case "gitlab": return secret(node, member.key).map { .gitlab(secret: $0) }
        case "github": return secret(node, member.key).map { .github(secret: $0) }
        case "bearer": return secret(node, member.key).map { .bearer(secret: $0) }
        case "slack": return timed(node, member.key).map { .slack(secret: $0, within: $1) }
        case "standard-webhooks":
            return timed(node, member.key).map { .standard(secret: $0, within: $1) }
        case "hmac": return hmac(node).map { .hmac($0) }
        case "source": return source(node)
        case "none":
            guard case .bool(true)? = node.scalar else {
                faults.add(node, "'none' takes true", hint: "or write verify: none")
                return nil
            }
            return WebhookScheme.none
        default: return nil
        }
    }

    private func secret(_ node: YAMLNode, _ key: String) -> String? {
        if let text = node.stringValue, let name = SecretReference.name(in: text) { return name }
        // SECURITY: what stands here may be the secret itself.
        faults.add(
            node.location, "", "'\(key)' takes the name of a secret",
            hint: "run 'sluice secrets set NAME' and write secret:NAME", hidesSource: true)
        return nil
    }

    private func timed(_ node: YAMLNode, _ key: String) -> (String, Duration)? {
        guard node.members != nil else { return secret(node, key).map { ($0, Self.tolerance) } }
        guard
            let fields = Fields(
                node, of: "'\(key)'", known: ["secret", "within"], faults: faults),
            let value = fields.required("secret"), let name = secret(value, "secret")
        else { return nil }
        let within = fields.duration("within", in: .seconds(1) ... .seconds(3600))
        return (name, within ?? Self.tolerance)
    }

    private func hmac(_ node: YAMLNode) -> HMACScheme? {
        let known = ["secret", "header", "algorithm", "prefix", "encoding"]
        guard let fields = Fields(node, of: "'hmac'", known: known, faults: faults) else {
            return nil
        }
        let secretNode = fields.required("secret", hint: "secret:NAME")
        let headerNode = fields.required("header", hint: "such as X-Signature")
        let algorithm = fields.choice(
            "algorithm", among: HMACScheme.Algorithm.allCases.map(\.rawValue))
        let encoding = fields.choice(
            "encoding", among: HMACScheme.Encoding.allCases.map(\.rawValue))
        let prefix = fields.literal("prefix")
        guard let name = secretNode.flatMap({ secret($0, "secret") }), let headerNode,
            let header = fields.literal(headerNode, "header")
        else { return nil }
        guard Self.isHeaderName(header) else {
            faults.add(headerNode, "'\(header)' is no name of a header")
            return nil
        }
        return HMACScheme(
            secret: name, header: header.lowercased(),
            algorithm: algorithm.flatMap(HMACScheme.Algorithm.init) ?? .sha256,
            prefix: prefix ?? "", encoding: encoding.flatMap(HMACScheme.Encoding.init) ?? .hex)
    }

    private func source(_ node: YAMLNode) -> WebhookScheme? {
        guard let elements = node.elements, !elements.isEmpty else {
            faults.add(
                node, "'source' takes a list of addresses or networks",
                hint: "such as [192.0.2.7, 198.51.100.0/24]")
            return nil
        }
        var networks: [String] = []
        for element in elements {
            guard let text = element.stringValue, IPNetwork.isNetwork(text) else {
                faults.add(
                    element, "'\(element.scalarText ?? element.kind)' is no address or network",
                    hint: "such as 192.0.2.7 or 198.51.100.0/24")
                continue
            }
            networks.append(text)
        }
        return networks.count == elements.count ? .source(networks) : nil
    }

    /// A token of RFC 9110.
    private static func isHeaderName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
