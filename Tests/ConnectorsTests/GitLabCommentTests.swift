import Connectors
import FlowModel
import JSONValue
import Testing

@Suite struct GitLabCommentTests {
    private static let mark = String(repeating: "ab", count: 32)

    /// A host, and the position of the first added line of `db/schema.sql`.
    private func withComment(
        settings: JSON = [:], tokens: [JSON] = [],
        _ body: (StandIn, TestHost, JSON, DemoWorld) async throws -> Void
    ) async throws {
        try await StandIn.gitlab(settings: settings, tokens: tokens) { standIn, demo in
            let host = try TestHost.gitlab(standIn, demo)
            let request = try await host.output(host.gitlab("get-merge-request"))
            var position: JSON = [
                "position_type": "text", "old_path": "db/schema.sql", "new_path": "db/schema.sql",
                "new_line": 5,
            ]
            for (key, value) in request["diff_refs"]?.objectValue ?? JSONObject() {
                position = position.setting(key, value)
            }
            try await body(standIn, host, position, demo)
            let state = try await standIn.state()
            #expect(state["violations"] == [])
            #expect(state["quick_actions"] == [])
        }
    }

    private func notes(_ standIn: StandIn) async throws -> [JSON] {
        (try await standIn.state()["discussions"]?.arrayValue ?? []).flatMap {
            $0["notes"]?.arrayValue ?? []
        }
    }

    @Test func `a comment is put at its line`() async throws {
        try await withComment { standIn, host, position, _ in
            let output = try await host.output(
                host.gitlab(
                    "create-discussion",
                    ["body": "Wrong type.", "position": position.setting("old_line", nil)]))

            #expect(output["placed"] == "exact")
            #expect(output["existed"] == false)
            #expect(output["position"]?["new_line"] == 5)
            let notes = try await notes(standIn)
            #expect(notes.count == 1)
            #expect(notes[0]["body"] == "Wrong type.")
        }
    }

    @Test func `a refused line falls back to the next position that is valid`() async throws {
        for isNewRuby in [false, true] {
            try await withComment(settings: ["ruby_3_4_messages": .bool(isNewRuby)]) {
                standIn, host, position, _ in
                let output = try await host.output(
                    host.gitlab(
                        "create-discussion",
                        [
                            "body": "Wrong type.", "position": position.setting("new_line", 400),
                            "fallbacks": [position.setting("new_line", 300), position],
                        ]))

                #expect(output["placed"] == "fallback")
                #expect(output["fallback"] == 1)
                #expect(output["position"]?["new_line"] == 5)
                let notes = try await notes(standIn)
                #expect(notes.map { $0["body"]?.stringValue } == ["(line 400)\n\nWrong type."])
            }
        }
    }

    @Test func `without a valid line the comment goes to the file`() async throws {
        try await withComment { standIn, host, position, _ in
            let output = try await host.output(
                host.gitlab(
                    "create-discussion",
                    ["body": "Hm.", "position": position.setting("new_line", 400)]))

            #expect(output["placed"] == "file")
            #expect(output["position"]?["position_type"] == "file")
            #expect(output["position"]?["new_line"] == nil)
        }
    }

    @Test(arguments: [true, false])
    func `without a valid file the comment is a plain note that names the place`(
        _ isOldVersion: Bool
    ) async throws {
        try await withComment(settings: ["old_version": .bool(isOldVersion)]) {
            standIn, host, position, _ in
            let nowhere = isOldVersion ? position : position.setting("new_path", "no/such.file")

            let output = try await host.output(
                host.gitlab(
                    "create-discussion",
                    ["body": "Hm.", "position": nowhere.setting("new_line", 400)]))

            #expect(output["placed"] == "note")
            let notes = try await notes(standIn)
            let path = isOldVersion ? "db/schema.sql" : "no/such.file"
            #expect(notes.map { $0["body"]?.stringValue } == ["(`\(path)`, line 400)\n\nHm."])
        }
    }

    @Test func `a note without a position is posted and listed`() async throws {
        try await withComment { standIn, host, _, _ in
            let output = try await host.output(
                host.gitlab("create-note", ["body": "All well."], project: "shop/orders"))

            #expect(output["placed"] == "note")
            let listed = try await host.output(host.gitlab("list-discussions"))
            #expect(listed["discussions"]?[0]?["notes"]?[0]?["body"] == "All well.")
            #expect(listed["discussions"]?[0]?["notes"]?[0]?["id"] == output["note"])
        }
    }

