/// Names for the bits or values of an argument, as the manual pages write them.
struct ConstantTable: Sendable {
    /// Bits that hold one of `choices`; 0 when the argument is flags only.
    let choiceMask: UInt64
    let choices: [(name: String, value: UInt64)]
    let flags: [(name: String, value: UInt64)]

    init(
        choiceMask: UInt64 = .max, choices: [(name: String, value: UInt64)] = [],
        flags: [(name: String, value: UInt64)] = []
    ) {
        self.choiceMask = choices.isEmpty ? 0 : choiceMask
        self.choices = choices
        self.flags = flags
    }

    var names: [String] { (choices + flags).map(\.name) }

    func value(of name: String) -> UInt64? {
        (choices + flags).first { $0.name == name }?.value
    }

    /// `O_WRONLY|O_CREAT`, `SOCK_STREAM|SOCK_CLOEXEC`; bits without a name stay hexadecimal.
    func text(of register: UInt64) -> String {
        var rest = register & 0xffff_ffff
        var parts: [String] = []
        if choiceMask != 0 {
            let chosen = rest & choiceMask
            if let choice = choices.first(where: { $0.value & 0xffff_ffff == chosen }) {
                parts.append(choice.name)
                rest &= ~choiceMask
            }
        }
        for flag in flags where flag.value != 0 && rest & flag.value == flag.value {
            parts.append(flag.name)
            rest &= ~flag.value
        }
        if rest != 0 || parts.isEmpty {
            parts.append(rest == 0 ? "0" : "0x" + String(rest, radix: 16))
        }
        return parts.joined(separator: "|")
    }
}

/// Constants of the kernel's interface, from its headers; where x86_64 and aarch64 differ, both.
enum Constants {
    static let openFlags = ConstantTable(
        choiceMask: 3, choices: [("O_RDONLY", 0), ("O_WRONLY", 1), ("O_RDWR", 2)],
        // O_TMPFILE holds the bit of O_DIRECTORY, so it stands first.
        flags: [
            ("O_TMPFILE", 0x40_0000 | directoryFlag), ("O_CREAT", 0x40), ("O_EXCL", 0x80),
            ("O_NOCTTY", 0x100), ("O_TRUNC", 0x200), ("O_APPEND", 0x400), ("O_NONBLOCK", 0x800),
            ("O_DSYNC", 0x1000), ("O_ASYNC", 0x2000), ("O_DIRECT", directFlag),
            ("O_LARGEFILE", largeFileFlag), ("O_DIRECTORY", directoryFlag),
            ("O_NOFOLLOW", noFollowFlag), ("O_NOATIME", 0x4_0000), ("O_CLOEXEC", 0x8_0000),
            ("O_PATH", 0x20_0000),
        ])

    #if arch(arm64)
        private static let directoryFlag: UInt64 = 0x4000
        private static let noFollowFlag: UInt64 = 0x8000
        private static let directFlag: UInt64 = 0x1_0000
        private static let largeFileFlag: UInt64 = 0x2_0000
    #else
        private static let directFlag: UInt64 = 0x4000
        private static let largeFileFlag: UInt64 = 0x8000
        private static let directoryFlag: UInt64 = 0x1_0000
        private static let noFollowFlag: UInt64 = 0x2_0000
    #endif

    static let protection = ConstantTable(flags: [
        ("PROT_NONE", 0), ("PROT_READ", 1), ("PROT_WRITE", 2), ("PROT_EXEC", 4),
        ("PROT_GROWSDOWN", 0x100_0000), ("PROT_GROWSUP", 0x200_0000),
    ])

    static let mapFlags = ConstantTable(
        choiceMask: 0xf,
        choices: [("MAP_SHARED", 1), ("MAP_PRIVATE", 2), ("MAP_SHARED_VALIDATE", 3)],
        flags: [
            ("MAP_FIXED", 0x10), ("MAP_ANONYMOUS", 0x20), ("MAP_GROWSDOWN", 0x100),
            ("MAP_DENYWRITE", 0x800),
            ("MAP_LOCKED", 0x2000), ("MAP_NORESERVE", 0x4000), ("MAP_POPULATE", 0x8000),
            ("MAP_STACK", 0x2_0000), ("MAP_HUGETLB", 0x4_0000), ("MAP_FIXED_NOREPLACE", 0x10_0000),
        ])

