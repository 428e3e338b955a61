import SeccompFilters

@testable import SandboxPolicy

/// What the prober writes down: a list for every profile, and the page that counts them.
enum ProberText {
    static let page = "docs/system-calls.md"

    /// A line for each call with a name: how it is answered, and under which condition it is let through.
    static func list(of probed: ProbedProfile) -> String {
        let unfiltered = Set(probed.unfiltered)
        let filtered = Set(probed.filtered.map(\.call))
        let lines = SystemCalls.numbers.compactMap { number -> String? in
            guard let name = SystemCalls.name(of: number) else { return nil }
            if unfiltered.contains(number) { return "\(name) allowed\n" }
            guard filtered.contains(number) else {
                return "\(name) \(probed.answer(to: number).rawValue)\n"
            }
            let ways = probed.profile.allowances.first { $0.call == name }?.alternatives ?? []
            let condition = PredicateText.text(of: ways, call: name)
            return "\(name) \(condition.map { "allowed when \($0)" } ?? "allowed and counted")\n"
        }
        return lines.sorted().joined()
    }

    static func page(of profiles: [ProbedProfile]) -> String {
        head + profiles.map(row).joined() + between + others.map(row).joined() + foot
    }

    private static func row(_ probed: ProbedProfile) -> String {
        let unfiltered = probed.unfiltered.count
        let filtered = probed.filtered.count
        let answers = SystemCalls.numbers.map { probed.answer(to: $0) }
        func count(_ answer: ProbedProfile.Answer) -> Int { answers.count { $0 == answer } }
        return "| \(probed.profile.name), \(probed.profile.language.rawValue)"
            + (probed.hasPackages ? ", with packages " : " ")
            + "| **\(unfiltered + filtered)** | \(unfiltered) | \(filtered) | \(count(.killed)) |\n"
    }

    private static func row(_ other: (name: String, reachable: Int, filtered: Int)) -> String {
        "| \(other.name) | \(other.reachable) | \(other.reachable - other.filtered) "
            + "| \(other.filtered) |\n"
    }

    private static let head = """
        # How many system calls reach the kernel

        Written by the prober of `EscapeTests` (`RECORD_GOLDEN=1` writes it anew). It reads the compiled filter of
        every profile call by call, and then makes every call, 0 to 600 and some beyond, by number from inside
        the box on the running kernel: what the filter says must be what happens. Which calls they are, and under
        which conditions, is in `Tests/EscapeTests/Golden`; a call that becomes reachable fails the test.

        | profile | reachable | whatever the arguments | with some arguments only, or counted | end the process |
        |---|---|---|---|---|

        """

    private static let between = """

        Everything else is answered EPERM and named, or ENOSYS where libraries probe and fall back; x32 numbers and
        the 32-bit entrance end the process. Two numbers pass every filter of newer kernels, ours too: 335 and 336
        (see [the threat model](threat-model.md)).

        The same count for others, on the x86_64 table up to number 470 (381 calls):

        | policy | reachable | whatever the arguments | with some arguments only |
        |---|---|---|---|

        """

    private static let foot = """

        Counts are a tie-breaker, no proof: what `openat`, `mmap`, `clone`, `ioctl`, `fcntl`, `futex` and `socket`
        may be asked for carries most of the weight. Docker and Podman are counted without capabilities; dify-sandbox
        as of June 2026, whose list also serves its own set-up; systemd's sets as version 252 expands them.

        """

    private static let others: [(name: String, reachable: Int, filtered: Int)] = [
        ("no filter (nsjail, bubblewrap and snekbox by default)", 381, 0),
        ("isolate 2.6, default", 378, 2),
        ("Podman, default", 313, 2),
        ("Docker, default", 307, 3),
        ("systemd `@system-service`", 298, 0),
        ("gVisor's Sentry towards the host (approximate)", 89, 42),
        ("dify-sandbox, Python, network on (as shipped)", 65, 0),
        ("dify-sandbox, Node.js, network on (as shipped)", 59, 0),
        ("dify-sandbox, Python, network off", 46, 0),
        ("dify-sandbox, Node.js, network off", 43, 0),
        ("OpenSSH before authentication", 36, 6),
    ]
}
