internal import CLinux
internal import Glibc

/// A folder that the host fills itself, in a place that only it can write to: names are used as they
/// are, and no symbolic link is ever followed.
package struct FolderTree: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case file
        case folder
        /// A link, device, pipe or socket.
        case other
    }

    package struct Entry: Sendable, Hashable {
        /// Relative to the folder, with `/`.
        package let path: String
        package let kind: Kind
        /// The permission bits with set-user-id and its like.
        package let mode: UInt32
        package let size: Int
    }

    /// Absolute.
    package let folder: String

    package init(_ folder: String) { self.folder = folder }

    /// Everything below the folder, by the bytes of its path; what stands deeper than 64 folders, and
    /// more than `limit` entries, are errors.
    package func entries(limit: Int) throws(UserFileError) -> [Entry] {
        var found: [Entry] = []
        try collect("", depth: 64, limit: limit, into: &found)
        return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private func collect(
        _ prefix: String, depth: Int, limit: Int, into found: inout [Entry]
    ) throws(UserFileError) {
        for name in try UserFiles.list(prefix.isEmpty ? folder : "\(folder)/\(prefix)") {
            let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
            var status = stat()
            guard unsafe lstat("\(folder)/\(path)", &status) == 0 else {
                throw UserFileError(act: "look at", path: "\(folder)/\(path)", code: errno)
            }
            let kind: Kind =
                switch status.st_mode & S_IFMT {
                case S_IFREG: .file
                case S_IFDIR: .folder
                default: .other
                }
            guard found.count < limit, depth > 0 else {
                throw UserFileError(
                    act: "list", path: folder,
                    cause: "it has more than \(limit) files, or too deep",
                    isMissing: false)
            }
            found.append(
                Entry(
                    path: path, kind: kind, mode: status.st_mode & 0o7777,
                    size: Int(status.st_size)))
            if kind == .folder { try collect(path, depth: depth - 1, limit: limit, into: &found) }
        }
    }

    /// Lets everybody read and only the owner write, the folder itself included.
    package func openToReaders() throws(UserFileError) {
        for entry in try entries(limit: .max) where entry.kind == .folder {
            try Self.setMode("\(folder)/\(entry.path)", 0o755)
        }
        try Self.setMode(folder, 0o755)
    }

    /// Lets everybody read and nobody write, the folder itself included.
    package func makeReadOnly() throws(UserFileError) {
        for entry in try entries(limit: .max) where entry.kind != .other {
            try Self.setMode("\(folder)/\(entry.path)", entry.kind == .folder ? 0o555 : 0o444)
        }
        try Self.setMode(folder, 0o555)
    }

    /// Removes the folder with all that is in it; one that is not there is no error.
    package func remove() throws(UserFileError) {
        guard ProcessSurroundings.isFolder(folder) else { return }
        // Owners of a read-only folder cannot take anything out of it, unless they are root.
        try Self.setMode(folder, 0o700)
        let entries = try entriesMakingWritable()
        for entry in entries.reversed() {
            let path = "\(folder)/\(entry.path)"
            let result = unsafe entry.kind == .folder ? rmdir(path) : unlink(path)
            if result != 0 { throw UserFileError(act: "remove", path: path, code: errno) }
        }
        if unsafe rmdir(folder) != 0 {
            throw UserFileError(act: "remove", path: folder, code: errno)
        }
    }

    private func entriesMakingWritable() throws(UserFileError) -> [Entry] {
        let entries = try entries(limit: .max)
        for entry in entries where entry.kind == .folder {
            try Self.setMode("\(folder)/\(entry.path)", 0o700)
        }
        return entries
    }

    private static func setMode(_ path: String, _ mode: mode_t) throws(UserFileError) {
        if unsafe chmod(path, mode) != 0 {
            throw UserFileError(act: "set the permissions of", path: path, code: errno)
        }
    }

    /// Waits until everything written to the disk of this folder is there.
    package func synchronise() throws(UserFileError) {
        do throws(Errno) {
            let descriptor = try Descriptor.openFolder(folder)
            if clinux_sync_file_system(descriptor.number) != 0 { throw Errno.last }
        } catch {
            throw UserFileError(
                act: "write", path: folder, cause: error.description, isMissing: false)
        }
    }

    /// Gives a file or folder another name; a file or link of that name is replaced in one step.
    package static func move(_ path: String, to new: String) throws(UserFileError) {
        if unsafe rename(path, new) != 0 {
            throw UserFileError(act: "rename '\(path)' to", path: new, code: errno)
        }
    }

    /// Points the symbolic link at `path` to `target` in one step, so that a reader and a crash see the
    /// old target or the new one.
    package static func point(_ path: String, to target: String) throws(UserFileError) {
        let temporary = path + ".new"
        unsafe _ = unlink(temporary)
        guard unsafe symlink(target, temporary) == 0 else {
            throw UserFileError(act: "make the link", path: path, code: errno)
        }
        try move(temporary, to: path)
    }

    /// What the symbolic link at `path` points to; nil when there is none.
    package static func target(of path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer -> Int in
            guard let base = buffer.baseAddress else { return -1 }
            return unsafe readlink(path, base.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// Removes a file or link; one that is not there is no error.
    package static func removeFile(_ path: String) throws(UserFileError) {
        guard unsafe unlink(path) != 0 else { return }
        let code = errno
        if code != ENOENT { throw UserFileError(act: "remove", path: path, code: code) }
    }

    /// Makes or empties a file that its owner may write and everybody may read.
    package static func newFile(_ path: String) throws(UserFileError) -> Channel {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let number = unsafe open(path, flags, 0o644)
        guard number >= 0 else { throw UserFileError(act: "write", path: path, code: errno) }
        return Channel(Descriptor(owning: number))
    }

    /// Writes a new file whole.
    package static func write(_ bytes: [UInt8], to path: String) throws(UserFileError) {
        let file = try newFile(path)
        var sent = 0
        do throws(Errno) {
            while sent < bytes.count {
                sent += try file.descriptor.write(bytes, from: sent) ?? 0
            }
        } catch {
            throw UserFileError(
                act: "write", path: path, cause: error.description, isMissing: false)
        }
    }
}

/// A folder that is in use: whoever would remove it finds it taken (flock(2)).
///
/// The kernel lets go when the process ends, however it ends.
package final class FolderLease: Sendable {
    private let descriptor: Descriptor

    private init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Shares the folder with other users of it; nil when somebody is removing it.
    package static func share(_ folder: String) throws(Errno) -> FolderLease? {
        try take(folder, LOCK_SH)
    }

    /// Takes the folder for removing it; nil while anybody uses it.
    package static func takeAlone(_ folder: String) throws(Errno) -> FolderLease? {
        try take(folder, LOCK_EX)
    }

    private static func take(_ folder: String, _ kind: Int32) throws(Errno) -> FolderLease? {
        let descriptor = try Descriptor.openFolder(folder)
        if flock(descriptor.number, kind | LOCK_NB) == 0 { return FolderLease(descriptor) }
        let failure = Errno.last
        if failure == .wouldBlock { return nil }
        throw failure
    }
}
