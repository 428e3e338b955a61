internal import Cryptography
internal import LinuxSystem

/// The folder of modules that pip has filled, judged before anybody may use it.
struct InstalledTree {
    struct Limits {
        var files = 50_000
        var bytes = 1 << 30
    }

    let folder: String
    let limits: Limits
    /// Files and folders, in the order of their paths.
    let entries: [FolderTree.Entry]

    /// Throws when there is anything but ordinary files and folders, or too much of them.
    init(_ folder: String, limits: Limits) throws {
        self.folder = folder
        self.limits = limits
        entries = try FolderTree(folder).entries(limit: limits.files)
        for entry in entries {
            // SECURITY: a link could lead to a file of the host, which the box would then show.
            guard entry.kind != .other else {
                throw PackageError("'\(entry.path)' is a link or device; such packages are refused")
            }
            guard entry.mode & 0o6000 == 0 else {
                throw PackageError(
                    "'\(entry.path)' has a set-user-id bit; such packages are refused")
            }
        }
        guard size <= limits.bytes else {
            throw PackageError(
                "the packages take \(size >> 20) MiB; the most is \(limits.bytes >> 20) MiB: "
                    + "split them into several environments")
        }
    }

    var files: [FolderTree.Entry] { entries.filter { $0.kind == .file } }
    var size: Int { files.reduce(0) { $0 + $1.size } }

    func read(_ path: String) throws -> [UInt8] {
        do {
            return try FolderReader(folder).read(path, limit: limits.bytes)
        } catch {
            throw PackageError("cannot read '\(folder)/\(path)': \(error)", cause: .host)
        }
    }

    /// Hexadecimal SHA-256 over path, size and SHA-256 of each file.
    func digest() throws -> String {
        var text = ""
        for file in files {
            let bytes = try read(file.path)
            text += "\(Hexadecimal.encode(Digest.sha256(bytes))) \(bytes.count) \(file.path)\n"
        }
        return Hexadecimal.encode(Digest.sha256(text))
    }

}

/// What one package says that it consists of: `NAME-VERSION.dist-info/RECORD`.
struct InstallRecord {
    struct Row {
        let path: String
        /// The 32 bytes; nil for a file that cannot hold its own digest.
        let digest: [UInt8]?
    }

    /// `NAME-VERSION.dist-info`.
    let folder: String
    let rows: [Row]

    /// Modules that hold machine code, which only some profiles load.
    var compiledFiles: [String] {
        rows.map(\.path).filter { $0.hasSuffix(".so") || $0.contains(".so.") }.sorted()
    }

    /// Every package of a tree.
    static func all(in tree: InstalledTree) throws -> [InstallRecord] {
        try tree.entries.filter { $0.kind == .folder && $0.path.hasSuffix(".dist-info") }
            .filter { !$0.path.contains("/") }
            .map { try InstallRecord(of: $0.path, in: tree) }
    }

    private init(of folder: String, in tree: InstalledTree) throws {
        self.folder = folder
        let text = String(decoding: try tree.read("\(folder)/RECORD"), as: UTF8.self)
        rows = try text.split(whereSeparator: \.isNewline).map { line in
            guard let row = Self.row(String(line)) else {
                throw PackageError("'\(folder)/RECORD' has a line that cannot be read: \(line)")
            }
            return row
        }
    }

    /// `path,sha256=DIGEST,size`; the first field may stand in quotes.
    private static func row(_ line: String) -> Row? {
        var fields: [String] = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        guard fields.count == 3, let path = insidePath(fields[0]) else { return nil }
        if fields[1].isEmpty { return Row(path: path, digest: nil) }
        guard fields[1].hasPrefix("sha256="),
            let digest = Base64.decode(
                String(fields[1].dropFirst(7)), alphabet: .urlSafe), digest.count == 32
        else { return nil }
        return Row(path: path, digest: digest)
    }

    /// pip counts from a folder two levels below the one that it is told to fill.
    private static func insidePath(_ path: String) -> String? {
        let inside = path.hasPrefix("../../") ? String(path.dropFirst(6)) : path
        return try? WheelPath.checked(Array(inside.utf8))
    }

    /// Throws unless every file of the tree is listed with the digest that it has.
    static func verify(_ records: [InstallRecord], against tree: InstalledTree) throws {
        var listed: [String: (digest: [UInt8]?, owner: String)] = [:]
        for record in records {
            for row in record.rows { listed[row.path] = (row.digest, record.folder) }
        }
        for file in tree.files {
            guard let entry = listed[file.path] else {
                throw PackageError("'\(file.path)' was installed but no package lists it")
            }
            guard let digest = entry.digest else { continue }
            guard Digest.sha256(try tree.read(file.path)) == digest else {
                throw PackageError(
                    "'\(file.path)' is not what '\(entry.owner)' lists: the wheel is damaged, or two "
                        + "packages hold a file of this name")
            }
        }
    }
}
