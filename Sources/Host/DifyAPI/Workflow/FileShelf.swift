internal import Cryptography
internal import FlowModel
internal import HTTPListener
internal import HostAPI
internal import JSONValue
internal import Journal
internal import LinuxSystem

/// Files that clients gave: their records in the journal, their bytes below the data folder by digest.
///
/// SECURITY: a file belongs to one flow and one user of its clients; to all others it is not there.
struct FileShelf: Sendable {
    let records: any AppJournal
    let settings: WorkflowSettings
    private let key: [UInt8]
    private let gate = FileGate()

    /// How long an address of a file that needs no key is good.
    private static let addressTime = Duration.seconds(300)

    init(records: any AppJournal, settings: WorkflowSettings) {
        self.records = records
        self.settings = settings
        key = Digest.hmacSHA256(key: settings.hostKey, message: Array("sluice files".utf8))
    }

    var tooLarge: WorkflowFault {
        WorkflowFault(
            413, "file_too_large",
            "File size exceeded. The most is \(settings.fileLimit) bytes.")
    }

    // MARK: In

    func upload(_ request: HTTPRequest, for client: WorkflowClient) async throws -> HTTPAnswer {
        guard let form = MultipartForm(request) else {
            throw WorkflowFault(400, "no_file_uploaded", "Please upload your file.")
        }
        let user = try WorkflowBody.user(form.text("user"))
        let files = form.parts.filter { $0.fileName != nil }
        guard files.count <= 1 else {
            throw WorkflowFault(400, "too_many_files", "Only one file is allowed.")
        }
        guard let file = files.first, file.name == "file" else {
            throw WorkflowFault(400, "no_file_uploaded", "Please upload your file.")
        }
        guard let name = Self.safeName(file.fileName ?? "") else {
            throw WorkflowFault(
                400, "filename_not_exists_error", "The specified filename does not exist.")
        }
        guard let type = file.type.flatMap(Self.mediaType) else {
            throw WorkflowFault(415, "unsupported_file_type", "File type not allowed.")
        }
        guard file.bytes.count <= settings.fileLimit else { throw tooLarge }
        let flow = client.app.flow.name
        guard try await records.appFileBytes(of: flow) + file.bytes.count <= settings.filesLimit
        else {
            throw WorkflowFault(
                413, "file_too_large",
                "File size exceeded. The files of this app together have \(settings.filesLimit) "
                    + "bytes at most; old ones go after a while.")
        }
        let bytes = Array(file.bytes)
        let record = AppFile(
            id: Self.newID(), flow: flow, user: user, name: name, type: type, size: bytes.count,
            digest: Digest.sha256(bytes), createdAt: .now)
        try await gate.alone {
            // The bytes first: a record never names bytes that are not there.
            try store(bytes, record.digest)
            try await records.addAppFile(record)
        }
        return .json(201, self.json(record))
    }

    private func store(_ bytes: [UInt8], _ digest: [UInt8]) throws {
        let (folder, name) = place(of: digest)
        guard !ProcessSurroundings.exists("\(folder)/\(name)") else { return }
        try PrivateFiles.write(bytes, to: name, in: folder)
    }

    private func place(of digest: [UInt8]) -> (folder: String, name: String) {
        let text = Hexadecimal.encode(digest)
        return ("\(settings.filesFolder)/\(text.prefix(2))", text)
    }

    // MARK: Out

    /// Nil when there is no such file for this flow and user, or it is older than files are kept.
    func file(_ id: String, flow: String, user: String?) async throws -> AppFile? {
        guard let file = try await kept(id), file.flow == flow,
            user.map({ $0 == file.user }) ?? true
        else { return nil }
        return file
    }

    private func kept(_ id: String) async throws -> AppFile? {
        guard let file = try await records.appFile(id),
            .now < file.createdAt + settings.filesKeptFor
        else { return nil }
        return file
    }

    func bytes(of file: AppFile) throws -> [UInt8]? {
        let (folder, name) = place(of: file.digest)
        return try PrivateFiles.read("\(folder)/\(name)", limit: file.size)
    }

    func preview(_ id: String, for client: WorkflowClient) async throws -> HTTPAnswer {
        guard let file = try await file(id, flow: client.app.flow.name, user: nil) else {
            throw WorkflowFault.noFile
        }
        return try answer(file)
    }

    /// SECURITY: whoever holds the address may read this one file for five minutes.
    func preview(_ id: String, signedBy request: HTTPRequest) async throws -> HTTPAnswer {
        guard let time = request.queryValue("timestamp"), let moment = Int64(time),
            let nonce = request.queryValue("nonce"), let sign = request.queryValue("sign"),
            isEqualInConstantTime(Array(sign.utf8), Array(signature(id, time, nonce).utf8))
        else { throw WorkflowFault(403, "forbidden", "the address is not signed by this host") }
        let end = Moment(milliseconds: moment) + Self.addressTime
        guard .now < end else {
            throw WorkflowFault(403, "forbidden", "the address was good for five minutes only")
        }
        guard let file = try await kept(id) else { throw WorkflowFault.noFile }
        return try answer(file)
    }

