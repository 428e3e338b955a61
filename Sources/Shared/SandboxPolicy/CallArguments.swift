/// How one argument of a call is written and read.
enum ArgumentKind: Sendable {
    case number
    case descriptor
    case pointer
    case octal
    case constants(ConstantTable)
}

/// The arguments of the calls that profiles and denials talk about, by the manual pages' names.
enum CallArguments {
    typealias Argument = (name: String, kind: ArgumentKind)

    /// Nil for a call whose arguments have no names here; its registers are shown in hexadecimal.
    static func of(_ call: String) -> [Argument]? { table[call] }

    private static let directory: Argument = ("dirfd", .descriptor)
    private static let path: Argument = ("path", .pointer)
    private static let fd: Argument = ("fd", .descriptor)
    private static let mode: Argument = ("mode", .octal)
    private static let length: Argument = ("length", .number)
    private static let address: Argument = ("address", .pointer)
    private static let protection: Argument = ("protection", .constants(Constants.protection))
    private static let openFlags: Argument = ("flags", .constants(Constants.openFlags))
    private static let cloneFlags: Argument = ("flags", .constants(Constants.cloneFlags))
    private static let signal: Argument = ("signal", .constants(Constants.signals))
    private static let clock: Argument = ("clock", .constants(Constants.clocks))
    private static let pid: Argument = ("pid", .number)
    private static let domain: Argument = ("domain", .constants(Constants.socketDomains))
    private static let type: Argument = ("type", .constants(Constants.socketTypes))
    private static let level: Argument = ("level", .constants(Constants.socketLevels))
    private static let socketOption: Argument = (
        "option", .constants(Constants.socketOptions)
    )
    private static let socketAddress: [Argument] = [
        ("address", .pointer), ("address_length", .number),
    ]

    private static let table: [String: [Argument]] = [
        "open": [path, openFlags, mode],
        "openat": [directory, path, openFlags, mode],
        "creat": [path, mode],
        "openat2": [directory, path, ("how", .pointer), ("size", .number)],
        "mmap": [
            address, length, protection, ("flags", .constants(Constants.mapFlags)), fd,
            ("offset", .number),
        ],
        "mprotect": [address, length, protection],
        "pkey_mprotect": [address, length, protection, ("pkey", .number)],
        "mremap": [
            address, length, ("new_length", .number), ("flags", .constants(Constants.remapFlags)),
        ],
        "clock_gettime": [clock], "clock_getres": [clock], "clock_settime": [clock],
        "clock_nanosleep": [clock, ("flags", .number)],
        "sched_getaffinity": [pid, ("size", .number), ("mask", .pointer)],
        "sched_setaffinity": [pid, ("size", .number), ("mask", .pointer)],
        "madvise": [address, length, ("advice", .constants(Constants.advice))],
        "ioctl": [fd, ("request", .constants(Constants.ioctlRequests)), ("argument", .pointer)],
        "fcntl": [fd, ("command", .constants(Constants.fcntlCommands)), ("argument", .number)],
        "flock": [fd, ("operation", .number)],
        "futex": [
            address, ("operation", .constants(Constants.futexOperations)), ("value", .number),
            ("timeout", .pointer), ("address2", .pointer), ("value3", .number),
        ],
        "socket": [domain, type, ("protocol", .constants(Constants.protocols))],
        "socketpair": [domain, type, ("protocol", .number), ("pair", .pointer)],
        "connect": [fd] + socketAddress,
        "bind": [fd] + socketAddress,
        "listen": [fd, ("backlog", .number)],
        "accept": [fd] + socketAddress,
        "accept4": [fd] + socketAddress + [type],
        "sendto": [fd, ("buffer", .pointer), length, ("flags", .number)] + socketAddress,
        "recvfrom": [fd, ("buffer", .pointer), length, ("flags", .number)] + socketAddress,
        "sendmsg": [fd, ("message", .pointer), ("flags", .number)],
        "recvmsg": [fd, ("message", .pointer), ("flags", .number)],
        "setsockopt": [fd, level, socketOption],
        "getsockopt": [fd, level, socketOption],
        "clone": [cloneFlags, ("stack", .pointer)],
        "clone3": [("arguments", .pointer), ("size", .number)],
        "fork": [], "vfork": [], "getppid": [],
        "unshare": [cloneFlags],
        "setns": [fd, cloneFlags],
        "execve": [path, ("argv", .pointer), ("envp", .pointer)],
        "execveat": [directory, path, ("argv", .pointer), ("envp", .pointer), ("flags", .number)],
        "kill": [pid, signal],
        "tkill": [("tid", .number), signal],
        "tgkill": [("tgid", .number), ("tid", .number), signal],
        "pidfd_open": [pid, ("flags", .number)],
        "pidfd_send_signal": [("pidfd", .descriptor), signal],
        "wait4": [pid, ("status", .pointer), ("options", .number)],
        "prctl": [
            ("option", .constants(Constants.prctlOptions)), ("argument", .number),
        ],
        "prlimit64": [
            pid, ("resource", .constants(Constants.resources)), ("new_limit", .pointer),
            ("old_limit", .pointer),
        ],
        "setrlimit": [("resource", .constants(Constants.resources)), ("limit", .pointer)],
        "ptrace": [("request", .constants(Constants.ptraceRequests)), pid],
        "process_vm_readv": [pid], "process_vm_writev": [pid],
        "mkdir": [path, mode], "mkdirat": [directory, path, mode],
        "unlink": [path], "unlinkat": [directory, path, ("flags", .number)],
        "rmdir": [path],
        "rename": [path, ("new_path", .pointer)],
        "renameat": [directory, path, ("new_dirfd", .descriptor), ("new_path", .pointer)],
        "renameat2": [directory, path, ("new_dirfd", .descriptor), ("new_path", .pointer)],
        "link": [path, ("new_path", .pointer)],
        "symlink": [path, ("new_path", .pointer)],
        "symlinkat": [path, directory, ("new_path", .pointer)],
        "chmod": [path, mode], "fchmod": [fd, mode], "fchmodat": [directory, path, mode],
        "truncate": [path, length], "ftruncate": [fd, length],
        "chdir": [path], "chroot": [path],
        "access": [path, mode], "faccessat": [directory, path, mode],
        "stat": [path], "lstat": [path], "newfstatat": [directory, path],
        "statx": [directory, path],
        "readlink": [path], "readlinkat": [directory, path],
        "memfd_create": [("name", .pointer), ("flags", .number)],
        "setuid": [("uid", .number)], "setgid": [("gid", .number)],
        "exit": [("status", .number)], "exit_group": [("status", .number)],
        "personality": [("persona", .number)],
        "membarrier": [("command", .number), ("flags", .number)],
    ]
}
