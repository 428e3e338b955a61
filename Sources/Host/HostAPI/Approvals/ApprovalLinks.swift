internal import Cryptography

/// Addresses of approvals' pages, which nobody can make up: `/approvals/RUN.DIGEST.MAC`, with HMAC-SHA256
/// under a key derived from the host's.
///
/// A link says which page; who opens it still has to prove who they are.
package struct ApprovalLinks: Sendable {
    private let key: [UInt8]
    /// Where the host is reached from outside, without a slash at its end; empty where nobody said.
    private let base: String

    package init(hostKey: [UInt8], publicURL: String?) {
        key = Digest.hmacSHA256(key: hostKey, message: Array("sluice approval links".utf8))
        var base = publicURL ?? ""
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
    }

    /// Whether people reach the host by TLS.
    var isSecure: Bool { base.lowercased().hasPrefix("https://") }

    /// The page's address: absolute where the configuration says `public-url`, else its path.
    package func address(of name: ApprovalName) -> String { base + path(of: name) }

    /// Of the page on this host.
    func path(of name: ApprovalName) -> String { "\(Self.prefix)\(token(of: name))" }

    func token(of name: ApprovalName) -> String { "\(name).\(mac(of: name))" }

    /// The approval that a token is for; nil when it was not made here.
    func name(in token: String) -> ApprovalName? {
        guard let point = token.lastIndex(of: "."), token.utf8.count <= 160,
            let name = ApprovalName(String(token[..<point]))
        else { return nil }
        // SECURITY: compared in constant time, so that a link cannot be found letter by letter.
        let given = Array(token[token.index(after: point)...].utf8)
        return isEqualInConstantTime(given, Array(mac(of: name).utf8)) ? name : nil
    }

    static let prefix = "/approvals/"

    private func mac(of name: ApprovalName) -> String {
        Base64.encode(
            Digest.hmacSHA256(key: key, message: Array(name.description.utf8)), alphabet: .urlSafe)
    }
}
