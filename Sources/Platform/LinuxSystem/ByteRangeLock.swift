internal import Glibc

/// Exclusive locks on single bytes of one file, one byte for each thing that only one process may hold.
///
/// They are open file description locks (fcntl_locking(2)): the kernel drops them when the process
/// ends, however it ends, so there is never a stale one. Two objects on the same file exclude each
/// other even inside one process; one object may take the same byte twice, so its owner counts.
package final class ByteRangeLock: Sendable {
    private let descriptor: Int32

    /// Opens or creates the file, readable by its owner only.
    ///
    /// The message says what the kernel said.
    package init(path: String) throws(ByteRangeLockError) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw ByteRangeLockError(path: path, code: errno) }
        self.path = path
    }

    deinit { _ = close(descriptor) }

    private let path: String

    /// Takes the byte at `offset`; false when somebody else holds it.
    ///
    /// Never waits.
    package func take(_ offset: Int64) throws(ByteRangeLockError) -> Bool {
        let code = set(Int16(F_WRLCK), offset)
        if code == EAGAIN || code == EACCES { return false }
        if code != 0 { throw ByteRangeLockError(path: path, code: code) }
        return true
    }

    package func release(_ offset: Int64) {
        _ = set(Int16(F_UNLCK), offset)
    }

    private func set(_ kind: Int16, _ offset: Int64) -> Int32 {
        var range = flock()
        range.l_type = kind
        range.l_whence = Int16(SEEK_SET)
        range.l_start = off_t(offset)
        range.l_len = 1
        // F_OFD_SETLK of <fcntl.h>, which the importer hides without _GNU_SOURCE.
        let setDescriptionLock: Int32 = 37
        return unsafe fcntl(descriptor, setDescriptionLock, &range) == 0 ? 0 : errno
    }
}

package struct ByteRangeLockError: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    package let code: Int32
    package var description: String {
        let cause = unsafe String(cString: strerror(code))
        return "cannot lock a byte of '\(path)': \(cause); make it writable for this user"
    }
}
