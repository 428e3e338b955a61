import JSONValue
import SandboxPolicy
package import YAMLDocuments

/// What came of reading `sluice.yaml`.
package struct HostConfigurationReading: Sendable {
    /// Nil when there is any fault.
    package let configuration: HostConfiguration?
    /// The connections in which nothing is wrong so far, for looking closer at them.
    package let soundConnections: [Connection]
    package let faults: [FlowFault]
    package let source: SourceText
}

extension HostConfiguration {
    /// Reads and checks `sluice.yaml`, and finds everything that is wrong with it at once.
    ///
    /// - Parameters:
    ///   - path: absolute path of the file.
    ///   - file: how messages name it.
    package static func read(
        _ bytes: [UInt8], file: String, path: String?, operations: OperationCatalogue,
        profiles: [KnownProfile]
    ) -> HostConfigurationReading {
        let source = SourceText(bytes)
        let faults = FaultCollector(file: file, source: source)
        var configuration: HostConfiguration?
        var sound: [Connection] = []
        do {
            let root = try YAMLNode.parse(bytes)
            let reader = HostConfigurationReader(
                faults: faults, operations: operations, profiles: profiles)
            (configuration, sound) = reader.read(root, path: path)
        } catch {
            // SECURITY: a line that cannot be read may still show a credential.
            let line = source.line(error.location.line)?.lowercased() ?? ""
            let mayShow = CredentialName.words.contains { line.contains($0) }
            faults.add(error.location, "", error.message, hidesSource: mayShow)
        }
        let found = faults.faults
        return HostConfigurationReading(
            configuration: found.isEmpty ? configuration : nil, soundConnections: sound,
            faults: found, source: source)
    }

    /// The configuration, or everything that is wrong with it.
    package static func load(
        _ bytes: [UInt8], file: String, path: String?, operations: OperationCatalogue,
        profiles: [KnownProfile]
    ) throws(FlowFaults) -> HostConfiguration {
        let reading = read(
            bytes, file: file, path: path, operations: operations, profiles: profiles)
        guard let configuration = reading.configuration else {
            throw FlowFaults(faults: reading.faults, source: reading.source)
        }
        return configuration
    }
}

extension HostConfiguration {
    /// The keys that stand at the top of the file.
    package static var knownKeys: [String] { HostConfigurationReader.keys }
}

struct HostConfigurationReader {
    let faults: FaultCollector
    let operations: OperationCatalogue
    let profiles: [KnownProfile]

    static let keys = [
        "connections", "vars", "egress", "packages", "trusted-proxies", "public-url", "retention",
        "grants", "queue", "sandbox", "workflow-api", "telemetry", "seal-key", "limits",
    ]

    func read(_ root: YAMLNode, path: String?) -> (HostConfiguration?, sound: [Connection]) {
        if root.scalar == .null { return (HostConfiguration(path: path), []) }
        guard
            let fields = Fields(root, of: "the configuration", known: Self.keys, faults: faults)
        else { return (nil, []) }
        var configuration = HostConfiguration(path: path)
        let connections = readConnections(fields)
        configuration.connections = connections.all
        if let node = fields["vars"] {
            if node.members == nil { fields.wrongType(node, "vars", "a mapping") }
            refuseCredentials(node)
            configuration.vars = faults.json(node) ?? .object(JSONObject())
        }
        configuration.egress = readEgress(fields)
        if let node = fields["packages"],
            let rule = Fields(node, of: "'packages'", known: ["index-url"], faults: faults)
        {
            configuration.packageIndex = url(rule, "index-url")
        }
        configuration.trustedProxies = trustedProxies(fields)
        configuration.publicURL = url(fields, "public-url")
        if let retention = fields.duration(
            "retention", in: .seconds(3600) ... .seconds(36_500 * 86_400))
        {
            configuration.retention = retention
        }
        configuration.queue = readQueue(fields)
        configuration.sandbox = readSandbox(fields)
        configuration.workflowAPI = readWorkflowAPI(fields)
        configuration.sealKey = fields.literal("seal-key")
        if let path = configuration.sealKey, let node = fields["seal-key"], !path.hasPrefix("/") {
            faults.add(node, "'seal-key' takes an absolute path, not '\(path)'")
        }
        configuration.telemetry = readTelemetry(fields, configuration.connections)
        configuration.limits = readLimits(fields)
        configuration.grants = readGrants(fields, configuration)
        return (configuration, connections.all.filter { connections.sound.contains($0.name) })
    }

    private func readEgress(_ fields: Fields) -> EgressRule {
        guard let node = fields["egress"],
            let rule = Fields(
                node, of: "'egress'", known: ["allow", "proxy", "ca-file"], faults: faults)
        else { return EgressRule() }
        let allow = (rule.literals("allow") ?? []).map { text, node in
            if !IPNetwork.isNetwork(text), HostAndPort.fault(of: text) != nil {
                faults.add(
                    node, "'\(text)' is no address, network or HOST:PORT",
                    hint: "such as 10.0.0.5, 10.1.0.0/16 or git.internal:443")
            }
            return text
        }
        let caFile = rule.literal("ca-file")
        if let caFile, let node = rule["ca-file"], !caFile.hasPrefix("/") {
            faults.add(node, "'ca-file' takes an absolute path, not '\(caFile)'")
        }
        return EgressRule(allow: allow, proxy: url(rule, "proxy"), caFile: caFile)
    }

    /// Networks, and `unix` for whoever speaks through a unix socket.
    private func trustedProxies(_ fields: Fields) -> [String] {
        (fields.literals("trusted-proxies") ?? []).map { text, node in
            if text != "unix", !IPNetwork.isNetwork(text) {
                faults.add(
                    node, "'\(text)' in 'trusted-proxies' is no address or network",
                    hint: "such as 10.0.0.5, 10.1.0.0/16 or fd00::/8, or unix")
            }
            return text
        }
    }

    func networks(_ fields: Fields, _ key: String) -> [String] {
        (fields.literals(key) ?? []).map { text, node in
            if !IPNetwork.isNetwork(text) {
                faults.add(
                    node, "'\(text)' in '\(key)' is no address or network",
                    hint: "such as 10.0.0.5, 10.1.0.0/16 or fd00::/8")
            }
            return text
        }
    }

    func url(_ fields: Fields, _ key: String) -> String? {
        guard let text = fields.literal(key), let node = fields[key] else { return nil }
        do {
            _ = try ConfiguredURL(text)
            return text
        } catch {
            faults.add(
                node.location, text, "'\(key)' in \(fields.owner): \(error.message)",
                hint: error.holdsCredential ? "put the credential into a setting of its own" : nil,
                hidesSource: error.holdsCredential)
            return nil
        }
    }
}
