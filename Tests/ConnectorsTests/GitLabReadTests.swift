import FlowModel
import JSONValue
import Testing

@Suite struct GitLabReadTests {
    private func paths(_ output: JSON, _ key: String = "diffs") -> [String] {
        (output[key]?.arrayValue ?? []).compactMap { $0["new_path"]?.stringValue }
    }

    @Test func `a merge request is given as GitLab describes it`() async throws {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)

            let output = try await host.output(host.gitlab("get-merge-request"))

            #expect(output["iid"] == 7)
            #expect(output["diff_refs"]?["head_sha"]?.stringValue?.utf8.count == 40)
            let state = try await standIn.state()
            #expect(state["violations"] == [])
        }
    }

    @Test func `a project may be named by its path`() async throws {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)

            let output = try await host.output(
                host.gitlab("get-merge-request", project: "shop/orders"))

            #expect(output["project_id"] == 41)
        }
    }

    @Test func `every page is read, by Link alone`() async throws {
        try await StandIn.gitlab(settings: ["page_size": 2, "link_only": true]) { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)

            let output = try await host.output(host.gitlab("list-diffs"))

            #expect(paths(output).count == 10)
            #expect(Set(paths(output)).count == 10)
            #expect(try await standIn.count("GET", "/diffs") == 5)
        }
    }

    @Test func `a collapsed file is asked for in another way`() async throws {
        try await StandIn.gitlab(settings: ["collapse_bytes": 200]) { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)

            let output = try await host.output(host.gitlab("list-diffs"))

            let collapsed = (output["diffs"]?.arrayValue ?? []).filter { $0["collapsed"] == true }
            #expect(collapsed.isEmpty)
            #expect(paths(output, "unreviewable") == ["web/logo.png"])
            #expect(try await standIn.count("GET", "/changes") == 1)
        }
    }

    @Test func `a collapsed file is cut out of the raw patch when nothing else gives it`()
        async throws
    {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)
            let whole = try await host.output(host.gitlab("list-diffs"))
            try await standIn.settings(["collapse_bytes": 10])
            try await standIn.faults([
                "on": ["path": "/changes$"], "times": nil, "do": ["status": 410],
            ])

            let output = try await host.output(host.gitlab("list-diffs"))

            #expect(try await standIn.count("GET", "/raw_diffs") == 1)
            for (file, other) in zip(
                output["diffs"]?.arrayValue ?? [], whole["diffs"]?.arrayValue ?? [])
            where file["new_path"] != "web/logo.png" {
                #expect(file["diff"] == other["diff"], "\(file["new_path"] ?? nil)")
            }
        }
    }

    @Test func `what no way gives is listed with its reason`() async throws {
        try await StandIn.gitlab(settings: ["collapse_bytes": 10]) { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)
            try await standIn.faults(
                ["on": ["path": "/(changes|raw_diffs)$"], "times": nil, "do": ["status": 404]])

            let output = try await host.output(host.gitlab("list-diffs"))

            #expect(paths(output, "unreviewable").count == 10)
            let reason = output["unreviewable"]?[0]?["reason"]?.stringValue
            #expect(reason == "collapsed by GitLab, and no other way gave its diff")
        }
    }

    @Test func `a file that is too large is listed as such`() async throws {
        try await StandIn.gitlab(settings: ["too_large_bytes": 300]) { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)

            let output = try await host.output(host.gitlab("list-diffs"))

            let reasons = (output["unreviewable"]?.arrayValue ?? []).compactMap {
                $0["reason"]?.stringValue
            }
            #expect(reasons.contains("too large for GitLab to show"))
        }
    }

    @Test func `an old GitLab without the list and without flags is read too`() async throws {
        try await StandIn.gitlab(settings: ["old_version": true]) { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)

            let output = try await host.output(host.gitlab("list-diffs"))

            #expect(paths(output).count == 10)
            #expect(output["diffs"]?[0]?["collapsed"] == false)
            #expect(output["diffs"]?[0]?["generated_file"] == false)
        }
    }

    @Test func `a merge request in preparation is not ready, and says so`() async throws {
        try await StandIn.gitlab(settings: ["not_ready": 9]) { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)

            let error = try await host.error(host.gitlab("list-diffs"))

            #expect(error.type == "not-ready")
            #expect(error.isRetryable)
            #expect(error.retryAfter == .seconds(2))
            let request = try await host.output(host.gitlab("get-merge-request"))
            #expect(request["diff_refs"] == .null)
        }
    }

    @Test func `diffs of another head than the one asked for are refused`() async throws {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)

            let error = try await host.error(host.gitlab("list-diffs", ["head": "0123456789"]))

            #expect(error.type == "not-ready")
            #expect(error.message.contains("not 0123456789"))
        }
    }

    @Test func `a token that is not accepted is not printed`() async throws {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo, token: "wrong-token-123")

            let error = try await host.error(host.gitlab("get-merge-request"))

            #expect(error.type == "authentication")
            #expect(error.status == 401)
            #expect(!error.isRetryable)
            #expect(!error.message.contains("wrong-token-123"))
        }
    }

    @Test func `a merge request that is not there is an error that says so`() async throws {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)

            let error = try await host.error(
                host.attempt("gitlab/list-diffs", "gitlab", ["project": 41, "iid": 99]))

            #expect(error.type == "http-status")
            #expect(error.status == 404)
        }
    }

    @Test(arguments: [
        "http://127.0.0.2/api/v4/x?page=2", "//evil.example/x?page=2", "/api/v4/user?page=2",
        "http://[",
    ])
    func `a next page elsewhere is not followed`(_ link: String) async throws {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)
            try await standIn.faults([
                "on": ["path": "/diffs$"],
                "do": [
                    "status": 200, "headers": ["Link": .string("<\(link)>; rel=\"next\"")],
                    "body": [],
                ],
            ])

            let error = try await host.error(host.gitlab("list-diffs"))

            #expect(error.type == "invalid-answer")
            #expect(try await standIn.count("GET", "/user") == 0)
        }
    }

    @Test(arguments: ["../41", "shop/../orders", "-x", "a\u{1}b", ".", ""])
    func `a project's name cannot leave its place in the path`(_ project: String) async throws {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)

            let error = try await host.error(
                host.gitlab("get-merge-request", project: .string(project)))

            #expect(error.type == "invalid-arguments")
            let requests = try await standIn.requests()
            #expect(requests.isEmpty)
        }
    }

    @Test func `a server that is down for a moment is asked again`() async throws {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)
            try await standIn.faults(
                ["times": 1, "do": ["cut": "before"]], ["times": 1, "do": ["status": 502]],
                ["times": 1, "do": ["status": 429, "headers": ["Retry-After": "7"]]])

            let output = try await host.output(host.gitlab("get-merge-request"))

            #expect(output["iid"] == 7)
            #expect(host.waits.all == [.seconds(2), .seconds(4), .seconds(7)])
        }
    }

    @Test func `an answer that is no JSON is named`() async throws {
        try await StandIn.gitlab { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)
            try await standIn.faults(["do": ["garble": true]])

            let error = try await host.error(host.gitlab("get-merge-request"))

            #expect(error.type == "invalid-answer")
            #expect(error.message.contains("<html>"))
        }
    }
}