    static let advice = ConstantTable(choices: [
        ("MADV_NORMAL", 0), ("MADV_RANDOM", 1), ("MADV_SEQUENTIAL", 2), ("MADV_WILLNEED", 3),
        ("MADV_DONTNEED", 4), ("MADV_FREE", 8), ("MADV_REMOVE", 9), ("MADV_DONTFORK", 10),
        ("MADV_DOFORK", 11), ("MADV_MERGEABLE", 12), ("MADV_UNMERGEABLE", 13),
        ("MADV_HUGEPAGE", 14), ("MADV_NOHUGEPAGE", 15), ("MADV_DONTDUMP", 16),
        ("MADV_DODUMP", 17), ("MADV_WIPEONFORK", 18), ("MADV_HWPOISON", 100),
    ])

    static let remapFlags = ConstantTable(flags: [
        ("MREMAP_MAYMOVE", 1), ("MREMAP_FIXED", 2), ("MREMAP_DONTUNMAP", 4),
    ])

    static let clocks = ConstantTable(choices: [
        ("CLOCK_REALTIME", 0), ("CLOCK_MONOTONIC", 1), ("CLOCK_PROCESS_CPUTIME_ID", 2),
        ("CLOCK_THREAD_CPUTIME_ID", 3), ("CLOCK_MONOTONIC_RAW", 4), ("CLOCK_REALTIME_COARSE", 5),
        ("CLOCK_MONOTONIC_COARSE", 6), ("CLOCK_BOOTTIME", 7), ("CLOCK_REALTIME_ALARM", 8),
        ("CLOCK_BOOTTIME_ALARM", 9), ("CLOCK_TAI", 11),
    ])

    static let ioctlRequests = ConstantTable(choices: [
        ("TCGETS", 0x5401), ("TIOCSTI", 0x5412), ("TIOCGWINSZ", 0x5413), ("TIOCLINUX", 0x541c),
        ("TIOCSCTTY", 0x540e), ("TIOCGPGRP", 0x540f), ("TIOCSPGRP", 0x5410), ("FIONREAD", 0x541b),
        ("FIONBIO", 0x5421), ("FIONCLEX", 0x5450),
        ("FIOCLEX", 0x5451), ("FIOASYNC", 0x5452), ("SIOCGIFCONF", 0x8912),
        ("SECCOMP_IOCTL_NOTIF_RECV", 0xc050_2100), ("SECCOMP_IOCTL_NOTIF_SEND", 0xc018_2101),
    ])

    static let fcntlCommands = ConstantTable(choices: [
        ("F_DUPFD", 0), ("F_GETFD", 1), ("F_SETFD", 2), ("F_GETFL", 3), ("F_SETFL", 4),
        ("F_GETLK", 5), ("F_SETLK", 6), ("F_SETLKW", 7), ("F_SETOWN", 8), ("F_GETOWN", 9),
        ("F_SETSIG", 10), ("F_SETLEASE", 1024), ("F_NOTIFY", 1026), ("F_DUPFD_CLOEXEC", 1030),
        ("F_SETPIPE_SZ", 1031), ("F_GETPIPE_SZ", 1032), ("F_ADD_SEALS", 1033),
        ("F_OFD_GETLK", 36), ("F_OFD_SETLK", 37), ("F_OFD_SETLKW", 38),
    ])

