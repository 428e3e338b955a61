internal import Cryptography
internal import JSONValue
internal import SQLiteStore

extension SQLiteJournal {
    package func createRun(_ run: NewRun) async throws(JournalError) {
        let insertion = try RunInsertion(run, journal: self)
        try await write { connection in _ = try insertion.insert(connection) }
        bundles.keep(run.bundle)
    }

    package func bundle(of run: RunID) async throws(JournalError) -> PinnedBundle {
        let digest = try await read { connection in
            let rows = try connection.query("SELECT bundle FROM run WHERE id = ?1", .text(run.text))
            guard let row = rows.first else { throw JournalError.noSuchRun(run) }
            return row.blob(0) ?? []
        }
        if let kept = bundles.bundle(digest) { return kept }
        let (manifest, contents) = try await read { connection in
            let number = try Self.number(of: run, connection)
            let manifest = try connection.query(
                "SELECT bytes FROM content JOIN run ON bundle = digest WHERE number = ?1", number)
            let rows = try connection.query(
                """
                SELECT digest, bytes FROM content JOIN bundle_content USING (digest)
                WHERE bundle = (SELECT bundle FROM run WHERE number = ?1)
                """, number)
            let pairs = rows.map { (Hexadecimal.encode($0.blob(0) ?? []), $0.blob(1) ?? []) }
            let contents = Dictionary(pairs) { first, _ in first }
            return (manifest.first?.blob(0) ?? [], contents)
        }
        guard let bundle = Self.bundle(manifest: manifest, contents: contents) else {
            throw .damaged(run, what: "the pinned files")
        }
        bundles.keep(digest, bundle)
        return bundle
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
}
