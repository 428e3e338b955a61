import CLinux
import Glibc

/// Why the kernel refused a call: the value of `errno(3)`.
package struct Errno: Error, Sendable, Hashable, CustomStringConvertible {
    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    /// The error of the call just made in this thread.
    ///
    /// Read it on the very next line.
    static var last: Errno { Errno(errno) }

    package static let notPermitted = Errno(EPERM)
    package static let notFound = Errno(ENOENT)
    package static let noSuchProcess = Errno(ESRCH)
    package static let wouldBlock = Errno(EAGAIN)
    package static let interrupted = Errno(EINTR)
    package static let brokenPipe = Errno(EPIPE)
    package static let connectionReset = Errno(ECONNRESET)
    package static let invalidArgument = Errno(EINVAL)
    package static let notSupported = Errno(EOPNOTSUPP)
    package static let noSuchCall = Errno(ENOSYS)
    package static let noSpace = Errno(ENOSPC)
    /// A full disk, a quota, or a limit on the size of files.
    package var isForLackOfSpace: Bool { [ENOSPC, EDQUOT, EFBIG].contains(number) }
    package static let accessDenied = Errno(EACCES)
    package static let connectionAborted = Errno(ECONNABORTED)
    package static let timedOut = Errno(ETIMEDOUT)

    /// The error with this symbol, nil when there is none.
    package init?(name: String) {
        guard let number = (1...133).first(where: { Errno($0).name == name }) else { return nil }
        self.init(number)
    }

    /// The symbol, such as `EPERM`; `errno 4242` for a number that has none.
    package var name: String {
        guard let text = unsafe clinux_error_name(number) else { return "errno \(number)" }
        return unsafe String(cString: text)
    }

    /// The sentence of `strerror(3)` with the symbol, such as `Operation not permitted (EPERM)`.
    package var description: String {
        guard let text = unsafe clinux_error_text(number) else { return name }
        return unsafe "\(String(cString: text)) (\(name))"
    }
}
