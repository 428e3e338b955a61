internal import FlowModel

/// Which headers hold what authenticates a request: they are neither stored nor shown to flows.
struct HeaderPrivacy: Sendable {
    private let own: Set<String>

    /// - Parameter schemes: a header that one of them names is private too.
    init(_ schemes: [WebhookScheme]) {
        own = Set(
            schemes.compactMap { scheme in
                guard case .hmac(let scheme) = scheme else { return nil }
                return scheme.header
            })
    }

    /// - Parameter name: in lower case.
    ///
    /// SECURITY: GitLab sends its token in clear, and people have put an API token there. Whatever a
    /// sender calls its credential, it stays out of journal, scripts and logs.
    func isPrivate(_ name: String) -> Bool {
        if own.contains(name) || Self.names.contains(name) { return true }
        // By bytes: this is asked of every header of every delivery.
        let bytes = Array(name.utf8)
        return Self.words.contains { word in
            guard bytes.count >= word.count else { return false }
            return (0...(bytes.count - word.count)).contains { bytes[$0...].starts(with: word) }
        }
    }

    private static let names: Set<String> = ["authorization", "proxy-authorization", "cookie"]
    private static let words = [
        "token", "secret", "signature", "password", "api-key", "apikey", "auth-", "credential",
    ].map { Array($0.utf8) }
}
