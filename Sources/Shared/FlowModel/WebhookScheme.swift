/// One way to tell that a webhook's request comes from who it says.
///
/// A request has to satisfy every scheme that its webhook names.
package enum WebhookScheme: Sendable, Hashable {
    /// `X-Gitlab-Token` equals the secret; a secret that begins with `whsec_` is GitLab's signing
    /// token, and then its signature is demanded.
    case gitlab(secret: String)
    /// `X-Hub-Signature-256`.
    case github(secret: String)
    /// `X-Slack-Signature`, version `v0`, no further than `within` from now.
    case slack(secret: String, within: Duration)
    /// `webhook-id`, `webhook-timestamp` and `webhook-signature`, as standardwebhooks.com has it.
    case standard(secret: String, within: Duration)
    case hmac(HMACScheme)
    /// `Authorization: Bearer` and the secret.
    case bearer(secret: String)
    /// The sender's address is in one of the networks.
    case source([String])
    /// Nothing but that the request was sent from this machine.
    case none

    /// As the flow file writes it.
    package var word: String {
        switch self {
        case .gitlab: "gitlab"
        case .github: "github"
        case .slack: "slack"
        case .standard: "standard-webhooks"
        case .hmac: "hmac"
        case .bearer: "bearer"
        case .source: "source"
        case .none: "none"
        }
    }

    /// Name of the secret that it needs, without `secret:`.
    package var secret: String? {
        switch self {
        case .gitlab(let secret), .github(let secret), .slack(let secret, _),
            .standard(let secret, _), .bearer(let secret):
            secret
        case .hmac(let scheme): scheme.secret
        case .source, .none: nil
        }
    }
}

/// A keyed digest of the raw body in a header, for senders that no other scheme knows.
package struct HMACScheme: Sendable, Hashable {
    package enum Algorithm: String, Sendable, Hashable, CaseIterable {
        case sha256, sha512, sha1
    }
    package enum Encoding: String, Sendable, Hashable, CaseIterable {
        case hex, base64
    }

    package var secret: String
    /// In lower case.
    package var header: String
    package var algorithm: Algorithm
    /// What stands before the digest, such as `sha256=`.
    package var prefix: String
    package var encoding: Encoding

    package init(
        secret: String, header: String, algorithm: Algorithm = .sha256, prefix: String = "",
        encoding: Encoding = .hex
    ) {
        self.secret = secret
        self.header = header
        self.algorithm = algorithm
        self.prefix = prefix
        self.encoding = encoding
    }
}
