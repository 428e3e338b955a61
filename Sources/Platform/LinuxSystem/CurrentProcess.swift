import Glibc

/// What this process is.
package enum CurrentProcess {
    /// Whether its effective user is root, inside whatever namespace it runs in.
    package static var isRoot: Bool { geteuid() == 0 }

    package static var pid: Int32 { getpid() }

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
