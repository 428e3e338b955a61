import FlowModel
import JSONValue
import TestSupport
import Testing

struct ConfigurationTests {
    @Test func `a configuration is read`() throws {
        let text =
            Sample.configurationText + """

                egress: {allow: [10.0.0.0/8, "git.internal:443", "::1"], proxy: "http://proxy:3128", ca-file: /etc/ca.pem}
                trusted-proxies: [192.168.0.0/16]
                public-url: https://sluice.example.com
                retention: 90 d
                """
        let configuration = try HostConfiguration.load(
            Array(text.utf8), file: "sluice.yaml", path: "/x/sluice.yaml",
            operations: Sample.operations, profiles: Sample.profiles)

        #expect(
            configuration.connections.map(\.name) == ["gitlab", "reviewer", "slack", "service"])
        let gitlab = configuration.connections[0]
        #expect(gitlab.settings["token"] == "secret:GL")
        #expect(gitlab.settings["kind"] == nil)
        #expect(gitlab.atOnce == 2)
        #expect(configuration.vars["team"] == "platform")
        #expect(configuration.egress.allow == ["10.0.0.0/8", "git.internal:443", "::1"])
        #expect(configuration.trustedProxies == ["192.168.0.0/16"])
        #expect(configuration.publicURL == "https://sluice.example.com")
        #expect(configuration.retention == .seconds(90 * 86_400))
        #expect(configuration.grants.map(\.pattern) == ["gitlab-*", "sample"])
        #expect(configuration.path == "/x/sluice.yaml")
    }

    @Test func `the example has a paragraph for every key`() throws {
        let text = String(
            decoding: try RepositoryFiles.bytes("packaging/sluice.yaml"), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for key in HostConfiguration.knownKeys {
            let place = lines.firstIndex { $0 == "\(key):" || $0.hasPrefix("#:\(key):") }
            let above = place.map { lines[$0 - 1] }
            #expect(
                above?.hasPrefix("# ") == true, "packaging/sluice.yaml says nothing of '\(key)'")
        }
    }

    @Test func `an empty configuration grants nothing, and no configuration grants pure`() throws {
        let empty = try HostConfiguration.load(
            [], file: "sluice.yaml", path: "/x/sluice.yaml", operations: Sample.operations,
            profiles: Sample.profiles)

        #expect(empty.grant(for: "any") == nil)
        #expect(HostConfiguration().grant(for: "any")?.profiles == ["pure"])
        #expect(HostConfiguration().grant(for: "any")?.connections == [])
    }

    @Test func `grants that match add up`() throws {
        let text = """
            grants:
              "*": {profiles: [pure]}
              review-*: {profiles: [fetch]}
            """
        let configuration = try HostConfiguration.load(
            Array(text.utf8), file: "sluice.yaml", path: "/x", operations: Sample.operations,
            profiles: Sample.profiles)

        #expect(configuration.grant(for: "review-a")?.profiles == ["pure", "fetch"])
        #expect(configuration.grant(for: "other")?.profiles == ["pure"])
    }

    @Test(arguments: [
        ("team-a/*", "team-a/x", true), ("team-a/*", "team-a/x/y", false),
        ("team-a/**", "team-a/x/y", true), ("team-a/*", "team-b/x", false),
        ("team-a/*", "team-a/", false), ("team-a/*", "team-a/..", false),
        ("**", "team-a/../team-b", false), ("**", "a//b", false), ("**", "/a", false),
        ("**", "a%2fb", false), ("**", "a\\b", false), ("**", "a\nb", false), ("**", "-a", false),
        ("team-a/*", "Team-A/x", false), ("42", "42", true), ("42", "420", false),
        ("4*", "42", true), ("*-service", "a-service", true), ("*a*b*", "xxaxxbxx", true),
        ("*a*b*", "xxbxxaxx", false), ("", "", false), ("a**z", "a/b/z", true),
    ])
    func `a resource matches a pattern part by part`(
        pattern: String, resource: String, expected: Bool
    ) {
        #expect(ResourcePattern(pattern).matches(resource) == expected)
    }

    @Test func `an operation is allowed only on what its grant names`() throws {
        let grant = try #require(try Sample.configuration().grant(for: "gitlab-hunk-review"))
        let discussion = try #require(Sample.operations["gitlab/create-discussion"])
        let merge = try #require(Sample.operations["gitlab/merge"])

        #expect(grant.tenant == "review")
        #expect(grant.allows(discussion, on: "team-a/service"))
        #expect(grant.allows(discussion, on: 42))
        #expect(!grant.allows(discussion, on: "team-b/service"))
        #expect(!grant.allows(discussion, on: 43))
        #expect(!grant.allows(discussion, on: nil))
        #expect(!grant.allows(discussion, on: ["team-a/service"]))
        #expect(!grant.allows(merge, on: 42))
    }

    @Test func `a pattern of stars is matched in reasonable time`() {
        let pattern = String(repeating: "*a", count: 60)
        let text = String(repeating: "a", count: 4000) + "b"

        #expect(!NamePattern(pattern).matches(text))
    }
}
