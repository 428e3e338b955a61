internal import Glibc

/// Reads regular files below one folder, and nothing else.
///
/// SECURITY: no part of a path below the folder may be a symbolic link or `..`, and every part is
/// opened relative to the one before it, so a link that appears meanwhile changes nothing. The
/// folder's own path may have links.
package struct FolderReader: Sendable, Hashable {
    /// Absolute, or relative to the working directory.
    package let folder: String

    package init(_ folder: String) { self.folder = folder }

    /// The bytes of a file of at most `limit` bytes.
    package func read(_ path: String, limit: Int) throws(FolderReadError) -> [UInt8] {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.last,
            !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." })
        else { throw .invalidPath }
        var directory = try openRoot()
        defer { close(directory) }
        for part in parts.dropLast() {
            let next = try Self.open(part, in: directory, O_DIRECTORY)
            close(directory)
            directory = next
        }
        let file = try Self.open(name, in: directory, O_NONBLOCK)
        defer { close(file) }
        return try Self.readAll(file, limit: limit)
    }

    /// The regular files below the folder, as relative paths with `/`, in byte order.
    ///
    /// Hidden names (`.git`), symbolic links, and what stands deeper than 16 folders are left out.
    package func paths(limit: Int = 10_000) throws(FolderReadError) -> [String] {
        let root = try openRoot()
        var found: [String] = []
        // `list` closes it.
        try Self.list(root, prefix: "", depth: 16, limit: limit, into: &found)
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func openRoot() throws(FolderReadError) -> Int32 {
        let descriptor = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FolderReadError(code: errno) }
        return descriptor
    }

    private static func open(
        _ name: String, in directory: Int32, _ flags: Int32
    ) throws(FolderReadError) -> Int32 {
        let all = flags | O_RDONLY | O_NOFOLLOW | O_CLOEXEC
        let descriptor = unsafe openat(directory, name, all)
        if descriptor >= 0 { return descriptor }
        let code = errno
        if code == ELOOP || code == ENOTDIR, kind(of: name, in: directory) == S_IFLNK {
            throw .symbolicLink
        }
        throw FolderReadError(code: code)
    }

    /// The type bits of `st_mode`, without following a link; nil when there is no such name.
    private static func kind(of name: String, in directory: Int32) -> mode_t? {
        var status = stat()
        guard unsafe fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }

    private static func readAll(_ file: Int32, limit: Int) throws(FolderReadError) -> [UInt8] {
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw FolderReadError(code: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
        guard status.st_size <= limit else { throw .tooLarge(limit: limit) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let got = unsafe buffer.withUnsafeMutableBytes { room in
                unsafe Glibc.read(file, room.baseAddress, room.count)
            }
            if got < 0 {
                let code = errno
                if code == EINTR { continue }
                throw FolderReadError(code: code)
            }
            if got == 0 { return bytes }
            bytes += buffer[..<got]
            guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        }
    }

    private static func list(
        _ directory: Int32, prefix: String, depth: Int, limit: Int, into found: inout [String]
    ) throws(FolderReadError) {
        guard let stream = unsafe fdopendir(directory) else {
            let code = errno
            close(directory)
            throw FolderReadError(code: code)
        }
        defer { unsafe _ = closedir(stream) }
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            guard !name.hasPrefix(".") else { continue }
            switch kind(of: name, in: directory) {
            case S_IFREG?:
                guard found.count < limit else { throw .tooManyFiles(limit: limit) }
                found.append(prefix + name)
            case S_IFDIR? where depth > 0:
                let inner = try open(name, in: directory, O_DIRECTORY)
                try list(
                    inner, prefix: "\(prefix)\(name)/", depth: depth - 1, limit: limit, into: &found
                )
            default: break
            }
        }
    }
}

/// Why a file below a folder cannot be read.
package enum FolderReadError: Error, Sendable, Hashable, CustomStringConvertible {
    case missing
    case symbolicLink
    case notARegularFile
    case invalidPath
    case tooLarge(limit: Int)
    case tooManyFiles(limit: Int)
    /// Any other errno(3).
    case system(code: Int32)

    init(code: Int32) {
        switch code {
        case ENOENT, ENOTDIR: self = .missing
        case ELOOP: self = .symbolicLink
        default: self = .system(code: code)
        }
    }

    package var description: String {
        switch self {
        case .missing: "there is no such file"
        case .symbolicLink: "it is, or stands behind, a symbolic link"
        case .notARegularFile: "it is no regular file"
        case .invalidPath: "the path leaves the folder or has an empty part"
        case .tooLarge(let limit): "it is larger than \(limit) bytes"
        case .tooManyFiles(let limit): "the folder has more than \(limit) files"
        case .system(let code): unsafe String(cString: strerror(code))
        }
    }
}
