internal import Glibc

/// Small files that only their owner may read: secrets and keys.
///
/// Folders are made with mode 0700 and files with 0600; a file is replaced as a whole, so a reader
/// and a crash see the old or the new bytes, never a mixture.
package enum PrivateFiles {
    /// The bytes of the file at `path`, nil when there is none.
    package static func read(
        _ path: String, limit: Int = 64 << 10
    ) throws(PrivateFileError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return nil }
            throw PrivateFileError(act: "read", path: path, code: code)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let start = count
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: start), room)
            }
            if got < 0 {
                let code = errno
                if code == EINTR { continue }
                throw PrivateFileError(act: "read", path: path, code: code)
            }
            if got == 0 { break }
            count += got
        }
        guard count <= limit else { throw PrivateFileError(act: "read", path: path, code: EFBIG) }
        return Array(bytes[..<count])
    }

    /// Replaces the file `name` in `folder` by `bytes`; durable when it returns.
    package static func write(
        _ bytes: [UInt8], to name: String, in folder: String
    ) throws(PrivateFileError) {
        try prepare(folder)
        let path = folder + "/" + name
        let temporary = try writeTemporary(bytes, in: folder)
        guard unsafe rename(temporary, path) == 0 else {
            let code = errno
            unsafe _ = unlink(temporary)
            throw PrivateFileError(act: "write", path: path, code: code)
        }
        try synchronise(folder)
    }

    /// Creates the file `name` in `folder`; false, and nothing changed, when there is one already.
    package static func create(
        _ bytes: [UInt8], as name: String, in folder: String
    ) throws(PrivateFileError) -> Bool {
        try prepare(folder)
        let path = folder + "/" + name
        let temporary = try writeTemporary(bytes, in: folder)
        defer { unsafe _ = unlink(temporary) }
        // A link, unlike a rename, refuses to replace what another process made meanwhile.
        guard unsafe link(temporary, path) == 0 else {
            let code = errno
            if code == EEXIST { return false }
            throw PrivateFileError(act: "create", path: path, code: code)
        }
        try synchronise(folder)
        return true
    }

    /// Removes the file; false when there was none.
    package static func remove(_ name: String, in folder: String) throws(PrivateFileError) -> Bool {
        let path = folder + "/" + name
        guard unsafe unlink(path) == 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return false }
            throw PrivateFileError(act: "remove", path: path, code: code)
        }
        try synchronise(folder)
        return true
    }

    /// Names in `folder` without those that begin with a dot, sorted; none when it does not exist.
    package static func names(in folder: String) throws(PrivateFileError) -> [String] {
        guard let stream = unsafe opendir(folder) else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return [] }
            throw PrivateFileError(act: "list", path: folder, code: code)
        }
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes `folder` and what it stands in, each with mode 0700, as far as they are missing.
    private static func prepare(_ folder: String) throws(PrivateFileError) {
        if unsafe mkdir(folder, 0o700) == 0 { return }
        let code = errno
        if code == EEXIST { return }
        guard code == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex
        else { throw PrivateFileError(act: "create", path: folder, code: code) }
        try prepare(String(folder[..<slash]))
        guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw PrivateFileError(act: "create", path: folder, code: errno)
        }
    }

    /// A new file with those bytes, on the disk; its name begins with a dot.
    private static func writeTemporary(
        _ bytes: [UInt8], in folder: String
    ) throws(PrivateFileError) -> String {
        let path = folder + "/.new-" + String(UInt64.random(in: .min ... .max), radix: 16)
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw PrivateFileError(act: "create a file in", path: folder, code: errno)
        }
        defer { close(descriptor) }
        var start = 0
        while start < bytes.count {
            let from = start
            let wrote = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor, buffer.baseAddress?.advanced(by: from), buffer.count - from)
            }
            let code = errno
            if wrote < 0, code == EINTR { continue }
            guard wrote >= 0 else {
                unsafe _ = unlink(path)
                throw PrivateFileError(act: "write", path: path, code: code)
            }
            start += wrote
        }
        guard fsync(descriptor) == 0 else {
            let code = errno
            unsafe _ = unlink(path)
            throw PrivateFileError(act: "write", path: path, code: code)
        }
        return path
    }

    private static func synchronise(_ folder: String) throws(PrivateFileError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw PrivateFileError(act: "write", path: folder, code: errno)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw PrivateFileError(act: "write", path: folder, code: errno)
        }
    }
}

package struct PrivateFileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let act: String
    package let path: String
    /// The `errno(3)` of the call.
    package let code: Int32

    package var description: String {
        "cannot \(act) '\(path)': \(unsafe String(cString: strerror(code)))"
    }
}
