import CLinux
import Glibc

/// What this process is.
package enum CurrentProcess {
    /// Lets this process have as many open files as its owner may; how many that are.
    package static func raiseOpenFiles() -> Int { Int(clamping: clinux_raise_open_files()) }

    /// Whether its effective user is root, inside whatever namespace it runs in.
    package static var isRoot: Bool { geteuid() == 0 }

    /// Whether it runs in a user namespace that leaves out some users: its root is not the machine's.
    package static var isInSmallUserNamespace: Bool {
        guard let file = try? Descriptor.open("/proc/self/uid_map"),
            let bytes = try? file.readStart(upTo: 4096)
        else { return false }
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        return words != ["0", "0", "4294967295"]
    }

    /// Whether somebody put a filter of system calls around this program: a container engine, systemd.
    ///
    /// `Seccomp: 2` in proc_pid_status(5).
    package static var isUnderFilter: Bool {
        guard let file = try? Descriptor.open("/proc/self/status"),
            let bytes = try? file.readStart(upTo: 16384)
        else { return false }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains("Seccomp:\t2")
    }

    package static var pid: Int32 { getpid() }

    /// Becomes an ordinary user for good, with the group of the same number and no other.
    package static func becomeUser(_ number: UInt32) throws(Errno) {
        if clinux_become_user(number) != 0 { throw Errno.last }
    }

    /// Ends at once, as a crash of the machine would end it.
    package static func killItself() { kill(getpid(), SIGKILL) }

    /// The folder of the running program: what was built or installed with it stands beside it.
    package static func executableFolder() throws(Errno) -> String {
        var failure: Errno?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { space, filled in
            guard let base = space.baseAddress else { return }
            let count = unsafe readlink("/proc/self/exe", base, space.count)
            if count < 0 { failure = Errno.last }
            filled = max(count, 0)
        }
        if let failure { throw failure }
        let path = String(decoding: bytes, as: UTF8.self)
        guard let slash = path.lastIndex(of: "/") else { throw .notFound }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
