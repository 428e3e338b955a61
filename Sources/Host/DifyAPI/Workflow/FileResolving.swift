internal import Cryptography
internal import FlowModel
internal import HostAPI
internal import JSONValue
internal import Journal

/// Files of a request as scripts get them: an object with their name, size, type and address, and
/// their bytes where they are few, since a script opens neither a file nor a connection.
struct FileResolving {
    let shelf: FileShelf
    let flow: String
    let user: String
    private var left = Self.mostBytes

    /// Bytes of one file that stand in the inputs, and of all files of a request.
    private static let longestFile = 1 << 20
    private static let mostBytes = 4 << 20

    init(shelf: FileShelf, flow: String, user: String) {
        self.shelf = shelf
        self.flow = flow
        self.user = user
    }

    /// - Parameter given: `{type, transfer_method, upload_file_id | url}`.
    mutating func resolve(_ given: JSON) async throws -> JSON {
        guard let method = given["transfer_method"]?.stringValue else {
            throw WorkflowFault.invalid(
                "transfer_method of a file must be remote_url or local_file")
        }
        switch method {
        case "local_file":
            guard let id = given["upload_file_id"]?.stringValue,
                let file = try await shelf.file(id, flow: flow, user: user)
            else { throw WorkflowFault.invalid("Invalid upload file") }
            return try local(file, type: given["type"]?.stringValue)
        case "remote_url":
            let url = given["url"]?.stringValue ?? given["remote_url"]?.stringValue
            guard let url, Self.isWeb(url) else {
                throw WorkflowFault.invalid("Invalid file url")
            }
            return remote(url, type: given["type"]?.stringValue)
        default:
            throw WorkflowFault.invalid(
                "transfer_method of a file must be remote_url or local_file")
        }
    }

    private mutating func local(_ file: AppFile, type: String?) throws -> JSON {
        var members = Self.members(
            type: type, method: "local_file", name: file.name, extension: file.nameExtension,
            mime: file.type, size: Int64(file.size))
        members["id"] = .string(file.id)
        members["related_id"] = .string(file.id)
        members["url"] = .string(shelf.address(of: file))
        guard file.size <= min(Self.longestFile, left), let bytes = try shelf.bytes(of: file) else {
            return .object(members)
        }
        left -= bytes.count
        if let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) {
            members["text"] = .string(text)
        } else {
            members["base64"] = .string(Base64.encode(bytes))
        }
        return .object(members)
    }

    /// It is not fetched here: a node with a connection does that, within its egress rule.
    private func remote(_ url: String, type: String?) -> JSON {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        let name = String(path.split(separator: "/").dropFirst(2).last ?? "")
        var `extension` = ""
        if let dot = name.lastIndex(of: ".") {
            `extension` = name[name.index(after: dot)...].lowercased()
        }
        var members = Self.members(
            type: type, method: "remote_url", name: name, extension: `extension`, mime: nil,
            size: -1)
        members["remote_url"] = .string(url)
        members["url"] = .string(url)
        return .object(members)
    }

    private static func isWeb(_ url: String) -> Bool {
        (url.hasPrefix("https://") || url.hasPrefix("http://")) && url.utf8.count <= 8192
            && url.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }

    private static func members(
        type: String?, method: String, name: String, extension: String, mime: String?, size: Int64
    ) -> JSONObject {
        var members = JSONObject()
        members["dify_model_identity"] = "__dify__file__"
        members["id"] = .null
        members["tenant_id"] = .null
        members["type"] = .string(
            type.flatMap { kinds.keys.contains($0) || $0 == "custom" ? $0 : nil }
                ?? kinds.first { $0.value.contains(`extension`) }?.key ?? "custom")
        members["transfer_method"] = .string(method)
        members["remote_url"] = .null
        members["related_id"] = .null
        members["filename"] = .string(name)
        members["extension"] = .string(`extension`.isEmpty ? "" : ".\(`extension`)")
        members["mime_type"] = mime.map(JSON.string) ?? .null
        members["size"] = .integer(size)
        members["url"] = .null
        members["text"] = .null
        members["base64"] = .null
        return members
    }

    private static let kinds: [String: Set<String>] = [
        "image": ["jpg", "jpeg", "png", "webp", "gif", "svg"],
        "document": [
            "txt", "md", "mdx", "markdown", "pdf", "html", "htm", "xlsx", "xls", "doc", "docx",
            "csv", "eml", "msg", "pptx", "ppt", "xml", "epub", "json", "yaml", "yml", "vtt",
            "properties",
        ],
        "audio": ["mp3", "m4a", "wav", "amr", "mpga"],
        "video": ["mp4", "mov", "mpeg", "webm"],
    ]
}