    static let futexOperations = ConstantTable(
        choiceMask: 0x7f,
        choices: [
            ("FUTEX_WAIT", 0), ("FUTEX_WAKE", 1), ("FUTEX_FD", 2), ("FUTEX_REQUEUE", 3),
            ("FUTEX_CMP_REQUEUE", 4), ("FUTEX_WAKE_OP", 5), ("FUTEX_LOCK_PI", 6),
            ("FUTEX_UNLOCK_PI", 7), ("FUTEX_TRYLOCK_PI", 8), ("FUTEX_WAIT_BITSET", 9),
            ("FUTEX_WAKE_BITSET", 10), ("FUTEX_WAIT_REQUEUE_PI", 11),
            ("FUTEX_CMP_REQUEUE_PI", 12), ("FUTEX_LOCK_PI2", 13),
            // For conditions: with the flag, a lock is known within one process alone.
            ("FUTEX_WAIT_PRIVATE", 0x80), ("FUTEX_WAKE_PRIVATE", 0x81),
            ("FUTEX_REQUEUE_PRIVATE", 0x83), ("FUTEX_CMP_REQUEUE_PRIVATE", 0x84),
            ("FUTEX_WAKE_OP_PRIVATE", 0x85), ("FUTEX_WAIT_BITSET_PRIVATE", 0x89),
            ("FUTEX_WAKE_BITSET_PRIVATE", 0x8a),
        ],
        flags: [
            // All bits that say which operation it is.
            ("FUTEX_CMD_MASK", 0x7f), ("FUTEX_PRIVATE_FLAG", 0x80), ("FUTEX_CLOCK_REALTIME", 0x100),
        ])

    static let socketDomains = ConstantTable(choices: [
        ("AF_UNSPEC", 0), ("AF_UNIX", 1), ("AF_INET", 2), ("AF_INET6", 10), ("AF_NETLINK", 16),
        ("AF_PACKET", 17), ("AF_ALG", 38), ("AF_VSOCK", 40), ("AF_XDP", 44), ("AF_BLUETOOTH", 31),
        ("AF_CAN", 29), ("AF_TIPC", 30), ("AF_KEY", 15),
    ])

    static let socketTypes = ConstantTable(
        choiceMask: 0xf,
        choices: [
            ("SOCK_STREAM", 1), ("SOCK_DGRAM", 2), ("SOCK_RAW", 3), ("SOCK_RDM", 4),
            ("SOCK_SEQPACKET", 5), ("SOCK_DCCP", 6), ("SOCK_PACKET", 10),
        ],
        flags: [
            ("SOCK_TYPE_MASK", 0xf), ("SOCK_NONBLOCK", 0x800), ("SOCK_CLOEXEC", 0x8_0000),
        ])

    static let protocols = ConstantTable(choices: [
        ("0", 0), ("IPPROTO_ICMP", 1), ("IPPROTO_TCP", 6), ("IPPROTO_UDP", 17),
        ("IPPROTO_RAW", 255), ("IPPROTO_MPTCP", 262),
    ])

    static let socketLevels = ConstantTable(choices: [
        ("IPPROTO_IP", 0), ("SOL_SOCKET", 1), ("IPPROTO_TCP", 6), ("IPPROTO_IPV6", 41),
    ])

    /// Of SOL_SOCKET; of TCP only what has a number of its own, for a number has one name.
    static let socketOptions = ConstantTable(choices: [
        ("SO_REUSEADDR", 2), ("SO_TYPE", 3), ("SO_ERROR", 4), ("SO_BROADCAST", 6),
        ("SO_SNDBUF", 7), ("SO_RCVBUF", 8), ("SO_KEEPALIVE", 9), ("SO_LINGER", 13),
        ("SO_REUSEPORT", 15), ("SO_RCVTIMEO", 20), ("SO_SNDTIMEO", 21), ("SO_BINDTODEVICE", 25),
        ("SO_ATTACH_FILTER", 26), ("SO_PROTOCOL", 38), ("SO_DOMAIN", 39),
        ("SO_ATTACH_BPF", 50), ("TCP_NODELAY", 1),
    ])

    static let signals = ConstantTable(choices: [
        ("0", 0), ("SIGHUP", 1), ("SIGINT", 2), ("SIGQUIT", 3), ("SIGILL", 4), ("SIGTRAP", 5),
        ("SIGABRT", 6), ("SIGBUS", 7), ("SIGFPE", 8), ("SIGKILL", 9), ("SIGUSR1", 10),
        ("SIGSEGV", 11), ("SIGUSR2", 12), ("SIGPIPE", 13), ("SIGALRM", 14), ("SIGTERM", 15),
        ("SIGCHLD", 17), ("SIGCONT", 18), ("SIGSTOP", 19), ("SIGTSTP", 20), ("SIGSYS", 31),
    ])

