internal import Cryptography
internal import FlowModel
internal import Journal

/// The signatures of one request under one secret; each check gives the reason why it fails, or nil.
///
/// SECURITY: every comparison takes the same time whatever differs, and every digest is over the raw
/// bytes, before anything reads them.
struct Signatures {
    let request: WebhookRequest
    let secret: String

    func gitlab() -> String? {
        // GitLab's own signing tokens begin so; a token of ours should not.
        if secret.hasPrefix(Self.whsec) { return standard(within: .seconds(300)) }
        guard let token = request.single("x-gitlab-token") else {
            return "there is no single header X-Gitlab-Token"
        }
        return isSecret(token) ? nil : "X-Gitlab-Token is wrong"
    }

    func github() -> String? {
        let header = "x-hub-signature-256"
        guard let text = request.single(header) else {
            return "there is no single header X-Hub-Signature-256"
        }
        return check(text, prefix: "sha256=", .hex, .sha256, request.body)
    }

    func slack(within: Duration) -> String? {
        guard let stamp = request.single("x-slack-request-timestamp"),
            let text = request.single("x-slack-signature")
        else { return "X-Slack-Request-Timestamp and X-Slack-Signature are needed once each" }
        if let fault = fault(ofTimestamp: stamp, within: within) { return fault }
        return check(
            text, prefix: "v0=", .hex, .sha256, Array("v0:\(stamp):".utf8) + request.body)
    }

    func standard(within: Duration) -> String? {
        guard let id = request.single("webhook-id"), !id.isEmpty,
            let stamp = request.single("webhook-timestamp"),
            let list = request.single("webhook-signature")
        else { return "webhook-id, webhook-timestamp and webhook-signature are needed once each" }
        guard let key = standardKey else { return "the secret is no whsec_ and base64" }
        if let fault = fault(ofTimestamp: stamp, within: within) { return fault }
        let message = Array("\(id).\(stamp).".utf8) + request.body
        let right = Digest.hmacSHA256(key: key, message: message)
        // Several stand there while a secret is being replaced; other versions are not ours.
        let given = list.split(separator: " ").filter { $0.hasPrefix("v1,") }
        let isRight = given.prefix(16).map { text in
            isEqualInConstantTime(Base64.decode(String(text.dropFirst(3))) ?? [], right)
        }.contains(true)
        return isRight ? nil : "no v1 signature is right"
    }

    func generic(_ scheme: HMACScheme) -> String? {
        guard let text = request.single(scheme.header) else {
            return "there is no single header \(scheme.header)"
        }
        let method: Digest.Method =
            switch scheme.algorithm {
            case .sha256: .sha256
            case .sha512: .sha512
            case .sha1: .sha1
            }
        return check(text, prefix: scheme.prefix, scheme.encoding, method, request.body)
    }

    func bearer() -> String? {
        guard let text = request.single("authorization") else {
            return "there is no single header Authorization"
        }
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            return "Authorization is no Bearer"
        }
        return isSecret(String(parts[1])) ? nil : "the token is wrong"
    }

    // MARK: Parts

    private static let whsec = "whsec_"

    /// The digests are compared, so that not even the length of the secret shows.
    private func isSecret(_ text: String) -> Bool {
        isEqualInConstantTime(Digest.sha256(text), Digest.sha256(secret))
    }

    /// `whsec_` and the key in base64; a secret without it may be the base64 alone, or any text.
    private var standardKey: [UInt8]? {
        let hasPrefix = secret.hasPrefix(Self.whsec)
        let text = hasPrefix ? String(secret.dropFirst(Self.whsec.utf8.count)) : secret
        let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        if let key = Base64.decode(padded), !key.isEmpty { return key }
        return hasPrefix ? nil : Array(secret.utf8)
    }

    private func check(
        _ text: String, prefix: String, _ encoding: HMACScheme.Encoding, _ method: Digest.Method,
        _ message: [UInt8]
    ) -> String? {
        guard text.utf8.starts(with: prefix.utf8) else {
            return "the signature does not begin with '\(prefix)'"
        }
        let digits = String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        let given = encoding == .hex ? Hexadecimal.decode(digits) : Base64.decode(digits)
        guard let given else { return "the signature is no \(encoding.rawValue)" }
        let right = Digest.hmac(method, key: Array(secret.utf8), message: message)
        return isEqualInConstantTime(given, right) ? nil : "the signature is wrong"
    }

    /// Whole seconds since 1970, neither too old nor too far ahead.
    private func fault(ofTimestamp text: String, within: Duration) -> String? {
        let isNumber =
            (1...12).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
        guard isNumber, let seconds = Int64(text) else { return "the timestamp is no number" }
        let distance = Moment(milliseconds: seconds * 1000) - request.receivedAt
        let isNear = distance <= within && distance >= .zero - within
        return isNear ? nil : "the timestamp is \(distance.components.seconds) s from now"
    }
}
