import Cryptography
import FlowModel
import Journal
import Testing

@testable import Webhooks

struct WebhookSchemeUnderTest {
    let schemes: [WebhookScheme]
    init(_ schemes: WebhookScheme...) { self.schemes = schemes }

    static let gitlab = WebhookSchemeUnderTest(.gitlab(secret: "S"))
    static let github = WebhookSchemeUnderTest(.github(secret: "S"))
    static let slack = WebhookSchemeUnderTest(.slack(secret: "S", within: .seconds(300)))
    static let standard = WebhookSchemeUnderTest(.standard(secret: "S", within: .seconds(300)))
    static let bearer = WebhookSchemeUnderTest(.bearer(secret: "S"))
}

/// The examples are those of the providers' own documentation.
struct SignatureTests {
    // MARK: GitHub

    private let github = request(
        [
            (
                "X-Hub-Signature-256",
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            )
        ], body: "Hello, World!")
    private let githubSecret = "It's a Secret to Everybody"

    @Test func `GitHub's own example is believed`() {
        #expect(github.fault(.github, secret: githubSecret) == nil)
    }

    @Test func `GitHub's signature is refused for another body, secret, digest or prefix`() {
        let header = "X-Hub-Signature-256"
        let right = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

        #expect(github.with(body: "Hello, World").fault(.github, secret: githubSecret) != nil)
        #expect(github.fault(.github, secret: "It's a secret to everybody") != nil)
        for wrong in [
            right, "sha1=\(right)", "sha256=", "sha256=\(right.dropLast(2))", "sha256=zz",
            "SHA256=\(right)", " sha256=\(right)", "sha256=\(right)00",
        ] {
            #expect(
                github.with(header, wrong).fault(.github, secret: githubSecret) != nil, "\(wrong)")
        }
    }

    @Test func `two signatures are none`() {
        var twice = github
        twice.headers.append(twice.headers[0])

        #expect(twice.fault(.github, secret: githubSecret) != nil)
        #expect(request(body: "Hello, World!").fault(.github, secret: githubSecret) != nil)
    }

    // MARK: Slack

    private let slack = request(
        [
            ("X-Slack-Request-Timestamp", "1531420618"),
            (
                "X-Slack-Signature",
                "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
            ),
        ],
        body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
            + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
            + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2F"
            + "commands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id="
            + "398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c")
    private let slackSecret = "8f742231b10e8888abcd99yyyzzz85a5"

    @Test func `Slack's own example is believed`() {
        #expect(slack.fault(.slack, secret: slackSecret) == nil)
    }

    @Test(arguments: [-301, 301, -100_000_000])
    func `a Slack request that is replayed outside the window is refused`(seconds: Int64) {
        var late = slack
        late.receivedAt = Moment(milliseconds: slackMoment.milliseconds + seconds * 1000)

        #expect(late.fault(.slack, secret: slackSecret)?.contains("from now") == true)
    }

    @Test(arguments: [-300, 0, 300])
    func `a Slack request inside the window is believed`(seconds: Int64) {
        var request = slack
        request.receivedAt = Moment(milliseconds: slackMoment.milliseconds + seconds * 1000)

        #expect(request.fault(.slack, secret: slackSecret) == nil)
    }

    @Test func `a Slack timestamp that is no plain number is refused`() {
        for stamp in ["", "1531420618.0", "+1531420618", " 1531420618", "-1", "9999999999999", "x"]
        {
            #expect(
                slack.with("X-Slack-Request-Timestamp", stamp).fault(.slack, secret: slackSecret)
                    != nil)
        }
    }

    // MARK: Standard Webhooks, and GitLab's signing token

    private let standard = request(
        [
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ], body: #"{"test": 2432232314}"#, at: Moment(milliseconds: 1_614_265_330_000))
    private let standardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test func `the example of Standard Webhooks is believed`() {
        #expect(standard.fault(.standard, secret: standardSecret) == nil)
        // The same key without what tells its kind.
        #expect(
            standard.fault(.standard, secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == nil)
    }

    @Test func `one right signature among several is enough, while a secret is replaced`() {
        let right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        let list = "v1,\(String(repeating: "A", count: 43))= v1a,abc \(right)"

        let name = "webhook-signature"
        #expect(standard.with(name, list).fault(.standard, secret: standardSecret) == nil)
        #expect(
            standard.with(name, "v1a,\(right.dropFirst(3))")
                .fault(.standard, secret: standardSecret) != nil)
        #expect(
            standard.with(name, "v1,").fault(.standard, secret: standardSecret) != nil)
    }

    @Test func `another id, body or time is refused under Standard Webhooks`() {
        #expect(
            standard.with("webhook-id", "msg_x").fault(.standard, secret: standardSecret) != nil)
        #expect(standard.with(body: "{}").fault(.standard, secret: standardSecret) != nil)
        #expect(
            standard.with("webhook-timestamp", "1614265331")
                .fault(.standard, secret: standardSecret) != nil)
        var late = standard
        late.receivedAt = late.receivedAt + .seconds(301)
        #expect(late.fault(.standard, secret: standardSecret) != nil)
        #expect(standard.fault(.standard, secret: "whsec_no base64!") != nil)
    }

    @Test func `GitLab's signing token demands its signature, whatever the token header says`() {
        #expect(standard.fault(.gitlab, secret: standardSecret) == nil)
        let unsigned = request(
            [("X-Gitlab-Token", standardSecret)], body: "{}", at: standard.receivedAt)
        #expect(unsigned.fault(.gitlab, secret: standardSecret) != nil)
    }

    @Test func `GitLab's token is compared whole`() {
        let token = "a token that nobody guesses"
        let right = request([("x-gitlab-TOKEN", token)])

        #expect(right.fault(.gitlab, secret: token) == nil)
        for wrong in [token + " ", String(token.dropLast()), "", token.uppercased()] {
            #expect(request([("X-Gitlab-Token", wrong)]).fault(.gitlab, secret: token) != nil)
        }
        #expect(request().fault(.gitlab, secret: token) != nil)
    }

    // MARK: Generic

    @Test(arguments: HMACScheme.Algorithm.allCases, HMACScheme.Encoding.allCases)
    func `a keyed digest in any header, algorithm and encoding is checked`(
        algorithm: HMACScheme.Algorithm, encoding: HMACScheme.Encoding
    ) {
        let method: Digest.Method =
            switch algorithm {
            case .sha256: .sha256
            case .sha512: .sha512
            case .sha1: .sha1
            }
        let digest = Digest.hmac(method, key: Array("key".utf8), message: Array("body".utf8))
        let text = encoding == .hex ? Hexadecimal.encode(digest) : Base64.encode(digest)
        let scheme = WebhookSchemeUnderTest(
            .hmac(
                HMACScheme(
                    secret: "S", header: "x-sum", algorithm: algorithm, prefix: "is:",
                    encoding: encoding)))
        let right = request([("X-Sum", "is:\(text)")], body: "body")

        #expect(right.fault(scheme, secret: "key") == nil)
        #expect(right.fault(scheme, secret: "keys") != nil)
        #expect(right.with(body: "Body").fault(scheme, secret: "key") != nil)
        #expect(right.with("X-Sum", text).fault(scheme, secret: "key") != nil)
    }

    @Test func `a bearer token is compared whole`() {
        #expect(request([("Authorization", "bearer abc")]).fault(.bearer, secret: "abc") == nil)
        for wrong in ["Bearer abcd", "Bearer ab", "Basic abc", "Bearer", "abc", "Bearer abc "] {
            #expect(request([("Authorization", wrong)]).fault(.bearer, secret: "abc") != nil)
        }
    }

    @Test func `all schemes of a webhook must hold`() {
        let both = WebhookSchemeUnderTest(.github(secret: "S"), .source(["203.0.113.0/24"]))
        var elsewhere = github
        elsewhere.peer = request(from: "198.51.100.1").peer

        #expect(github.fault(both, secret: githubSecret) == nil)
        #expect(elsewhere.fault(both, secret: githubSecret) != nil)
        #expect(github.fault(WebhookSchemeUnderTest(), secret: "") != nil)
    }

    @Test func `a secret that is missing or empty believes nobody, and the reason names it`() {
        struct Missing: Error, CustomStringConvertible {
            var description: String { "secret 'S' is not set" }
        }
        let verifier = WebhookVerifier([.gitlab(secret: "S")]) { _ in throw Missing() }
        let request = request([("X-Gitlab-Token", "")])

        #expect(verifier.missing == ["gitlab: secret 'S' is not set"])
        #expect(
            verifier.failure(of: request, from: .thisMachine)?.reason == "secret 'S' is not set")
        #expect(request.fault(.gitlab, secret: "") != nil)
    }
}
