/// What a call would give away, and the better way to what it was wanted for.
struct NeedWords {
    let profile: ResolvedProfile
    /// Those of this host: a remedy names no profile that is not there.
    let profiles: [ProfileName]

    func words(
        _ name: String, calls: [[UInt64]], verdict: ScriptNeed.Verdict
    ) -> (givesAway: String, remedy: String?) {
        if verdict == .needless {
            return ("nothing: it is answered as if this kernel did not have it", nil)
        }
        if name == "clone", calls.allSatisfy({ ($0.first ?? 0) & 0x1_0000 != 0 }) {
            return words(of: .threads)
        }
        if ["mmap", "mprotect", "pkey_mprotect"].contains(name), verdict == .dangerous {
            return words(of: .machineCode)
        }
        if ["open", "openat"].contains(name) {
            let index = name == "open" ? 1 : 2
            let writes = calls.contains { $0.indices.contains(index) && $0[index] & 0x3 != 0 }
            return words(of: writes ? .writing : .reading)
        }
        if let kind = Self.kinds.first(where: { $0.calls.contains(name) })?.kind {
            return words(of: kind)
        }
        guard let reason = profile.refusals.first(where: { $0.call == name })?.reason else {
            return ("what \(name)(2) does: read its manual page before you allow it", nil)
        }
        return (reason.prefix(1).lowercased() + reason.dropFirst().trimmingEnd("."), nil)
    }

    private func words(of kind: Kind) -> (givesAway: String, remedy: String?) {
        (kind.givesAway, remedy(for: kind))
    }

    private func has(_ name: String) -> Bool {
        name != profile.name.text && profiles.contains(ProfileName(name))
    }

    private func remedy(for kind: Kind) -> String? {
        switch kind {
        case .network:
            (has("fetch")
                ? "use profile 'fetch', with the hosts in the node's 'network:', or " : "")
                + "let a connector ask before the script ('uses: http/request') and give the answer to "
                + "it; the box has no network, so these calls alone reach nothing"
        case .programs:
            "use a library instead of the program, or a connector's operation"
                + (has("node") ? "; a script that needs Node.js runs in profile 'node'" : "")
        case .threads:
            "work in one thread, or let the flow run items side by side ('for-each', 'at-once')"
                + (has("data") ? "; profile 'data' has threads" : "")
        case .writing:
            "return the content from main, or keep it in memory (io.BytesIO); the box is read-only, so "
                + "these calls alone write nothing"
        case .reading:
            "give the content in the script's input; the box shows only what the profile's 'files' name"
        case .signals: "a script is alone in its box: there is nobody to signal"
        case .timers:
            "the limit 'wall-time' ends the script, and 'timeout' of the node ends it earlier; within it "
                + "asyncio.timeout works"
        case .limits: "the limits stand in the profile's 'limits'"
        case .machineCode:
            "use a package in pure Python or JavaScript"
                + (has("data") ? ", or profile 'data' for NumPy and pandas" : "")
        case .channels, .identity, .waiting: nil
        }
    }

    private enum Kind {
        case network, programs, threads, writing, reading, signals, timers, limits, machineCode
        case channels, identity, waiting

        var givesAway: String {
            switch self {
            case .network:
                "a way to other machines, and with it a way out for all that the script was given"
            case .programs: "other programs, and processes that outlive the supervisor's sight"
            case .threads: "more processor time than one thread has, and races"
            case .writing: "changing files: what one run leaves behind, another can find"
            case .reading: "the content of files that are not the script's"
            case .signals: "stopping or steering other processes of the same user"
            case .timers: "signals that arrive in the middle of anything"
            case .limits: "raising the limits that hold it"
            case .machineCode:
                "machine code that was not there when the box was closed: any call in any form, int 0x80 "
                    + "and x32 among them"
            case .channels: "a channel to other processes, and with it to other runs"
            case .identity: "facts about other processes"
            case .waiting: "nothing by itself: it has no child to wait for"
            }
        }
    }

    private static let kinds: [(calls: Set<String>, kind: Kind)] = [
        (
            [
                "socket", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg",
                "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "shutdown", "getsockname",
                "getpeername", "setsockopt", "getsockopt",
            ], .network
        ),
        (["execve", "execveat", "fork", "vfork", "clone", "clone3"], .programs),
        (["wait4", "waitid"], .waiting),
        (
            [
                "creat", "mkdir", "mkdirat", "unlink", "unlinkat", "rmdir", "rename", "renameat",
                "renameat2", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod",
                "fchmodat",
                "chown", "fchown", "lchown", "fchownat", "utime", "utimes", "utimensat",
                "futimesat",
                "truncate", "ftruncate", "fallocate", "mknod", "mknodat", "setxattr", "fsetxattr",
                "lsetxattr", "removexattr", "fsync", "fdatasync", "sync",
            ], .writing
        ),
        (
            [
                "access", "faccessat", "stat", "lstat", "newfstatat", "readlink", "readlinkat",
                "getdents", "getdents64", "statfs", "fstatfs", "getxattr", "chdir", "fchdir",
                "inotify_init", "inotify_init1", "fanotify_init", "sendfile",
            ], .reading
        ),
        (
            ["kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pause"], .signals
        ),
        (
            [
                "alarm", "setitimer", "timer_create", "timerfd_create", "timer_settime",
                "timerfd_settime",
            ], .timers
        ),
        (
            [
                "setrlimit", "prlimit64", "setpriority", "sched_setscheduler", "sched_setparam",
                "sched_setattr", "sched_setaffinity",
            ], .limits
        ),
        (
            [
                "pipe", "pipe2", "eventfd", "eventfd2", "socketpair", "shmget", "shmat", "shmctl",
                "msgget", "msgsnd", "msgrcv", "semget", "semop", "mq_open", "flock", "fcntl",
                "memfd_create", "setpgid", "setsid",
            ], .channels
        ),
        (
            [
                "getppid", "getpgid", "getpgrp", "getsid", "getpriority", "sysinfo",
                "sched_getaffinity", "clock_gettime", "clock_getres",
            ], .identity
        ),
    ]
}

extension Substring {
    /// Without one such character at its end.
    fileprivate func trimmingEnd(_ character: Character) -> Substring {
        last == character ? dropLast() : self
    }
}
