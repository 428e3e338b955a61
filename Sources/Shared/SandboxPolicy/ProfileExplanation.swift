/// A profile in words: what `sluice explain PROFILE` prints.
package enum ProfileExplanation {
    /// Every language of the profile; nil when the catalogue has no such profile.
    package static func text(_ catalogue: ProfileCatalogue, _ name: ProfileName) -> String? {
        let profiles = catalogue.languages(of: name).compactMap { catalogue.resolve(name, $0) }
        guard let first = profiles.first else { return nil }
        return head(first) + profiles.map { "\n" + calls($0) }.joined() + "\n" + foot(first)
    }

    /// One language of a profile.
    package static func text(_ profile: ResolvedProfile) -> String {
        head(profile) + "\n" + calls(profile) + "\n" + foot(profile)
    }

    private static func head(_ profile: ResolvedProfile) -> String {
        let limits = profile.limits
        let files = profile.files.map { FileSet(rawValue: $0)?.words ?? $0 }
        let processes =
            limits.processes == 1
            ? "1 process with 1 thread" : "\(limits.processes) processes and threads"
        return """
            profile \(profile.name)
              \(profile.summary)

            A script has
              \(limits.wallTime.quantityText) from start to end (wall-time)
              \(limits.cpuTime.quantityText) of processor time (cpu-time)
              \(limits.memory.quantityText) of memory (memory)
              \(limits.output.quantityText) for the value it returns (output)
              \(limits.logs.quantityText) for each of its two logs (logs)
              \(processes) (processes)

            It sees
              files: \(files.isEmpty ? "none" : files.joined(separator: ", ") + ", read only")
              network: \(profile.network)
              environment: nothing of the host's
              other runs: nothing; its process is fresh and ends with it

            """
    }

    private static func calls(_ profile: ResolvedProfile) -> String {
        var text = "A \(title(profile.language)) script may\n"
        var rest = profile.allowances
        for (words, calls) in groups {
            let members = rest.filter { calls.contains($0.call) }
            guard !members.isEmpty else { continue }
            rest.removeAll { calls.contains($0.call) }
            let mapsCode = profile.mapsCode && members.contains { $0.call == "mmap" }
            text += paragraph(mapsCode ? packageMemory : words, members.map(describe))
        }
        if !rest.isEmpty { text += paragraph("also", rest.map(describe)) }
        text += "\nIt may not\n"
        text += paragraph(
            "make any other call: recorded, named in the outcome and answered EPERM", [])
        for (answer, words) in [
            (RefusalAnswer.error("ENOSYS"), "find these; recorded and answered ENOSYS"),
            (.error("EPERM"), "make these; recorded and answered EPERM"),
            (.error("EACCES"), "make these; recorded and answered EACCES"),
            (.kill, "try these; recorded, and the script is killed"),
        ] {
            let members = profile.refusals.filter { $0.answer == answer && !$0.isQuiet }
            if !members.isEmpty { text += paragraph(words, members.map(\.call).sorted()) }
        }
        let quiet = profile.refusals.filter(\.isQuiet)
        if !quiet.isEmpty {
            text += paragraph(
                "find anything with these; answered by the kernel and not recorded",
                quiet.map { refusal in
                    let condition = PredicateText.text(of: refusal.alternatives, call: refusal.call)
                    return refusal.call + (condition.map { " (\($0))" } ?? "")
                })
        }
        return text
    }

    private static func foot(_ profile: ResolvedProfile) -> String {
        let layers = ProfileReader.layers.map { layer in
            "  \(layer): \(requirement(profile.requires[layer] ?? .none))\n"
        }
        return "A script starts only where these layers hold\n" + layers.joined()
            + "\nThe reason for each call stands in sandbox-profiles/README.md.\n"
    }

    private static func requirement(_ requirement: Requirement) -> String {
        switch requirement {
        case .full: "required"
        case .preferred: "used where the kernel gives it"
        case .none: "not needed"
        }
    }

    private static func title(_ language: ScriptLanguage) -> String {
        switch language {
        case .python: "Python"
        case .javascript: "JavaScript"
        }
    }

    private static func describe(_ allowance: Allowance) -> String {
        let condition = PredicateText.text(of: allowance.alternatives, call: allowance.call)
        return allowance.call + (condition.map { " (\($0))" } ?? "")
    }

    /// A line of words and the names below it, wrapped at 100 columns.
    private static func paragraph(_ words: String, _ names: [String]) -> String {
        var lines: [String] = []
        var line = ""
        for (index, name) in names.enumerated() {
            let piece = name + (index + 1 < names.count ? "," : "")
            if !line.isEmpty, line.count + piece.count + 1 > 92 {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? piece : " " + piece
        }
        if !line.isEmpty { lines.append(line) }
        return "  \(words)\n" + lines.map { "      \($0)\n" }.joined()
    }

    /// For a profile that maps the code of packages.
    private static let packageMemory =
        "use memory that is never executable, but for the code of packages where a run has some"

    private static let groups: [(words: String, calls: Set<String>)] = [
        (
            "read its input, write its logs and its result",
            [
                "read", "write", "close", "lseek", "fstat", "dup", "dup2", "dup3", "fcntl", "ioctl",
                "pread64",
            ]
        ),
        (
            "read the files it sees",
            ["openat", "open", "newfstatat", "readlink", "getdents64", "getcwd"]
        ),
        (
            "use memory that is never executable",
            ["mmap", "mprotect", "munmap", "brk", "mremap", "madvise"]
        ),
        (
            "read clocks, sleep and wait",
            [
                "clock_gettime", "clock_getres", "gettimeofday", "time", "clock_nanosleep",
                "nanosleep", "restart_syscall", "poll", "sched_yield", "futex", "select",
                "pselect6", "epoll_create1", "epoll_wait", "epoll_ctl",
            ]
        ),
        ("get random bytes", ["getrandom"]),
        (
            "handle signals of its own, and send none but to itself",
            ["rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "tgkill"]
        ),
        ("wake its own event loop", ["socketpair", "sendto", "recvfrom"]),
        (
            "ask about itself",
            [
                "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getrusage", "times",
                "uname", "sched_getaffinity", "prlimit64",
            ]
        ),
    ]
}
