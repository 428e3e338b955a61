extension DenialWords {
    /// What the call did, in the past tense, and what the profile says about it.
    static func words(
        _ name: String, _ registers: [UInt64], _ profile: ResolvedProfile
    ) -> (act: String, why: String) {
        if let words = byArguments(name, registers, profile) { return words }
        for (calls, act, why) in meanings where calls.contains(name) {
            return (act, why.text(profile))
        }
        return ("made a system call", "does not list it")
    }

    /// Calls whose arguments decide what they mean.
    private static func byArguments(
        _ name: String, _ registers: [UInt64], _ profile: ResolvedProfile
    ) -> (act: String, why: String)? {
        func register(_ index: Int) -> UInt64 {
            registers.indices.contains(index) ? registers[index] : 0
        }
        switch name {
        case "socket":
            let act =
                switch register(0) {
                case 2, 10: "opened a network socket"
                case 1: "opened a local socket"
                case 16: "opened a socket to the kernel"
                default: "opened a socket"
                }
            return (act, Why.network.text(profile))
        case "clone" where register(0) & 0x1_0000 != 0:
            return ("started a thread", Why.processes.text(profile))
        case "open", "openat":
            return opened(flags: register(name == "open" ? 1 : 2), profile)
        case "mmap", "mprotect", "pkey_mprotect":
            guard register(2) & 4 != 0 else {
                return ("used memory in an odd way", "does not list it")
            }
            // MAP_ANONYMOUS is missing: a file is being mapped, which is how a library is loaded.
            if name == "mmap", register(3) & 0x20 == 0 {
                return (
                    "loaded a compiled library", "runs no machine code but what it began with"
                )
            }
            return ("made memory executable", "runs no machine code made at run time")
        case "prlimit64" where register(2) == 0:
            return ("asked for another process's limits", Why.ownProcess.text(profile))
        case "fcntl" where [5, 6, 7, 36, 37, 38].contains(register(1)):
            return ("locked a file", Why.channels.text(profile))
        case "ioctl" where [0x5412, 0x541c].contains(register(1) & 0xffff_ffff):
            return ("typed into a terminal", "has no terminal")
        default: return nil
        }
    }

    private static func opened(
        flags: UInt64, _ profile: ResolvedProfile
    ) -> (act: String, why: String) {
        let writing: UInt64 = 0x3 | 0x40 | 0x200 | 0x400 | 0x40_0000
        return flags & writing != 0
            ? ("opened a file for writing", Why.writing.text(profile))
            : ("opened a file", Why.reading.text(profile))
    }

    /// What a profile says about a kind of call.
    private enum Why {
        case network, processes, programs, writing, reading, ownProcess, rules, channels, kernel
        case machine, limits, timers, unlisted

        func text(_ profile: ResolvedProfile) -> String {
            switch self {
            case .network:
                profile.network == "none"
                    ? "has no network" : "reaches hosts by HTTP only, through its proxy"
            case .processes:
                profile.limits.processes == 1
                    ? "allows one process with one thread"
                    : "allows one process with at most \(profile.limits.processes) threads"
            case .programs: "runs no other programs"
            case .writing: "writes no files"
            case .reading:
                profile.files.isEmpty
                    ? "shows no files" : "shows only \(profile.files.joined(separator: " and "))"
            case .ownProcess: "stays within its own process"
            case .rules: "cannot change the rules it runs under"
            case .channels: "has no channel to other processes"
            case .kernel: "does not reach into the kernel"
            case .machine: "does not administer the machine"
            case .limits: "cannot change its limits"
            case .timers: "takes no signals from timers; its wall-time limit ends it"
            case .unlisted: "does not list it"
            }
        }
    }

    private static let meanings: [(calls: Set<String>, act: String, why: Why)] = [
        (["connect"], "connected to an address", .network),
        (["bind", "listen", "accept", "accept4"], "offered a network service", .network),
        (
            [
                "sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "shutdown",
                "getsockname", "getpeername", "setsockopt", "getsockopt",
            ], "used a socket", .network
        ),
        (["socketpair"], "made a pair of sockets", .channels),
        (["fork", "vfork", "clone"], "started a process", .processes),
        (["clone3"], "started a process or a thread", .processes),
        (["wait4", "waitid"], "waited for a child process", .processes),
        (["execve", "execveat"], "ran a program", .programs),
        (["creat"], "opened a file for writing", .writing),
        (["openat2"], "opened a file", .reading),
        (["mkdir", "mkdirat"], "made a folder", .writing),
        (["unlink", "unlinkat", "rmdir"], "deleted a file or folder", .writing),
        (["rename", "renameat", "renameat2"], "renamed a file", .writing),
        (["link", "linkat", "symlink", "symlinkat"], "made a link", .writing),
        (
            [
                "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "utime",
                "utimes", "utimensat", "futimesat", "truncate", "ftruncate", "fallocate", "mknod",
                "mknodat", "setxattr", "fsetxattr", "lsetxattr", "removexattr",
            ], "changed a file", .writing
        ),
        (["fsync", "fdatasync", "sync", "syncfs", "msync"], "wrote a file to the disk", .writing),
        (["umask"], "changed the mode of files it would make", .writing),
        (["chdir", "fchdir"], "changed its working folder", .reading),
        (
            [
                "access", "faccessat", "faccessat2", "stat", "lstat", "newfstatat", "statx",
                "readlink", "readlinkat", "getdents", "statfs", "fstatfs", "getxattr",
            ], "looked at a file", .reading
        ),
        (
            [
                "kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
                "pidfd_send_signal",
            ],
            "sent a signal", .ownProcess
        ),
        (
            [
                "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise",
                "pidfd_open", "pidfd_getfd", "kcmp", "process_mrelease",
            ], "reached into another process", .ownProcess
        ),
        (["getppid", "getpgid", "getpgrp", "getsid"], "asked for other processes", .ownProcess),
        (["setpgid", "setsid"], "left its group of processes", .ownProcess),
        (
            [
                "getpriority", "sched_getscheduler", "sched_getparam", "sched_getattr",
                "sched_rr_get_interval", "ioprio_get",
            ], "asked for a priority", .limits
        ),
        (["getgroups", "getresuid", "getresgid", "capget"], "asked for its rights", .rules),
        (["sysinfo"], "asked about the machine", .machine),
        (["getitimer", "timer_gettime", "timerfd_gettime"], "asked for a timer", .timers),
        (
            ["rt_sigpending", "rt_sigsuspend", "rt_sigtimedwait", "pause"], "waited for a signal",
            .ownProcess
        ),
        (
            ["prctl", "seccomp", "personality", "arch_prctl", "modify_ldt", "iopl", "ioperm"],
            "changed the rules of its process", .rules
        ),
        (
            [
                "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups",
                "setfsuid", "setfsgid", "capset",
            ], "became another user", .rules
        ),
        (["setrlimit", "prlimit64"], "changed its limits", .limits),
        (
            [
                "setpriority", "sched_setscheduler", "sched_setparam", "sched_setattr",
                "sched_setaffinity",
            ],
            "changed its priority", .limits
        ),
        (["unshare", "setns"], "entered a namespace", .rules),
        (
            [
                "mount", "umount2", "mount_setattr", "move_mount", "open_tree", "fsopen",
                "fsconfig", "fsmount", "fspick", "pivot_root", "chroot",
            ], "changed the layout of the file system", .machine
        ),
        (["io_uring_setup", "io_uring_enter", "io_uring_register"], "made an I/O ring", .kernel),
        (["memfd_create", "memfd_secret"], "made a file in memory", .writing),
        (
            ["bpf", "perf_event_open", "userfaultfd", "lookup_dcookie"], "reached into the kernel",
            .kernel
        ),
        (["keyctl", "add_key", "request_key"], "used the kernel's key rings", .channels),
        (
            [
                "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load",
                "reboot", "acct", "syslog", "vhangup", "swapon", "swapoff", "quotactl",
                "quotactl_fd",
                "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname",
                "setdomainname",
            ], "administered the machine", .machine
        ),
        (["open_by_handle_at", "name_to_handle_at"], "opened a file by number", .reading),
        (["pipe", "pipe2", "eventfd", "eventfd2"], "made a channel", .channels),
        (
            [
                "shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgrcv", "semget", "semop",
                "mq_open", "flock",
            ], "opened a channel to other processes", .channels
        ),
        (
            ["alarm", "setitimer", "timer_create", "timerfd_create", "timer_settime"],
            "started a timer", .timers
        ),
        (["inotify_init", "inotify_init1", "fanotify_init"], "watched files", .reading),
        (["exit"], "ended its thread on its own", .rules),
        (["madvise", "mremap"], "used memory in an odd way", .unlisted),
        (
            ["clock_gettime", "clock_getres", "clock_nanosleep", "sched_getaffinity"],
            "asked about another process", .ownProcess
        ),
        (["ioctl"], "controlled a device", .kernel),
        (["fcntl"], "changed how a descriptor works", .channels),
    ]
}