    static let cloneFlags = ConstantTable(
        choiceMask: 0xff,
        choices: signals.choices.filter { $0.name != "0" },
        flags: [
            ("CLONE_VM", 0x100), ("CLONE_FS", 0x200), ("CLONE_FILES", 0x400),
            ("CLONE_SIGHAND", 0x800), ("CLONE_PIDFD", 0x1000), ("CLONE_PTRACE", 0x2000),
            ("CLONE_VFORK", 0x4000), ("CLONE_PARENT", 0x8000), ("CLONE_THREAD", 0x1_0000),
            ("CLONE_NEWNS", 0x2_0000), ("CLONE_SYSVSEM", 0x4_0000), ("CLONE_SETTLS", 0x8_0000),
            ("CLONE_PARENT_SETTID", 0x10_0000), ("CLONE_CHILD_CLEARTID", 0x20_0000),
            ("CLONE_DETACHED", 0x40_0000), ("CLONE_UNTRACED", 0x80_0000),
            ("CLONE_CHILD_SETTID", 0x100_0000), ("CLONE_NEWCGROUP", 0x200_0000),
            ("CLONE_NEWUTS", 0x400_0000), ("CLONE_NEWIPC", 0x800_0000),
            ("CLONE_NEWUSER", 0x1000_0000), ("CLONE_NEWPID", 0x2000_0000),
            ("CLONE_NEWNET", 0x4000_0000), ("CLONE_IO", 0x8000_0000),
        ])

    static let prctlOptions = ConstantTable(choices: [
        ("PR_SET_PDEATHSIG", 1), ("PR_GET_PDEATHSIG", 2), ("PR_GET_DUMPABLE", 3),
        ("PR_SET_DUMPABLE", 4), ("PR_SET_NAME", 15), ("PR_GET_NAME", 16), ("PR_GET_SECCOMP", 21),
        ("PR_SET_SECCOMP", 22), ("PR_CAPBSET_READ", 23), ("PR_CAPBSET_DROP", 24),
        ("PR_SET_SECUREBITS", 28), ("PR_SET_TIMERSLACK", 29), ("PR_SET_MM", 35),
        ("PR_SET_CHILD_SUBREAPER", 36), ("PR_SET_NO_NEW_PRIVS", 38), ("PR_GET_NO_NEW_PRIVS", 39),
        ("PR_CAP_AMBIENT", 47), ("PR_SET_SYSCALL_USER_DISPATCH", 59),
        ("PR_SET_PTRACER", 0x5961_6d61), ("PR_SET_VMA", 0x5356_4d41),
    ])

    static let resources = ConstantTable(choices: [
        ("RLIMIT_CPU", 0), ("RLIMIT_FSIZE", 1), ("RLIMIT_DATA", 2), ("RLIMIT_STACK", 3),
        ("RLIMIT_CORE", 4), ("RLIMIT_RSS", 5), ("RLIMIT_NPROC", 6), ("RLIMIT_NOFILE", 7),
        ("RLIMIT_MEMLOCK", 8), ("RLIMIT_AS", 9), ("RLIMIT_LOCKS", 10), ("RLIMIT_SIGPENDING", 11),
        ("RLIMIT_MSGQUEUE", 12), ("RLIMIT_NICE", 13), ("RLIMIT_RTPRIO", 14),
    ])

    static let ptraceRequests = ConstantTable(choices: [
        ("PTRACE_TRACEME", 0), ("PTRACE_PEEKTEXT", 1), ("PTRACE_PEEKDATA", 2),
        ("PTRACE_POKETEXT", 4), ("PTRACE_POKEDATA", 5), ("PTRACE_CONT", 7), ("PTRACE_KILL", 8),
        ("PTRACE_ATTACH", 16), ("PTRACE_SEIZE", 0x4206),
    ])
}
