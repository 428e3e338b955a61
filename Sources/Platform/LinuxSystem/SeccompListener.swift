import CLinux
import Glibc

/// A system call that waits for an answer (seccomp_unotify(2)).
package struct SeccompNotification: Sendable, Hashable {
    package let id: UInt64
    /// The thread that made the call, numbered as this process sees it.
    package let pid: Int32
    package let call: Int32
    package let arguments: [UInt64]

    package init(id: UInt64, pid: Int32, call: Int32, arguments: [UInt64]) {
        self.id = id
        self.pid = pid
        self.call = call
        self.arguments = arguments
    }
}

/// Receives the calls that a seccomp filter stops, and answers them.
///
/// Answering a call whose process has died meanwhile is not an error.
package struct SeccompListener: ~Copyable, Sendable {
    package let descriptor: Descriptor

    package init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Whether who calls and who answers wake each other on their own processor (Linux 6.6).
    ///
    /// Quickest for one caller; with many, all of them queue there while other processors are idle.
    package borrowing func wakesHere(_ isOn: Bool) {
        clinux_seccomp_wake_here(descriptor.number, isOn ? 1 : 0)
    }

    /// The next call.
    ///
    /// Ask only when the descriptor is readable: otherwise this waits.
    ///
    /// Nil when its process died in between.
    package borrowing func receive() throws(Errno) -> SeccompNotification? {
        var raw = clinux_notification()
        let result = unsafe clinux_seccomp_receive(descriptor.number, &raw)
        if result < 0 { throw Errno.last }
        if result == 0 { return nil }
        let (first, second, third, fourth, fifth, sixth) = raw.arguments
        return SeccompNotification(
            id: raw.id, pid: Int32(truncatingIfNeeded: raw.pid), call: raw.call,
            arguments: [first, second, third, fourth, fifth, sixth])
    }

    /// Whether the caller still waits for an answer: it has not died, and its number is its own.
    package borrowing func isWaiting(_ notification: SeccompNotification) -> Bool {
        clinux_seccomp_is_waiting(descriptor.number, notification.id) == 1
    }

    /// Lets the call happen.
    ///
    /// SECURITY: only for calls whose registers alone decide. Memory of the caller can change between
    /// a look at it and the call.
    package borrowing func letPass(_ notification: SeccompNotification) throws(Errno) {
        try check(clinux_seccomp_continue(descriptor.number, notification.id))
    }

    /// The call returns 0 without having happened.
    package borrowing func answer(_ notification: SeccompNotification) throws(Errno) {
        try check(clinux_seccomp_answer(descriptor.number, notification.id, 0, 0))
    }

    /// The call fails.
    package borrowing func refuse(
        _ notification: SeccompNotification, with error: Errno
    ) throws(Errno) {
        let number = error.number > 0 ? error.number : EPERM
        try check(clinux_seccomp_answer(descriptor.number, notification.id, 0, number))
    }

    /// Puts `source` at number `target` of the process that made the call.
    package borrowing func inject(
        _ source: borrowing Descriptor, as target: Int32, for notification: SeccompNotification
    ) throws(Errno) {
        let result = clinux_seccomp_inject(
            descriptor.number, notification.id, source.number, target)
        if result != 0 { throw Errno.last }
    }

    private borrowing func check(_ result: Int32) throws(Errno) {
        guard result != 0 else { return }
        let failure = Errno.last
        if failure != .notFound { throw failure }
    }
}
