internal import Glibc

/// Files and folders that the person who started the process names: links are followed.
///
/// What a flow names is read by its own, stricter reader.
package enum UserFiles {
    /// The bytes of a regular file or a pipe; a pipe that nobody writes to is an error, not a wait.
    package static func read(_ path: String, limit: Int) throws(UserFileError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw UserFileError(act: "read", path: path, code: errno) }
        defer { close(descriptor) }
        let isPipe = lseek(descriptor, 0, SEEK_CUR) < 0 && errno == ESPIPE
        if isPipe { _ = fcntl(descriptor, F_SETFL, O_RDONLY) }
        var bytes: [UInt8] = []
        while true {
            var count = 0
            var code: Int32 = 0
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, filled in
                repeat {
                    count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                    code = errno
                } while count < 0 && code == EINTR
                filled = max(count, 0)
            }
            if count < 0 { throw UserFileError(act: "read", path: path, code: code) }
            if count == 0 && bytes.isEmpty && isPipe {
                throw UserFileError(
                    act: "read", path: path, cause: "it is a pipe that nobody writes to",
                    isMissing: false)
            }
            if count == 0 { return bytes }
            bytes += chunk
            if bytes.count > limit {
                throw UserFileError(
                    act: "read", path: path, cause: "it is longer than \(limit) bytes",
                    isMissing: false)
            }
        }
    }

    /// Names in a folder, without `.` and `..`, sorted by their bytes.
    package static func list(_ path: String) throws(UserFileError) -> [String] {
        guard let stream = unsafe opendir(path) else {
            throw UserFileError(act: "list", path: path, code: errno)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes a folder that only its owner can read, and those above it; one that is there is no error.
    package static func makePrivateFolder(_ path: String) throws(UserFileError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/\(part)"
            if unsafe mkdir(made, 0o700) != 0 {
                let code = errno
                guard code == EEXIST else {
                    throw UserFileError(act: "make the folder", path: path, code: code)
                }
            }
        }
    }
}

/// A file that a person named could not be used.
package struct UserFileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let act: String
    package let path: String
    package let cause: String
    package let isMissing: Bool

    package init(act: String, path: String, cause: String, isMissing: Bool) {
        self.act = act
        self.path = path
        self.cause = cause
        self.isMissing = isMissing
    }

    init(act: String, path: String, code: Int32) {
        self.init(
            act: act, path: path, cause: unsafe String(cString: strerror(code)),
            isMissing: code == ENOENT || code == ENOTDIR)
    }

    package var description: String { "cannot \(act) '\(path)': \(cause)" }
}
