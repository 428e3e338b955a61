import Cryptography
import HTTPTransport
import Journal

@testable import Webhooks

/// 2018-07-14 at 01:30:18 UTC, when Slack's documentation signed its example.
let slackMoment = Moment(milliseconds: 1_531_420_618_000)

func request(
    _ headers: [(String, String)] = [], body: String = "", path: String = "/hooks/greet",
    from peer: String = "203.0.113.9", at moment: Moment = slackMoment, query: String = "",
    method: String = "POST"
) -> WebhookRequest {
    WebhookRequest(
        method: method, path: path, query: query,
        headers: headers.map { WebhookRequest.Header(name: $0.0, value: $0.1) },
        body: Array(body.utf8), peer: IPAddress(peer).map { .address($0) } ?? .unixSocket,
        receivedAt: moment)
}

extension WebhookRequest {
    /// Why the request is not believed; nil: it is.
    func fault(
        _ scheme: WebhookSchemeUnderTest, secret: String, trusting proxies: [String] = []
    ) -> String? {
        let verifier = WebhookVerifier(scheme.schemes) { _ in secret }
        return verifier.failure(
            of: self, from: TrustedProxies(proxies).client(of: self))?.description
    }

    func with(_ name: String, _ value: String) -> WebhookRequest {
        var request = self
        request.headers.removeAll { $0.name.lowercased() == name.lowercased() }
        request.headers.append(Header(name: name, value: value))
        return request
    }

    func with(body: String) -> WebhookRequest {
        var request = self
        request.body = Array(body.utf8)
        return request
    }
}

func hmacHex(_ key: String, _ message: String) -> String {
    Hexadecimal.encode(Digest.hmacSHA256(key: Array(key.utf8), message: Array(message.utf8)))
}
