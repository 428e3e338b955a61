internal import FlowModel
internal import HTTPTransport
internal import JSONValue

/// Posts comments, each at most once where it has a mark.
struct GitLabComments {
    let connector: GitLabConnector

    /// `{placed, position, fallback, discussion, note, existed}`.
    func post(
        _ place: MergeRequestPlace, _ call: OperationCall
    ) async throws(ConnectorFailure) -> JSON {
        let comment = try PlannedComment(call)
        guard let mark = call.work.mark else {
            do throws(ConnectorFailure) {
                return try await create(comment, nil, place, call)
            } catch {
                var failure = error
                failure.isRetryable = error.isRetryable && !error.mayHaveHappened
                throw failure
            }
        }
        return try await connector.marks.exclusively(mark, at: place) {
            () async throws(ConnectorFailure) in
            if let found = try await find(mark, place, call, anew: false) { return found }
            do throws(ConnectorFailure) {
                let output = try await create(comment, mark, place, call)
                var found = output.objectValue ?? JSONObject()
                found["existed"] = true
                connector.marks.record(.object(found), for: mark, at: place)
                return output
            } catch {
                // Nobody knows whether it was posted: GitLab is asked, and never simply told again.
                guard error.mayHaveHappened, error.kind != .cancelled else { throw error }
                call.log.add("unknown whether it was posted; looking for its mark")
                if let found = try await find(mark, place, call, anew: true) { return found }
                var failure = error
                failure.isRetryable = true
                throw failure
            }
        }
    }

    /// The output of our comment with that mark, nil when there is none.
    func find(
        _ mark: String, _ place: MergeRequestPlace, _ call: OperationCall, anew: Bool
    ) async throws(ConnectorFailure) -> JSON? {
        try await connector.marks.find(mark, at: place, run: call.run, anew: anew) {
            () async throws(ConnectorFailure) in
            // SECURITY: anybody can write our mark; it counts only in what our own account wrote.
            let account = try await connector.account(call)
            var found: [String: JSON] = [:]
            for discussion in try await connector.discussions(place, call) {
                for note in discussion["notes"]?.arrayValue ?? []
                where note["author"]?["id"]?.integerValue == account
                    && note["system"]?.boolValue != true
                {
                    guard let mark = note["body"]?.stringValue.flatMap(BodyMark.read) else {
                        continue
                    }
                    found[mark] = Self.output(discussion, note, existed: true)
                }
            }
            return found
        }
    }

    // MARK: Posting

    /// Tries the position, each fallback, the file and a plain note, until one is taken.
    private func create(
        _ comment: PlannedComment, _ mark: String?, _ place: MergeRequestPlace,
        _ call: OperationCall
    ) async throws(ConnectorFailure) -> JSON {
        for (index, position) in comment.positions.enumerated() {
            let body = comment.body(at: position, mark: mark)
            let answer = try await send(
                ["body": .string(body), "position": position.json], to: "/discussions", place, call)
            if answer.status == 201 {
                return try created(answer, comment, position, index: index)
            }
            guard isPlacementRefused(answer) else { throw refusal(answer) }
            call.log.add("position refused: \(answer.excerpt)")
        }
        let body = comment.body(at: nil, mark: mark)
        let path = comment.isNote ? "/notes" : "/discussions"
        let answer = try await send(["body": .string(body)], to: path, place, call)
        guard answer.status == 201 else { throw refusal(answer) }
        return try created(answer, comment, nil, index: comment.positions.count)
    }

    private func send(
        _ body: JSON, to path: String, _ place: MergeRequestPlace, _ call: OperationCall
    ) async throws(ConnectorFailure) -> ServiceClient.Answer {
        try await connector.send(
            .init(
                method: "POST", path: place.path + path,
                headers: [HTTPHeader("Content-Type", "application/json")], body: body.bytes,
                isRepeatable: false),
            call)
    }

    /// GitLab answers 400 with a sentence; which one depends on its version and on its Ruby's.
    private func isPlacementRefused(_ answer: ServiceClient.Answer) -> Bool {
        guard answer.status == 400 else { return false }
        let text = String(decoding: answer.body, as: UTF8.self)
        return text.contains("line_code") || text.contains("position")
    }

    private func refusal(_ answer: ServiceClient.Answer) -> ConnectorFailure {
        answer.failure(from: connector.client.connection, act: "post a comment")
    }

    private func created(
        _ answer: ServiceClient.Answer, _ comment: PlannedComment, _ position: GitLabPosition?,
        index: Int
    ) throws(ConnectorFailure) -> JSON {
        let value = try answer.json(from: connector.client.connection)
        let note = value["notes"]?[0] ?? value
        guard note["id"]?.integerValue != nil else {
            throw ConnectorFailure(
                .invalidAnswer,
                "connection '\(connector.client.connection)': the new note has no id",
                mayHaveHappened: true)
        }
        var output = Self.output(value, note, existed: false).objectValue ?? JSONObject()
        if let position {
            output["placed"] = position.isFile ? "file" : (index == 0 ? "exact" : "fallback")
            output["position"] = position.json
            output["fallback"] = index == 0 ? nil : .integer(Int64(index - 1))
        }
        return .object(output)
    }

    private static func output(_ discussion: JSON, _ note: JSON, existed: Bool) -> JSON {
        let position = note["position"] ?? nil
        let placed =
            position.isNull
            ? "note" : (position["position_type"]?.stringValue == "file" ? "file" : "line")
        let isDiscussion = discussion["notes"] != nil
        return [
            "placed": .string(placed), "position": position, "fallback": nil,
            "discussion": isDiscussion ? discussion["id"] ?? nil : nil, "note": note["id"] ?? nil,
            "existed": .bool(existed),
        ]
    }
}

/// What shall be said, and where, best place first.
private struct PlannedComment {
    let isNote: Bool
    let positions: [GitLabPosition]
    private let text: String

    init(_ call: OperationCall) throws(ConnectorFailure) {
        isNote = call.operation == "gitlab/create-note"
        // SECURITY: whatever the text says, it orders GitLab to do nothing and carries no mark.
        text = PostedText.harmless(call.arguments["body"]?.stringValue ?? "")
        guard text.utf8.contains(where: { $0 > 0x20 }) else {
            throw ConnectorFailure(.invalidArguments, "argument 'body' has no text")
        }
        var positions: [GitLabPosition] = []
        if let first = call.arguments["position"] {
            positions.append(try GitLabPosition(first))
            for one in call.arguments["fallbacks"]?.arrayValue ?? [] {
                positions.append(try GitLabPosition(one))
            }
            if !positions.contains(where: \.isFile), let file = positions[0].file {
                positions.append(file)
            }
        } else if call.arguments["fallbacks"] != nil {
            throw ConnectorFailure(
                .invalidArguments, "argument 'fallbacks' is given without a 'position'")
        }
        self.positions = positions
    }

    /// Where the place is not the one that was meant, the text says which was.
    func body(at position: GitLabPosition?, mark: String?) -> String {
        var body = text
        if let meant = positions.first {
            let file = "`" + PostedText.codeSpan(meant.path) + "`"
            if let position {
                if !position.isSameLine(as: meant), let line = meant.lineWords {
                    body = "(\(line))\n\n" + body
                }
            } else {
                body = "(\(file)\(meant.lineWords.map { ", " + $0 } ?? ""))\n\n" + body
            }
        }
        return mark.map { BodyMark.append($0, to: body) } ?? body
    }
}
