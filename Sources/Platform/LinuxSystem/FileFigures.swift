internal import Glibc

/// How large files are and how much room is left, for those who measure.
package enum FileFigures {
    /// Bytes of the file at `path`; nil when there is none.
    package static func size(of path: String) -> Int? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Int(status.st_size)
    }

    /// Bytes that an ordinary user may still write where `path` stands (statvfs(3)).
    package static func room(at path: String) -> Int? {
        var room = statvfs()
        guard unsafe statvfs(path, &room) == 0 else { return nil }
        return Int(clamping: room.f_bavail).multipliedReportingOverflow(
            by: Int(clamping: room.f_frsize)
        ).partialValue
    }
}
