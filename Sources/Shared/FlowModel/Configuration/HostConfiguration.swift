package import JSONValue
package import YAMLDocuments

/// What the host's owner wrote into `sluice.yaml`.
///
/// Flows are trusted only within its grants.
package struct HostConfiguration: Sendable, Hashable {
    package var connections: [Connection]
    package var vars: JSON
    package var egress: EgressRule
    /// Address of the index that packages are installed from; nil: what pip is configured to use.
    package var packageIndex: String?
    package var grants: [Grant]
    /// How long runs are kept.
    package var retention: Duration
    package var queue: QueueRule
    package var sandbox: SandboxRule
    package var limits = ConnectionLimits()
    /// Addresses or networks (or `unix`) whose `X-Forwarded-For` is believed.
    package var trustedProxies: [String]
    /// Where the host is reached from outside, such as `https://sluice.example.com`.
    package var publicURL: String?
    package var workflowAPI: WorkflowAPIRule
    package var telemetry = TelemetryRule()
    /// Absolute path of the keys that seal secrets; nil: `$CREDENTIALS_DIRECTORY/seal-key`.
    package var sealKey: String?
    /// Absolute path of the file, for messages; nil when there is none.
    package var path: String?
    package init(
        connections: [Connection] = [], vars: JSON = .object(JSONObject()),
        egress: EgressRule = EgressRule(), packageIndex: String? = nil, grants: [Grant] = [],
        retention: Duration = .seconds(30 * 86_400), queue: QueueRule = QueueRule(),
        sandbox: SandboxRule = SandboxRule(), trustedProxies: [String] = [],
        publicURL: String? = nil, workflowAPI: WorkflowAPIRule = WorkflowAPIRule(),
        path: String? = nil
    ) {
        self.connections = connections
        self.vars = vars
        self.egress = egress
        self.packageIndex = packageIndex
        self.grants = grants
        self.retention = retention
        self.queue = queue
        self.sandbox = sandbox
        self.trustedProxies = trustedProxies
        self.publicURL = publicURL
        self.workflowAPI = workflowAPI
        self.path = path
    }
}

/// A configured connector: `gitlab: {kind: gitlab, url: …, token: secret:GL, at-once: 2, private: [10.0.0.5]}`.
package struct Connection: Sendable, Hashable {
    package var name: String
    package var kind: String
    /// Every other setting, as written; a value `secret:NAME` names a secret and is never its value.
    package var settings: JSONObject
    /// Requests under way at once.
    package var atOnce: Int?
    /// Private addresses or networks (CIDR) that this connection may reach.
    package var privateAddresses: [String]
    package var location: SourceLocation
    package init(
        name: String, kind: String, settings: JSONObject, atOnce: Int?, privateAddresses: [String],
        location: SourceLocation
    ) {
        self.name = name
        self.kind = kind
        self.settings = settings
        self.atOnce = atOnce
        self.privateAddresses = privateAddresses
        self.location = location
    }
}

package struct EgressRule: Sendable, Hashable {
    /// Addresses, networks or `host:port` that any connector may reach although they are private.
    package var allow: [String]
    package var proxy: String?
    package var caFile: String?
    package init(allow: [String] = [], proxy: String? = nil, caFile: String? = nil) {
        self.allow = allow
        self.proxy = proxy
        self.caFile = caFile
    }
}

/// What the flows whose names match `pattern` may use.
package struct Grant: Sendable, Hashable {
    package var pattern: String
    package var tenant: String
    package var profiles: [String]
    package var connections: [String]
    /// Names of packages that scripts may import.
    package var packages: [String]
    /// Operation to patterns of the resource it may touch.
    package var operations: [String: [String]]
    package var location: SourceLocation
    package init(
        pattern: String, tenant: String, profiles: [String], connections: [String],
        packages: [String] = [], operations: [String: [String]], location: SourceLocation
    ) {
        self.pattern = pattern
        self.tenant = tenant
        self.profiles = profiles
        self.connections = connections
        self.packages = packages
        self.operations = operations
        self.location = location
    }
}
