package import FlowModel
package import SandboxPolicy

/// How the sandbox contract is served: what the configuration says, then the names of the environment that
/// dify-sandbox reads.
package struct SandboxSettings: Sendable, Hashable {
    /// The key that everybody knows.
    package static let defaultKey = "dify-sandbox"

    /// Whether the host was started in the place of a sandbox container.
    package var isInPlace: Bool
    /// The key beside those that the host keeps; nil: none.
    package var key: String?
    package var workers: Int
    package var requests: Int
    package var timeout: Duration
    /// `HOST:PORT` that programs reach when they ask for a network.
    package var network: [String]
    /// Nil: the profile's, and 512 MiB at least.
    package var memory: ByteCount?
    /// Of stdout and of stderr, each.
    package var output: ByteCount
    /// Index to install packages from, when the environment names one.
    package var packageIndex: String?
    /// What the environment says that has no effect here, and why.
    package var notes: [String]

    /// Whether somebody means to use it, so that it is kept warm.
    package var isExpected: Bool { key != nil }

    package var usesDefaultKey: Bool { key == Self.defaultKey }

    /// The longest that a program may run, whatever is asked for.
    static let longest = Duration.seconds(3600)

    /// Throws what is wrong with a value of the environment.
    ///
    /// - Parameter environment: the value of a name.
    package init(
        rule: SandboxRule, environment: @escaping (String) -> String?
    ) throws(SandboxSettingsFault) {
        let reader = EnvironmentReader(value: environment)
        isInPlace = environment("SANDBOX_PORT") != nil
        let given = environment("API_KEY").flatMap { $0.isEmpty ? nil : $0 }
        key = given ?? (isInPlace ? Self.defaultKey : nil)
        workers = try reader.count("MAX_WORKERS", 1...1000) ?? rule.workers ?? 4
        requests = try reader.count("MAX_REQUESTS", 1...100_000) ?? rule.requests ?? 50
        let seconds = try reader.count("WORKER_TIMEOUT", 0...Int(Self.longest.components.seconds))
        timeout = seconds.map { Duration.seconds($0 == 0 ? 5 : $0) } ?? rule.timeout ?? .seconds(5)
        let isOff = try reader.flag("ENABLE_NETWORK") == false
        network = isOff ? [] : rule.network
        memory = rule.memory
        output = rule.output ?? ByteCount(32 << 20)
        packageIndex = environment("PIP_MIRROR_URL").flatMap { $0.isEmpty ? nil : $0 }
        notes = isInPlace || given != nil ? reader.notes(network: network, isOff: isOff) : []
    }

    /// The port of the environment; nil when it names none.
    package static func port(
        environment: @escaping (String) -> String?
    ) throws(SandboxSettingsFault) -> UInt16? {
        try EnvironmentReader(value: environment).count("SANDBOX_PORT", 1...65_535).map(UInt16.init)
    }
}

package struct SandboxSettingsFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
}

private struct EnvironmentReader {
    let value: (String) -> String?

    /// Empty means as if it were not there.
    func count(_ name: String, _ range: ClosedRange<Int>) throws(SandboxSettingsFault) -> Int? {
        guard let text = value(name), !text.isEmpty else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw SandboxSettingsFault(
                description: "\(name) in the environment is '\(text)'; it is a number from "
                    + "\(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag(_ name: String) throws(SandboxSettingsFault) -> Bool? {
        guard let text = value(name), !text.isEmpty else { return nil }
        switch text.lowercased() {
        case "1", "t", "true": return true
        case "0", "f", "false": return false
        default:
            throw SandboxSettingsFault(
                description: "\(name) in the environment is '\(text)'; it is true or false")
        }
    }

    private static let withoutEffect: [(name: String, reason: String)] = [
        ("DEBUG", "every request has its line in the log; see --log"),
        ("PYTHON_PATH", "the distribution's Python is built in"),
        ("PYTHON_LIB_PATH", "programs see the distribution's library and nothing of the host"),
        (
            "SYSTEM_LIB_REQUIREMENTS",
            "no file is copied for programs: a profile names what they see"
        ),
        (
            "PYTHON_DEPS_UPDATE_INTERVAL",
            "packages change when they are installed; GET /v1/sandbox/dependencies/refresh does so"
        ),
        ("NODEJS_PATH", "programs run in the embedded engine, or in the distribution's Node.js"),
        ("ENABLE_PRELOAD", "no text of a client is run outside of the box"),
        (
            "ALLOWED_SYSCALLS",
            "what a program may do stands in sandbox-profiles/, by names and with reasons"
        ),
        ("SOCKS5_PROXY", proxy), ("HTTP_PROXY", proxy), ("HTTPS_PROXY", proxy),
    ]

    private static let proxy =
        "programs reach only what 'sandbox: network' in sluice.yaml lists, through the host's broker"

    func notes(network: [String], isOff: Bool) -> [String] {
        var notes = Self.withoutEffect.filter { !(value($0.name) ?? "").isEmpty }.map { one in
            "\(one.name) in the environment has no effect: \(one.reason)"
        }
        if network.isEmpty {
            let why =
                isOff
                ? "ENABLE_NETWORK is off" : "list hosts in 'sandbox: network' of sluice.yaml"
            notes.append("programs of the sandbox contract reach no host: \(why)")
        }
        return notes
    }
}
