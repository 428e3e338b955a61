package import SandboxPolicy
internal import YAMLDocuments

/// How programs of Dify's sandbox contract are run (`sandbox` in `sluice.yaml`); what is nil has a default.
package struct SandboxRule: Sendable, Hashable {
    /// `HOST:PORT` that programs reach when they ask for a network.
    package var network: [String]
    /// Programs that run at once.
    package var workers: Int?
    /// Requests that there may be at once, waiting ones included.
    package var requests: Int?
    package var timeout: Duration?
    package var memory: ByteCount?
    /// Bytes of stdout and of stderr, each.
    package var output: ByteCount?
    /// Installed packages that Python programs can import.
    package var packages: String?
    /// Absolute path of a file of requirements, installed under the name `packages` when the host starts.
    package var requirements: String?

    package init(
        network: [String] = [], workers: Int? = nil, requests: Int? = nil,
        timeout: Duration? = nil, memory: ByteCount? = nil, output: ByteCount? = nil,
        packages: String? = nil, requirements: String? = nil
    ) {
        self.network = network
        self.workers = workers
        self.requests = requests
        self.timeout = timeout
        self.memory = memory
        self.output = output
        self.packages = packages
        self.requirements = requirements
    }
}

extension HostConfigurationReader {
    func readSandbox(_ fields: Fields) -> SandboxRule {
        let known = [
            "network", "workers", "requests", "timeout", "memory", "output", "packages",
            "requirements",
        ]
        guard let node = fields["sandbox"],
            let rule = Fields(node, of: "'sandbox'", known: known, faults: faults)
        else { return SandboxRule() }
        let network = (rule.literals("network") ?? []).map { text, node in
            if HostAndPort.fault(of: text) != nil {
                faults.add(
                    node, "'\(text)' in 'network' is no host and port",
                    hint: "such as api.example.com:443")
            }
            return text
        }
        let requirements = rule.literal("requirements")
        if let requirements, let node = rule["requirements"], !requirements.hasPrefix("/") {
            faults.add(node, "'requirements' takes an absolute path, not '\(requirements)'")
        }
        let packages = rule.literal("packages")
        if let packages, let node = rule["packages"],
            let fault = PackageEnvironment.fault(ofName: packages)
        {
            faults.add(node, "'\(packages)' is no name for packages: \(fault)")
        }
        return SandboxRule(
            network: network, workers: rule.integer("workers", in: 1...1000),
            requests: rule.integer("requests", in: 1...100_000),
            timeout: rule.duration("timeout", in: .seconds(1) ... .seconds(3600)),
            memory: size(rule, "memory", in: ByteCount(64 << 20)...ByteCount(64 << 30)),
            output: size(rule, "output", in: ByteCount(64 << 10)...ByteCount(1 << 30)),
            packages: packages, requirements: requirements)
    }

    private func size(
        _ fields: Fields, _ key: String, in range: ClosedRange<ByteCount>
    ) -> ByteCount? {
        guard let text = fields.literal(key), let node = fields[key] else { return nil }
        do {
            let size = try ByteCount(quantity: text)
            if range.contains(size) { return size }
            faults.add(
                node,
                "'\(key)' of 'sandbox' is from \(range.lowerBound.quantityText) to "
                    + "\(range.upperBound.quantityText), not \(text)")
        } catch {
            faults.add(node, "'\(key)' of 'sandbox': \(error.message)")
        }
        return nil
    }
}
