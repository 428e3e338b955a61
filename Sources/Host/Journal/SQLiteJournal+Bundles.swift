internal import Cryptography
internal import JSONValue
internal import SQLiteStore

extension SQLiteJournal {
    package func createRun(_ run: NewRun) async throws(JournalError) {
        let size = run.bundle.flows.flatMap(\.files).reduce(0) { $0 + $1.bytes.count }
        guard size <= limits.bundle else {
            throw .tooLarge(
                what: "the files of flow '\(run.flow)'", bytes: size, limit: limits.bundle)
        }
        let trigger = try stored(run.trigger, what: "the trigger")
        let inputs = try stored(run.inputs, what: "the inputs")
        let contents = Self.contents(of: run.bundle)
        try await write { connection in
            for content in contents {
                try connection.execute(
                    "INSERT INTO content (digest, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    .blob(content.digest), .blob(content.bytes))
            }
            try connection.execute(
                """
                INSERT INTO run (id, flow, tenant, state, trigger, inputs, bundle, created)
                VALUES (?1, ?2, ?3, 'queued', ?4, ?5, ?6, ?7) ON CONFLICT (id) DO NOTHING
                """, .text(run.id.text), .text(run.flow), .text(run.tenant), trigger, inputs,
                .blob(contents[0].digest), .integer(run.createdAt.milliseconds))
            guard connection.changes == 1 else { throw JournalError.duplicateRun(run.id) }
            let number = try Self.number(of: run.id, connection)
            for content in contents {
                try connection.execute(
                    "INSERT INTO run_content (run, digest) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    number, .blob(content.digest))
            }
        }
    }

    package func bundle(of run: RunID) async throws(JournalError) -> PinnedBundle {
        let (manifest, contents) = try await read { connection in
            let number = try Self.number(of: run, connection)
            let manifest = try connection.query(
                "SELECT bytes FROM content JOIN run ON bundle = digest WHERE number = ?1", number)
            let rows = try connection.query(
                """
                SELECT digest, bytes FROM content JOIN run_content USING (digest) WHERE run = ?1
                """, number)
            let pairs = rows.map { (Hexadecimal.encode($0.blob(0) ?? []), $0.blob(1) ?? []) }
            let contents = Dictionary(pairs) { first, _ in first }
            return (manifest.first?.blob(0) ?? [], contents)
        }
        guard let bundle = Self.bundle(manifest: manifest, contents: contents) else {
            throw .damaged(run, what: "the pinned files")
        }
        return bundle
    }

    private typealias Content = (digest: [UInt8], bytes: [UInt8])

    /// The manifest, which names every file by its digest, and then the files.
    private static func contents(of bundle: PinnedBundle) -> [Content] {
        var files: [Content] = []
        var flows: [JSON] = []
        for flow in bundle.flows {
            var digests = JSONObject()
            for file in flow.files {
                let digest = Digest.sha256(file.bytes)
                files.append((digest, file.bytes))
                digests[file.path] = .string(Hexadecimal.encode(digest))
            }
            flows.append([
                "name": .string(flow.name), "folder": .string(flow.folder),
                "files": .object(digests),
            ])
        }
        let manifest: JSON = [
            "entry": .string(bundle.entry), "flows": .array(flows), "settings": bundle.settings,
        ]
        let bytes = manifest.bytes
        return [(Digest.sha256(bytes), bytes)] + files
    }

    private static func bundle(
        manifest bytes: [UInt8], contents: [String: [UInt8]]
    ) -> PinnedBundle? {
        guard let manifest = try? JSON.parse(bytes), let entry = manifest["entry"]?.stringValue,
            let flows = manifest["flows"]?.arrayValue, let settings = manifest["settings"]
        else { return nil }
        var bundle = PinnedBundle(entry: entry, flows: [], settings: settings)
        for flow in flows {
            guard let name = flow["name"]?.stringValue, let folder = flow["folder"]?.stringValue,
                let digests = flow["files"]?.objectValue
            else { return nil }
            var files: [PinnedFile] = []
            for (path, digest) in digests {
                guard let digest = digest.stringValue, let bytes = contents[digest] else {
                    return nil
                }
                files.append(PinnedFile(path: path, bytes: bytes))
            }
            bundle.flows.append(PinnedFlow(name: name, folder: folder, files: files))
        }
        return bundle
    }

    package func deleteRuns(
        endedBefore moment: Moment, limit: Int
    ) async throws(JournalError) -> Int {
        try await write { connection in
            try connection.execute(
                """
                DELETE FROM run WHERE number IN (
                    SELECT number FROM run
                    WHERE state IN ('succeeded', 'failed', 'cancelled') AND ended < ?1
                    ORDER BY ended LIMIT ?2)
                """, .integer(moment.milliseconds), SQLiteValue(limit))
            let deleted = connection.changes
            if deleted > 0 {
                try connection.execute(
                    """
                    DELETE FROM content WHERE NOT EXISTS (
                        SELECT 1 FROM run_content WHERE run_content.digest = content.digest)
                    """)
            }
            return deleted
        }
    }
}
