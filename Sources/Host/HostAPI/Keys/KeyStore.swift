internal import Cryptography
package import JSONValue
internal import LinuxSystem

/// A key as it is kept: everything but the key.
package struct KeyRecord: Sendable, Hashable {
    package var id: String
    package var scope: APIScope
    package var flow: String?
    /// Whose it is; nil: it is nobody's but its own.
    package var name: String?
    package var createdAt: String
    package var revokedAt: String?
    var digest: String

    package var json: JSON {
        [
            "id": .string(id), "scope": .string(scope.rawValue),
            "flow": flow.map(JSON.string) ?? .null, "name": name.map(JSON.string) ?? .null,
            "created_at": .string(createdAt),
            "revoked_at": revokedAt.map(JSON.string) ?? .null,
        ]
    }
}

extension KeyRecord {
    fileprivate var caller: Caller {
        Caller(name: "key:\(name ?? id)", scope: scope, flow: flow, keyID: id)
    }
}

/// Keys for the API, one small file each in `DATA/keys`, so that a new or revoked one counts at once.
///
/// A key is `sluice_ID_SECRET` with 256 random bits in SECRET. What is kept is HMAC-SHA256 of it under a
/// key derived from the host's own. A slow hash (bcrypt, argon2) protects passwords, which can be guessed
/// from a dictionary; nobody tries 2^256 keys, so a fast one loses nothing, and it is computed for every
/// request. The host's key keeps a stolen copy of the folder from being tested against keys seen elsewhere.
package struct KeyStore: Sendable {
    private let folder: String
    private let pepper: [UInt8]
    package let audit: AuditLog

    package init(dataFolder: String, hostKey: [UInt8]) {
        folder = dataFolder + "/keys"
        pepper = Digest.hmacSHA256(key: hostKey, message: Array("sluice api keys".utf8))
        audit = AuditLog(dataFolder: dataFolder)
    }

    /// What a new key is made for, and who asks.
    package struct Request: Sendable {
        package var scope: APIScope
        package var flow: String?
        /// Whose it is, as approvals name people (`key:NAME`); several keys may have the same, and are
        /// the same person's.
        package var name: String?
        package var by: String
        package var at: String
        /// From where, when the API was asked.
        package var peer: String?
        package var request: String?

        package init(
            scope: APIScope, flow: String?, name: String? = nil, by: String, at: String,
            peer: String? = nil, request: String? = nil
        ) {
            self.name = name
            self.scope = scope
            self.flow = flow
            self.by = by
            self.at = at
            self.peer = peer
            self.request = request
        }
    }

    /// Makes a key and gives it: it is shown this once and kept nowhere.
    package func make(_ wish: Request) throws -> (key: String, record: KeyRecord) {
        if let name = wish.name { try Self.check(name: name) }
        let id = Hexadecimal.encode(Randomness.bytes(6))
        let secret = Base64.encode(Randomness.bytes(32), alphabet: .urlSafe)
        let key = "sluice_\(id)_\(secret)"
        let record = KeyRecord(
            id: id, scope: wish.scope, flow: wish.flow, name: wish.name, createdAt: wish.at,
            digest: digest(of: key))
        guard try PrivateFiles.create(Self.bytes(of: record), as: id, in: folder) else {
            throw KeyError("cannot create the key: its name is taken; try again")
        }
        try audit.record(
            by: wish.by, act: "key.create", subject: "key:\(id)", at: wish.at,
            detail: "scope \(wish.scope.rawValue)" + (wish.flow.map { ", flow \($0)" } ?? "")
                + (wish.name.map { ", name \($0)" } ?? ""),
            peer: wish.peer, request: wish.request)
        return (key, record)
    }

    /// The same, for who needs nothing but the key.
    package func create(
        scope: APIScope, flow: String?, name: String? = nil, by: String, at moment: String
    ) throws -> String {
        try make(Request(scope: scope, flow: flow, name: name, by: by, at: moment)).key
    }

    /// Every key, revoked ones too, by the time they were made.
    package func list() throws -> [KeyRecord] {
        try PrivateFiles.names(in: folder).compactMap(read).sorted {
            ($0.createdAt, $0.id) < ($1.createdAt, $1.id)
        }
    }

    /// Whether at least one key can be used.
    package func hasKeys() throws -> Bool { try list().contains { $0.revokedAt == nil } }

    /// From now on the key is refused; nil when there is none of that name.
    package func revoke(
        _ id: String, by: String, at moment: String, peer: String? = nil, request: String? = nil
    ) throws -> KeyRecord? {
        guard Self.isID(id), var record = try read(id) else { return nil }
        guard record.revokedAt == nil else { return record }
        record.revokedAt = moment
        try PrivateFiles.write(Self.bytes(of: record), to: id, in: folder)
        try audit.record(
            by: by, act: "key.revoke", subject: "key:\(id)", at: moment, detail: "", peer: peer,
            request: request)
        return record
    }

    /// Who holds the key; nil when nobody does, or it is revoked, or its file cannot be read.
    package func caller(with key: String) -> Caller? {
        let parts = key.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "sluice", key.utf8.count <= 128 else { return nil }
        let id = String(parts[1])
        guard Self.isID(id) else { return nil }
        let record = try? read(id)
        let known = record?.digest ?? String(repeating: "0", count: 64)
        // SECURITY: one comparison of equal length, whether or not there is such a key.
        let isSame = isEqualInConstantTime(Array(digest(of: key).utf8), Array(known.utf8))
        guard let record, isSame, record.revokedAt == nil else { return nil }
        return record.caller
    }

    /// Who holds the key of that name; nil when there is none, or it is revoked.
    ///
    /// With it, what changes whenever the key does: to bind sessions to.
    func holder(of id: String) -> (caller: Caller, digest: String)? {
        guard let record = try? read(id), record.revokedAt == nil else { return nil }
        return (record.caller, record.digest)
    }

    /// A name as flow files write it, and none that could be taken for another key's number.
    private static func check(name: String) throws(KeyError) {
        let letters = name.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        let begins = name.utf8.first.map { (65...90).contains($0) || (97...122).contains($0) }
        guard letters, begins ?? false, name.utf8.count <= 64, !isID(name), name != "environment"
        else {
            throw KeyError(
                "'\(name)' is no name for a key; it begins with a letter and goes on with letters, "
                    + "digits, '-' and '_', up to 64 in all")
        }
    }

    private func digest(of key: String) -> String {
        Hexadecimal.encode(Digest.hmacSHA256(key: pepper, message: Array(key.utf8)))
    }

    /// SECURITY: the name of a file, so nothing but digits may stand in it.
    private static func isID(_ text: String) -> Bool {
        text.utf8.count == 12
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    private static func bytes(of record: KeyRecord) -> [UInt8] {
        guard case .object(var object) = record.json else { return [] }
        object["digest"] = .string(record.digest)
        return JSON.object(object).bytes
    }

    private func read(_ id: String) throws -> KeyRecord? {
        guard Self.isID(id), let bytes = try PrivateFiles.read("\(folder)/\(id)", limit: 4096),
            let json = try? JSON.parse(bytes),
            let scope = json["scope"]?.stringValue.flatMap(APIScope.init),
            let created = json["created_at"]?.stringValue, let digest = json["digest"]?.stringValue
        else { return nil }
        return KeyRecord(
            id: id, scope: scope, flow: json["flow"]?.stringValue,
            name: json["name"]?.stringValue, createdAt: created,
            revokedAt: json["revoked_at"]?.stringValue, digest: digest)
    }
}

package struct KeyError: Error, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
