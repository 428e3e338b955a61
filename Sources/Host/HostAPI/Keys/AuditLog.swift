package import JSONValue
internal import LinuxSystem

/// What people and keys did, one JSON object a line in `DATA/audit.jsonl`; lines are never changed.
package struct AuditLog: Sendable {
    private let path: String

    init(dataFolder: String) { path = dataFolder + "/audit.jsonl" }

    /// Durable when it returns.
    package func record(
        by: String, act: String, subject: String, at moment: String, detail: String,
        peer: String? = nil, request: String? = nil
    ) throws {
        let row: JSON = [
            "at": .string(moment), "by": .string(by), "act": .string(act),
            "subject": .string(subject), "detail": .string(detail),
            "peer": peer.map(JSON.string) ?? .null, "request": request.map(JSON.string) ?? .null,
        ]
        try AppendFile(path).append(row.text + "\n")
    }

    /// The latest rows, newest first.
    package func latest(_ limit: Int) throws -> [JSON] {
        guard let bytes = try PrivateFiles.read(path, limit: 64 << 20) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).suffix(limit).reversed().compactMap {
            try? JSON.parse(Array($0))
        }
    }
}
