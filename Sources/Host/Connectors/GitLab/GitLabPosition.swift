internal import JSONValue

/// Where a comment shall stand, as GitLab wants to have it.
struct GitLabPosition: Sendable {
    let json: JSON
    let isFile: Bool
    let oldLine: Int64?
    let newLine: Int64?
    let path: String

    /// Takes nulls out and gives both paths: GitLab compares the pair, and wants both keys.
    init(_ value: JSON) throws(ConnectorFailure) {
        var position = JSONObject()
        for key in ["base_sha", "start_sha", "head_sha"] { position[key] = value[key] }
        let type = value["position_type"]?.stringValue ?? "text"
        position["position_type"] = .string(type)
        let paths = [value["old_path"], value["new_path"]].map(Self.path)
        guard let old = paths[0] ?? paths[1], let new = paths[1] ?? paths[0] else {
            throw ConnectorFailure(
                .invalidArguments, "a position names no file: give 'old_path' and 'new_path'")
        }
        position["old_path"] = .string(old)
        position["new_path"] = .string(new)
        oldLine = value["old_line"]?.integerValue
        newLine = value["new_line"]?.integerValue
        isFile = type == "file"
        path = new
        if !isFile {
            guard oldLine != nil || newLine != nil else {
                throw ConnectorFailure(
                    .invalidArguments,
                    "a position has neither 'old_line' nor 'new_line'; write position_type: file to "
                        + "comment on the whole file")
            }
            // A missing number is left out: GitLab takes null and absence for the same, proxies do not.
            if let oldLine { position["old_line"] = .integer(oldLine) }
            if let newLine { position["new_line"] = .integer(newLine) }
            if let range = value["line_range"], !range.isNull {
                position["line_range"] = Self.clean(range)
            }
        }
        json = .object(position)
    }

    /// The same place without lines.
    var file: GitLabPosition? {
        guard var members = json.objectValue else { return nil }
        for key in ["old_line", "new_line", "line_range"] { members[key] = nil }
        members["position_type"] = "file"
        return try? GitLabPosition(.object(members))
    }

    /// Such as `line 12` or `old line 7`.
    var lineWords: String? {
        if let newLine { return "line \(newLine)" }
        return oldLine.map { "old line \($0)" }
    }

    func isSameLine(as other: GitLabPosition) -> Bool {
        (oldLine, newLine, isFile) == (other.oldLine, other.newLine, other.isFile)
    }

    /// GitLab has no `/dev/null`: a new or deleted file carries the same path twice.
    private static func path(_ value: JSON?) -> String? {
        guard let text = value?.stringValue, !text.isEmpty, text != "/dev/null" else { return nil }
        return text
    }

    private static func clean(_ value: JSON) -> JSON {
        guard let object = value.objectValue else { return value }
        var kept = JSONObject()
        for (key, member) in object where !member.isNull { kept[key] = clean(member) }
        return .object(kept)
    }
}