    // MARK: At most once

    @Test func `a marked comment is posted once, in any run and after a restart`() async throws {
        try await withComment(settings: ["page_size": 1]) { standIn, host, position, demo in
            let arguments: JSON = ["body": "Wrong type.", "position": position]
            let first = try await host.output(
                host.gitlab("create-discussion", arguments, mark: Self.mark))
            let restarted = try TestHost.gitlab(standIn, demo)

            for (host, run) in [
                (host, "run-1"), (host, "run-2"), (restarted, "run-1"), (restarted, "run-3"),
            ] {
                let output = try await host.output(
                    host.gitlab("create-discussion", arguments, mark: Self.mark, run: run))
                #expect(output["note"] == first["note"])
            }

            let notes = try await notes(standIn)
            #expect(notes.count == 1)
            #expect(notes[0]["body"]?.stringValue == "Wrong type.\n\n<!-- sluice:\(Self.mark) -->")
        }
    }

    @Test func `one mark at once from many runs is one comment`() async throws {
        try await withComment { standIn, host, position, _ in
            let existed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<12 {
                    let attempt = host.gitlab(
                        "create-discussion", ["body": "Wrong type.", "position": position],
                        mark: Self.mark, run: "run-\(number % 4)")
                    group.addTask { try await host.output(attempt)["existed"] == true }
                }
                return try await group.reduce(into: [Bool]()) { $0.append($1) }
            }

            #expect(existed.filter { !$0 }.count == 1)
            let notes = try await notes(standIn)
            #expect(notes.count == 1)
        }
    }

    @Test func `a connection cut after the comment was posted does not post it again`() async throws
    {
        try await withComment { standIn, host, position, _ in
            try await standIn.faults(["on": ["method": "POST"], "do": ["cut": "after"]])

            let output = try await host.output(
                host.gitlab(
                    "create-discussion", ["body": "Once.", "position": position], mark: Self.mark))

            #expect(output["existed"] == true)
            #expect(output["placed"] == "line")
            let notes = try await notes(standIn)
            #expect(notes.count == 1)
        }
    }

    @Test func `an answer cut in the middle is looked up too`() async throws {
        try await withComment { standIn, host, position, _ in
            try await standIn.faults(["on": ["method": "POST"], "do": ["cut": "middle"]])

            let output = try await host.output(
                host.gitlab(
                    "create-discussion", ["body": "Once.", "position": position], mark: Self.mark))

            #expect(output["existed"] == true)
            #expect(try await notes(standIn).count == 1)
        }
    }

    @Test(arguments: [["cut": "before"], ["status": 500]] as [JSON])
    func `a comment that did not arrive may be tried again, and is then posted once`(
        _ fault: JSON
    ) async throws {
        try await withComment { standIn, host, position, _ in
            try await standIn.faults(["on": ["method": "POST"], "do": fault])
            let attempt = host.gitlab(
                "create-discussion", ["body": "Once.", "position": position], mark: Self.mark)

            let error = try await host.error(attempt)
            let output = try await host.output(attempt)

            #expect(error.isRetryable)
            #expect(output["existed"] == false)
            #expect(try await notes(standIn).count == 1)
        }
    }

    @Test func `without a mark, what may have happened is not retryable`() async throws {
        try await withComment { standIn, host, position, _ in
            try await standIn.faults(["on": ["method": "POST"], "do": ["cut": "after"]])

            let error = try await host.error(
                host.gitlab("create-discussion", ["body": "Once.", "position": position]))

            #expect(!error.isRetryable)
            #expect(try await notes(standIn).count == 1)
        }
    }

    @Test func `a mark in somebody else's note does not count`() async throws {
        let other: JSON = [
            "token": "token-of-another", "user": ["id": 777, "username": "mallory"],
        ]
        try await withComment(tokens: [other]) { standIn, host, position, demo in
            let forger = try TestHost.gitlab(standIn, demo, token: "token-of-another")
            _ = try await forger.output(
                forger.gitlab("create-discussion", ["body": "Forged."], mark: Self.mark))

            let output = try await host.output(
                host.gitlab(
                    "create-discussion", ["body": "Real.", "position": position], mark: Self.mark))

            #expect(output["existed"] == false)
            #expect(try await notes(standIn).count == 2)
        }
    }

    @Test func `a mark in a model's text does not count`() async throws {
        try await withComment { standIn, host, position, demo in
            let text = "Nothing here.\n```\n<!-- sluice:\(Self.mark) -->"
            _ = try await host.output(
                host.gitlab("create-note", ["body": .string(text)], project: "shop/orders"))
            let restarted = try TestHost.gitlab(standIn, demo)

            let output = try await restarted.output(
                restarted.gitlab(
                    "create-discussion", ["body": "Real.", "position": position], mark: Self.mark))

            #expect(output["existed"] == false)
            #expect(try await notes(standIn).count == 2)
        }
    }

    @Test func `after a restart the effect of an attempt is looked up by its mark`() async throws {
        try await withComment { standIn, host, position, demo in
            let attempt = host.gitlab(
                "create-discussion", ["body": "Once.", "position": position], mark: Self.mark)
            let before = try await host.executor.lookUpEffect(of: attempt)
            let posted = try await host.output(attempt)
            let restarted = try TestHost.gitlab(standIn, demo)

            let after = try await restarted.executor.lookUpEffect(of: attempt)
            let unmarked = try await host.executor.lookUpEffect(
                of: host.gitlab("create-note", ["body": "x"]))
            let reading = try await host.executor.lookUpEffect(of: host.gitlab("list-diffs"))

            #expect(before == .absent)
            guard case .found(let output) = after else {
                Issue.record("\(after)")
                return
            }
            #expect(output["note"] == posted["note"])
            guard case .unknown = unmarked else {
                Issue.record("\(unmarked)")
                return
            }
            #expect(reading == .absent)
        }
    }

    // MARK: Limits

    @Test func `the limit on new notes is waited for as long as GitLab asks`() async throws {
        try await withComment { standIn, host, position, _ in
            try await standIn.faults([
                "on": ["method": "POST"], "times": 2,
                "do": [
                    "status": 429, "headers": ["Retry-After": "33"],
                    "body": ["message": "slow down"],
                ],
            ])

            let output = try await host.output(
                host.gitlab(
                    "create-discussion", ["body": "Once.", "position": position], mark: Self.mark))

            #expect(output["placed"] == "exact")
            #expect(host.waits.all == [.seconds(33), .seconds(33)])
        }
    }

    @Test func `a limit that does not lift is an error that says when to come back`() async throws {
        try await withComment { standIn, host, position, _ in
            try await standIn.faults([
                "on": ["method": "POST"], "times": nil,
                "do": [
                    "status": 429, "headers": ["Retry-After": "600"],
                    "body": ["message": "slow down"],
                ],
            ])

            let error = try await host.error(
                host.gitlab(
                    "create-discussion", ["body": "Once.", "position": position], mark: Self.mark))

            #expect(error.type == "rate-limited")
            #expect(error.isRetryable)
            #expect(error.retryAfter == .seconds(600))
            #expect(host.waits.all.isEmpty)
        }
    }

    @Test func `a redirected write is not followed, and names the place`() async throws {
        try await withComment { standIn, host, position, _ in
            try await standIn.faults([
                "on": ["method": "POST"],
                "do": ["redirect": "https://moved.example{path}", "status": 301],
            ])

            let error = try await host.error(
                host.gitlab(
                    "create-discussion", ["body": "Once.", "position": position], mark: Self.mark))

            #expect(error.message.contains("redirected to https://moved.example"))
            #expect(try await notes(standIn).isEmpty)
        }
    }

    @Test func `model text orders GitLab to do nothing`() async throws {
        try await withComment { standIn, host, position, _ in
            let body =
                "/merge\n/close now\n  /approve\n~~~\n/label ~bug\n~~~\n```\n/unlabel\n@all Closes #1"

            _ = try await host.output(
                host.gitlab("create-discussion", ["body": .string(body), "position": position]))

            // `withComment` checks that no quick action would have run.
            #expect(try await notes(standIn).count == 1)
        }
    }
}
