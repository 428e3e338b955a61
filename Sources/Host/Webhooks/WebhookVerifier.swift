internal import Cryptography
package import FlowModel
internal import HTTPTransport

/// Tells requests that come from who they say from all others.
package struct WebhookVerifier: Sendable {
    /// Why a request is not believed: for the log, never for the sender.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package let scheme: String
        package let reason: String
        package var description: String { "\(scheme): \(reason)" }
    }

    private struct Check: Sendable {
        let scheme: WebhookScheme
        /// Nil when it needs none.
        let secret: Result<String, Failure>?
    }

    private let checks: [Check]

    /// - Parameter secret: the value of a secret by name; what it throws is the reason why every
    ///   request fails until somebody gives it.
    package init(_ schemes: [WebhookScheme], secret: (String) throws -> String) {
        checks = schemes.map { scheme in
            let value = scheme.secret.map { name -> Result<String, Failure> in
                do {
                    let value = try secret(name)
                    guard !value.isEmpty else {
                        throw Failure(scheme: scheme.word, reason: "secret '\(name)' is empty")
                    }
                    return .success(value)
                } catch {
                    return .failure(Failure(scheme: scheme.word, reason: "\(error)"))
                }
            }
            return Check(scheme: scheme, secret: value)
        }
    }

    /// Schemes whose secrets are missing, in words; a host says so when it starts.
    package var missing: [String] {
        checks.compactMap { check in
            guard case .failure(let failure)? = check.secret else { return nil }
            return failure.description
        }
    }

    /// Why the request is refused; nil: every scheme holds.
    ///
    /// SECURITY: no scheme at all verifies nothing, and so refuses.
    package func failure(
        of request: WebhookRequest, from client: ClientAddress
    ) -> Failure? {
        guard !checks.isEmpty else {
            return Failure(scheme: "verify", reason: "the webhook names no way to verify")
        }
        for check in checks {
            do throws(Failure) {
                try hold(check, request, client)
            } catch {
                return error
            }
        }
        return nil
    }

    private func hold(
        _ check: Check, _ request: WebhookRequest, _ client: ClientAddress
    ) throws(Failure) {
        let secret = try check.secret?.get() ?? ""
        let signatures = Signatures(request: request, secret: secret)
        let reason: String? =
            switch check.scheme {
            case .gitlab: signatures.gitlab()
            case .github: signatures.github()
            case .slack(_, let within): signatures.slack(within: within)
            case .standard(_, let within): signatures.standard(within: within)
            case .hmac(let scheme): signatures.generic(scheme)
            case .bearer: signatures.bearer()
            case .source(let networks): Self.fault(of: client, networks)
            case .none:
                client.isThisMachine
                    ? nil : "it came from \(client), and only this machine may send unverified"
            }
        if let reason { throw Failure(scheme: check.scheme.word, reason: reason) }
    }

    private static func fault(of client: ClientAddress, _ networks: [String]) -> String? {
        guard case .address(let address) = client else {
            return "where it came from is not known; name the proxy in 'trusted-proxies'"
        }
        let isListed = networks.contains { IPNetwork($0)?.contains(address) ?? false }
        return isListed ? nil : "it came from \(address)"
    }
}
