internal import HTTPTransport
internal import JSONValue

/// The changed files of a merge request, as completely as this GitLab gives them.
struct GitLabDiffs {
    let connector: GitLabConnector

    /// `{diffs, unreviewable: [{old_path, new_path, reason}], overflow}`.
    ///
    /// Old versions leave flags out; absent means false. A collapsed file is asked for in other ways,
    /// and listed as unreviewable when none of them gives its diff.
    func list(
        _ place: MergeRequestPlace, _ call: OperationCall
    ) async throws(ConnectorFailure) -> JSON {
        var overflow = false
        var files: [DiffFile]
        if let listed = try await listed(place, call) {
            files = listed
        } else {
            (files, overflow) = try await changes(place, call)
        }
        try await checkReady(place, call, isEmpty: files.isEmpty)
        if files.contains(where: \.isCollapsed) {
            overflow = try await expand(&files, place, call) || overflow
        }
        let unreviewable = files.compactMap(\.unreviewable)
        for one in unreviewable { call.log.add("not reviewable: \(one.text)") }
        return [
            "diffs": .array(files.map(\.json)), "unreviewable": .array(unreviewable),
            "overflow": .bool(overflow),
        ]
    }

    /// Nil when this GitLab has no such list (before 15.7).
    private func listed(
        _ place: MergeRequestPlace, _ call: OperationCall
    ) async throws(ConnectorFailure) -> [DiffFile]? {
        do throws(ConnectorFailure) {
            return try await connector.pages(place.path + "/diffs", "list the diffs", call)
                .map { one throws(ConnectorFailure) in
                    try DiffFile(one, connector.client.connection)
                }
        } catch {
            // Also the answer for a merge request that is not there: `changes` tells the two apart.
            if error.status == 404 { return nil }
            throw error
        }
    }

    private func changes(
        _ place: MergeRequestPlace, _ call: OperationCall
    ) async throws(ConnectorFailure) -> ([DiffFile], overflow: Bool) {
        let answer = try await connector.send(
            .init(path: place.path + "/changes", query: "access_raw_diffs=true"), call)
        guard answer.status == 200 else {
            throw answer.failure(from: connector.client.connection, act: "list the changes")
        }
        let value = try answer.json(from: connector.client.connection)
        var files: [DiffFile] = []
        for one in value["changes"]?.arrayValue ?? [] {
            files.append(try DiffFile(one, connector.client.connection))
        }
        return (files, value["overflow"]?.boolValue ?? false)
    }

    /// Just after opening, GitLab has no diff yet; and the head may have moved since it was read.
    private func checkReady(
        _ place: MergeRequestPlace, _ call: OperationCall, isEmpty: Bool
    ) async throws(ConnectorFailure) {
        let wanted = call.arguments["head"]?.stringValue
        guard isEmpty || wanted != nil else { return }
        let request = try await connector.mergeRequest(place, call)
        guard let head = request["diff_refs"]?["head_sha"]?.stringValue else {
            throw ConnectorFailure(
                .notReady, "the merge request is still being prepared; ask again in a moment",
                isRetryable: true, retryAfter: .seconds(2))
        }
        if let wanted, head != wanted {
            throw ConnectorFailure(
                .notReady,
                "the merge request's head is \(head), not \(wanted): it moved meanwhile",
                isRetryable: true, retryAfter: .seconds(2))
        }
    }

    /// Fills collapsed files from `changes`, and what is left from the raw patch.
    private func expand(
        _ files: inout [DiffFile], _ place: MergeRequestPlace, _ call: OperationCall
    ) async throws(ConnectorFailure) -> Bool {
        var overflow = false
        do throws(ConnectorFailure) {
            let (full, isOverflowing) = try await changes(place, call)
            overflow = isOverflowing
            let texts = Dictionary(full.map { ($0.paths, $0.text) }) { first, _ in first }
            fill(&files) { texts[$0.paths] }
        } catch {
            guard [404, 405, 410, 500, 502, 504].contains(error.status ?? 0) else { throw error }
        }
        guard files.contains(where: \.isCollapsed) else { return overflow }
        let answer = try await connector.send(.init(path: place.path + "/raw_diffs"), call)
        guard answer.status == 200 else {
            call.log.add("no raw diffs: status \(answer.status)")
            return overflow
        }
        let patches = RawPatch.files(answer.body)
        fill(&files) { patches[$0.paths] }
        return overflow
    }

    private func fill(_ files: inout [DiffFile], _ text: (DiffFile) -> String?) {
        for index in files.indices where files[index].isCollapsed {
            if let found = text(files[index]), !found.isEmpty { files[index].text = found }
        }
    }
}

/// One changed file as GitLab describes it.
struct DiffFile {
    struct Paths: Hashable {
        var old: [UInt8]
        var new: [UInt8]
    }

    private var members: JSONObject
    let paths: Paths

    init(_ value: JSON, _ connection: String) throws(ConnectorFailure) {
        guard let members = value.objectValue, let old = value["old_path"]?.stringValue,
            let new = value["new_path"]?.stringValue
        else {
            throw ConnectorFailure(
                .invalidAnswer, "connection '\(connection)': a diff names no file")
        }
        self.members = members
        paths = Paths(old: Array(old.utf8), new: Array(new.utf8))
        for flag in [
            "collapsed", "too_large", "generated_file", "new_file", "renamed_file", "deleted_file",
        ] where members[flag]?.boolValue == nil {
            self.members[flag] = false
        }
        if members["diff"]?.stringValue == nil { self.members["diff"] = "" }
    }

    var text: String {
        get { members["diff"]?.stringValue ?? "" }
        set {
            members["diff"] = .string(newValue)
            members["collapsed"] = false
        }
    }

    var isCollapsed: Bool { isSet("collapsed") && text.isEmpty }

    var json: JSON { .object(members) }

    /// Who cannot be reviewed although something changed in it, and why; nil for the others.
    var unreviewable: JSON? {
        let reason: String
        if isSet("too_large"), text.isEmpty {
            reason = "too large for GitLab to show"
        } else if isCollapsed {
            reason = "collapsed by GitLab, and no other way gave its diff"
        } else if text.hasPrefix("Binary files ") || text.hasPrefix("GIT binary patch") {
            reason = "binary"
        } else if isSet("generated_file"), text.isEmpty {
            reason = "generated, and not shown by GitLab"
        } else {
            return nil
        }
        return [
            "old_path": members["old_path"] ?? nil, "new_path": members["new_path"] ?? nil,
            "reason": .string(reason),
        ]
    }

    private func isSet(_ flag: String) -> Bool { members[flag]?.boolValue ?? false }
}
