internal import Cryptography
internal import HTTPListener

/// Who has signed in on the page of an approval: a cookie that the host signed, good for a key as long as
/// that key is, and a quarter of an hour at most.
///
/// Nothing is stored: the cookie is `KEY-ID.END.NONCE.MAC`. Its MAC covers what the host knows of the key,
/// so that it ends with the key.
struct ApprovalSessions: Sendable {
    struct Session {
        var caller: Caller
        fileprivate var nonce: String
        fileprivate var mac: String
    }

    static let lifetime = 900

    let keys: KeyStore
    private let key: [UInt8]
    private let isSecure: Bool

    init(keys: KeyStore, hostKey: [UInt8], isSecure: Bool) {
        self.keys = keys
        key = Digest.hmacSHA256(key: hostKey, message: Array("sluice approval sessions".utf8))
        self.isSecure = isSecure
    }

    /// The header that begins a session; nil for a key that is not kept here.
    func cookie(for caller: Caller, at seconds: Int64) -> String? {
        guard let id = caller.keyID, let holder = keys.holder(of: id) else { return nil }
        let end = String(seconds + Int64(Self.lifetime))
        let nonce = Base64.encode(Randomness.bytes(18), alphabet: .urlSafe)
        let mac = mac([id, end, nonce, holder.digest])
        return header("\(id).\(end).\(nonce).\(mac)", seconds: Self.lifetime)
    }

    /// The header that ends it in the browser.
    var ending: String { header("", seconds: 0) }

    /// Whose session a request belongs to.
    func session(of request: HTTPRequest, at seconds: Int64) -> Session? {
        let cookies = request.headers.all("cookie").flatMap { $0.split(separator: ";") }
            .map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("\(name)=") }
        guard cookies.count == 1, cookies[0].utf8.count <= 256 else { return nil }
        let parts = cookies[0].dropFirst(name.count + 1)
            .split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let end = Int64(parts[1]), end > seconds,
            end <= seconds + Int64(Self.lifetime), let holder = keys.holder(of: parts[0])
        else { return nil }
        let expected = mac([parts[0], parts[1], parts[2], holder.digest])
        guard isEqualInConstantTime(Array(parts[3].utf8), Array(expected.utf8)) else { return nil }
        return Session(caller: holder.caller, nonce: parts[2], mac: parts[3])
    }

    /// What a form has to carry: good for one session, one approval and what that asks.
    func formToken(_ session: Session, _ name: ApprovalName, hash: String) -> String {
        mac(["form", session.nonce, session.mac, name.description, hash])
    }

    func isFormToken(
        _ text: String, _ session: Session, _ name: ApprovalName, hash: String
    ) -> Bool {
        isEqualInConstantTime(
            Array(text.utf8), Array(formToken(session, name, hash: hash).utf8))
    }

    /// SECURITY: no script reads it, no other site sends it along, and with TLS no other host sets it.
    private func header(_ value: String, seconds: Int) -> String {
        "\(name)=\(value); Max-Age=\(seconds); HttpOnly; SameSite=Strict; Path=/"
            + (isSecure ? "; Secure" : "")
    }

    private var name: String { isSecure ? "__Host-sluice-approver" : "sluice-approver" }

    private func mac(_ parts: [String]) -> String {
        Base64.encode(
            Digest.hmacSHA256(key: key, message: Array(parts.joined(separator: "\n").utf8)),
            alphabet: .urlSafe)
    }
}