    /// SECURITY: what a client gave is never shown as a page of this host.
    private func answer(_ file: AppFile) throws -> HTTPAnswer {
        guard let bytes = try bytes(of: file) else { throw WorkflowFault.noFile }
        let name = Self.escaped(file.name)
        return HTTPAnswer(
            status: 200,
            headers: [
                "Content-Type": "application/octet-stream", "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": "attachment; filename*=UTF-8''\(name)",
                "Content-Security-Policy": "sandbox; default-src 'none'",
            ], body: .bytes(bytes))
    }

    /// Good for five minutes, with no key.
    func address(of file: AppFile) -> String {
        let time = String(Moment.now.milliseconds)
        let nonce = Hexadecimal.encode(Randomness.bytes(8))
        let sign = signature(file.id, time, nonce)
        return (settings.publicURL.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } ?? "")
            + "/files/\(file.id)/file-preview?timestamp=\(time)&nonce=\(nonce)&sign=\(sign)"
    }

    private func signature(_ id: String, _ time: String, _ nonce: String) -> String {
        let text = "\(id)\n\(time)\n\(nonce)"
        return Base64.encode(
            Digest.hmacSHA256(key: key, message: Array(text.utf8)), alphabet: .urlSafe)
    }

    private func json(_ file: AppFile) -> JSON {
        [
            "id": .string(file.id), "name": .string(file.name),
            "size": .integer(Int64(file.size)), "extension": .string(file.nameExtension),
            "mime_type": .string(file.type), "created_by": .string(file.user),
            "created_at": file.createdAt.seconds, "preview_url": nil,
            "source_url": .string(address(of: file)), "original_url": nil,
            "user_id": .string(file.user), "tenant_id": nil, "conversation_id": nil,
            "file_key": nil,
        ]
    }

    // MARK: Old ones

    /// Forgets files that are older than they are kept, and deletes bytes that no file has any more.
    func tidy() async throws {
        let oldest = Moment.now + (.zero - settings.filesKeptFor)
        var deleted = 200
        while deleted == 200 {
            deleted = try await gate.alone {
                let (count, orphans) = try await records.deleteAppFiles(before: oldest, limit: 200)
                for digest in orphans {
                    let (folder, name) = place(of: digest)
                    _ = try PrivateFiles.remove(name, in: folder)
                }
                return count
            }
        }
    }

    // MARK: Names

    private static func newID() -> String {
        UUIDText.format(Randomness.bytes(16))
    }

    /// The last part of a path, without control characters; nil when nothing is left.
    private static func safeName(_ text: String) -> String? {
        let last = text.split { $0 == "/" || $0 == "\\" }.last ?? ""
        let scalars = last.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }
        let name = String(String.UnicodeScalarView(scalars.prefix(200)))
        return name.isEmpty || name == "." || name == ".." ? nil : name
    }

    /// `type/subtype` without parameters; nil when it is no media type.
    private static func mediaType(_ text: String) -> String? {
        let type = text.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        let isWell = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    (97...122).contains(byte) || (48...57).contains(byte)
                        || Array("!#$&-^_.+".utf8).contains(byte)
                }
        }
        return parts.count == 2 && isWell && type.utf8.count <= 127 ? type : nil
    }

    private static func escaped(_ name: String) -> String {
        name.utf8.reduce(into: "") { text, byte in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == 45 || byte == 46 || byte == 95
            text +=
                isPlain
                ? String(UnicodeScalar(byte)) : "%" + Hexadecimal.encode([byte]).uppercased()
        }
    }
}

/// Keeps bytes that are about to have a record from being deleted for having none.
private actor FileGate {
    private var isTaken = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// Runs one body after the other, in the order in which they came.
    nonisolated func alone<Answer: Sendable>(
        _ body: @Sendable () async throws -> Answer
    ) async throws -> Answer {
        await enter()
        do {
            let answer = try await body()
            await leave()
            return answer
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiters.append($0) }
    }

    private func leave() {
        if waiters.isEmpty { isTaken = false } else { waiters.removeFirst().resume() }
    }
}

extension AppFile {
    /// Of the name, in lower case and without its dot; empty when it has none.
    var nameExtension: String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }
}

extension Moment {
    static var now: Moment {
        Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds)
    }
}

/// Bytes in the form of a UUID (RFC 9562, version 8).
package enum UUIDText {
    /// - Parameter bytes: at least 16.
    package static func format(_ bytes: [UInt8]) -> String {
        var bytes = Array(bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        let text = Hexadecimal.encode(bytes)
        var parts: [Substring] = []
        var rest = text[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }
}
