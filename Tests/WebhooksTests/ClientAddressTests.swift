import FlowModel
import HTTPTransport
import Testing

@testable import Webhooks

struct ClientAddressTests {
    private func client(
        _ peer: String, _ headers: [(String, String)] = [], trusting proxies: [String] = []
    ) -> String {
        TrustedProxies(proxies).client(of: request(headers, from: peer)).description
    }

    @Test func `a connection's own address counts, whatever its headers say`() {
        #expect(client("203.0.113.9") == "203.0.113.9")
        #expect(client("203.0.113.9", [("X-Forwarded-For", "127.0.0.1")]) == "203.0.113.9")
        #expect(client("::ffff:203.0.113.9") == "203.0.113.9")
    }

    @Test func `a trusted proxy is believed from the end of what it says`() {
        let proxies = ["10.0.0.0/8"]

        #expect(
            client("10.0.0.1", [("X-Forwarded-For", "203.0.113.9")], trusting: proxies)
                == "203.0.113.9")
        #expect(
            client(
                "10.0.0.1", [("X-Forwarded-For", "127.0.0.1, 203.0.113.9 , 10.9.9.9")],
                trusting: proxies) == "203.0.113.9")
        #expect(
            client(
                "10.0.0.1",
                [("X-Forwarded-For", "127.0.0.1"), ("x-forwarded-for", "198.51.100.2")],
                trusting: proxies) == "198.51.100.2")
    }

    @Test func `what a trusted proxy says and nobody can read is unknown`() {
        for text in ["unknown", "203.0.113.9:80", "1.2.3", "203.0.113.9, x"] {
            let client = client("10.0.0.1", [("X-Forwarded-For", text)], trusting: ["10.0.0.1"])
            #expect(client == "unknown", "\(text)")
        }
        let standard = [("Forwarded", "for=203.0.113.9")]
        #expect(client("10.0.0.1", standard, trusting: ["10.0.0.1"]) == "unknown")
    }

    @Test func `a proxy on this machine does not make the world local`() {
        let forwarded = [("X-Forwarded-For", "203.0.113.9")]

        #expect(client("127.0.0.1", forwarded) == "unknown")
        #expect(client("unix", forwarded) == "unknown")
        #expect(client("127.0.0.1", forwarded, trusting: ["127.0.0.1"]) == "203.0.113.9")
        #expect(client("unix", forwarded, trusting: ["unix"]) == "203.0.113.9")
    }

    @Test func `none believes this machine only`() {
        let none = WebhookSchemeUnderTest(.none)

        for peer in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "unix"] {
            #expect(request(from: peer).fault(none, secret: "") == nil, "\(peer)")
        }
        for peer in ["203.0.113.9", "10.0.0.1", "::2", "::ffff:10.0.0.1"] {
            #expect(request(from: peer).fault(none, secret: "") != nil, "\(peer)")
        }
        let forwarded = request([("X-Forwarded-For", "127.0.0.1")], from: "127.0.0.1")
        #expect(forwarded.fault(none, secret: "") != nil)
        #expect(
            request([("X-Forwarded-For", "203.0.113.9")], from: "127.0.0.1")
                .fault(none, secret: "", trusting: ["127.0.0.1"]) != nil)
    }

    @Test func `source compares the sender's address with the networks`() {
        let source = WebhookSchemeUnderTest(.source(["198.51.100.0/24", "2001:db8::/32"]))

        #expect(request(from: "198.51.100.7").fault(source, secret: "") == nil)
        #expect(request(from: "2001:db8::1").fault(source, secret: "") == nil)
        #expect(request(from: "198.51.101.7").fault(source, secret: "") != nil)
        #expect(request(from: "unix").fault(source, secret: "") != nil)
    }
}
