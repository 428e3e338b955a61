import SandboxPolicy
import Testing

@Suite struct ProfileCatalogueTests {
    private let extends = "syscalls:\n  extends: {python: base/python}\n"

    @Test func `a profile has what its base has`() throws {
        let catalogue = try PolicyFixtures.load(PolicyFixtures.head + extends)

        let profile = try #require(catalogue.resolve(ProfileName("small"), .python))
        #expect(profile.allowances.map(\.call) == ["fcntl", "mmap", "read", "write"])
        #expect(profile.refusals.map(\.call) == ["ptrace"])
        #expect(profile.limits.memory == ByteCount(256 << 20))
        #expect(profile.requires["namespaces"] == .preferred)
        #expect(catalogue.names == [ProfileName("small")])
        #expect(catalogue.resolve(ProfileName("small"), .javascript) == nil)
        #expect(catalogue.languages(of: ProfileName("small")) == [.python])
    }

    @Test func `an entry may take a call away or narrow its conditions`() throws {
        let catalogue = try PolicyFixtures.load(
            PolicyFixtures.head + extends + """
                  allow:
                    - call: fcntl
                      when: ["command == F_GETFD"]
                      reason: Less.
                  refuse:
                    - {call: write, answer: error ENOSYS, reason: Silent.}
                """)

        let profile = try #require(catalogue.resolve(ProfileName("small"), .python))
        let fcntl = try #require(profile.allowances.first { $0.call == "fcntl" })
        #expect(fcntl.alternatives == [[.init(index: 1, comparison: .equal(1))]])
        #expect(!profile.allowances.contains { $0.call == "write" })
        #expect(profile.refusals.contains { $0.call == "write" && $0.answer == .error("ENOSYS") })
    }

    @Test func `more than the base needs a reason in words`() throws {
        let more = """
              allow:
                - {call: socket, reason: Network.}
                - {call: mmap, reason: Machine code.}
            """
        #expect(
            PolicyFixtures.faults(syscalls: more) == [
                "small.yaml:10:7: profile 'small' allows 'socket', but 'base/python' does not allow "
                    + "it; remove the entry, or say why with 'widens: REASON'",
                "small.yaml:11:7: profile 'small' allows 'mmap', but 'base/python' allows it under "
                    + "narrower conditions; remove the entry, or say why with 'widens: REASON'",
            ])

        let said = more.replacing(".}", with: "., widens: It is the point of this profile.}")
        let profile = try #require(
            try PolicyFixtures.load(PolicyFixtures.head + extends + said)
                .resolve(ProfileName("small"), .python))
        #expect(profile.allowances.first { $0.call == "mmap" }?.alternatives == [[]])
        #expect(profile.allowances.first { $0.call == "socket" }?.reason.contains("point") == true)
    }

    @Test(arguments: [
        ("{call: read}", "10:7: an entry of allow has no 'reason'"),
        ("{call: read, reason: ''}", "10:28: the reason is empty"),
        ("{call: read, reason: '  '}", "10:28: the reason is empty"),
        ("{reason: None.}", "10:7: an entry of allow has no 'call'"),
        ("{call: 0, reason: R.}", "10:14: a call is written by its name, not by the number 0"),
        (
            "{call: fctnl, reason: R.}",
            "10:14: no system call is named 'fctnl'; did you mean 'fcntl'?"
        ),
        (
            "{call: exit_group, reason: R.}",
            "10:14: 'exit_group' can stand in no profile; its notification is how the supervisor "
                + "learns how a script ended"
        ),
        (
            "{call: read, raeson: R.}",
            "10:20: unknown key 'raeson' in an entry of allow; did you mean 'reason'?"
        ),
        (
            "{call: read, calls: [write], reason: R.}",
            "10:20: an entry of allow has both 'call' and 'calls'"
        ),
        ("[read]", "10:7: an entry of allow is a list, not a mapping of keys"),
        (
            "{call: mmap, when: ['protection & PROT_EXCE == 0'], reason: R.}",
            "10:27: 'PROT_EXCE' is no value of 'protection' of 'mmap'; did you mean 'PROT_EXEC'?"
        ),
        (
            "{call: mmap, when: ['protection & 4 == 0'], reason: R.}",
            "10:27: 'protection' of 'mmap' takes names, not the number 4; use one of: PROT_EXEC, "
                + "PROT_GROWSDOWN, PROT_GROWSUP, PROT_NONE, PROT_READ, PROT_WRITE"
        ),
        (
            "{call: mmap, when: ['prot == 0'], reason: R.}",
            "10:27: 'mmap' has no argument 'prot'; use one of: address, fd, flags, length, offset, "
                + "protection"
        ),
        (
            "{calls: [read, mmap], when: ['fd == 0'], reason: R.}",
            "10:35: 'when' needs one 'call', not 'calls'"
        ),
        ("{call: mmap, when: [], reason: R.}", "10:26: 'when' is empty, so nothing would match"),
    ])
    func `a wrong entry is told with its place and a hint`(entry: String, fault: String) {
        let faults = PolicyFixtures.faults(syscalls: "  allow:\n    - \(entry)\n")

        #expect(faults.contains("small.yaml:" + fault), "\(faults)")
    }

    @Test func `every fault of every file is told at once`() {
        let faults = PolicyFixtures.faults {
            try PolicyFixtures.load(
                """
                profile: smal
                sumary: A profile.
                limits: {wall-time: 5, cpu-time: 0 s, memory: 1 MiB, output: 8 MB, logs: 1 MiB, processes: 0}
                files: [runtime-libary]
                network: all
                requires: {seccomp: none, landlock: yes, namespaces: preferred}
                syscalls:
                  extends: {python: base/pyton, ruby: base/ruby}
                  refuse:
                    - {call: ptrace, answer: error EFAULT, reason: R.}
                    - {call: ptrace, answer: kill, quiet: true, reason: R.}
                """, base: PolicyFixtures.base + "\n    - {call: read, answer: kill, reason: R.}")
        }
        for (line, phrase) in [
            (1, "the name 'smal' and the file's name differ"), (1, "a profile has no 'summary'"),
            (2, "unknown key 'sumary' in a profile; did you mean 'summary'?"),
            (3, "'wall-time' is an integer, not a text"), (3, "'cpu-time' is zero"),
            (3, "'memory' is less than 16 MiB"), (3, "'MB' is no unit of size"),
            (3, "'processes' is not a whole number from 1 to 1024"),
            (4, "did you mean 'runtime-library'?"), (5, "unknown name 'all' in network"),
            (6, "every profile needs 'seccomp: full'"), (6, "'yes' says nothing about 'landlock'"),
            (8, "unknown key 'ruby' in extends"), (10, "'error EFAULT' is no answer"),
            (11, "what kills the process cannot be quiet"),
        ] {
            #expect(
                faults.contains { $0.hasPrefix("small.yaml:\(line):") && $0.contains(phrase) },
                "\(line): \(phrase) in \(faults.joined(separator: "\n"))")
        }
    }

    @Test func `a base that both allows and refuses a call is refused`() {
        let faults = PolicyFixtures.faults {
            try PolicyFixtures.load(
                PolicyFixtures.head + extends,
                base: PolicyFixtures.base + "\n    - {call: read, answer: kill, reason: R.}")
        }
        #expect(faults.count == 1)
        #expect(faults[0].hasPrefix("base/python.yaml:17:14: 'read' is refused here"), "\(faults)")
    }

    @Test func `a call that is allowed twice is refused, for the second could undo the first`() {
        let faults = PolicyFixtures.faults {
            try PolicyFixtures.load(
                PolicyFixtures.head + extends,
                base: PolicyFixtures.base.replacing(
                    "  refuse:", with: "    - {call: mmap, reason: R.}\n  refuse:"))
        }
        #expect(
            faults == [
                "base/python.yaml:13:14: 'mmap' is allowed at line 7 already; write every condition "
                    + "into one entry"
            ])
    }

    @Test func `a base that does not exist is told with those that do`() {
        let faults = PolicyFixtures.faults {
            try PolicyFixtures.load(
                PolicyFixtures.head + "syscalls:\n  extends: {python: base/pyton}\n")
        }
        #expect(
            faults == [
                "small.yaml:8:21: 'base/pyton' is no base for python; did you mean 'base/python'?"
            ])
    }

    @Test func `broken YAML is told with its place and an empty folder is refused`() {
        #expect(
            PolicyFixtures.faults { try PolicyFixtures.load("profile: [") }.first?
                .hasPrefix("small.yaml:") == true)
        #expect(
            PolicyFixtures.faults { try ProfileCatalogue.load([], knownCalls: []) }
                == ["sandbox-profiles:1:1: the folder holds no profile"])
    }

    @Test func `an unknown profile is told with the nearest name`() throws {
        let catalogue = try PolicyFixtures.load(PolicyFixtures.head + extends)

        #expect(
            catalogue.unknownProfileMessage(ProfileName("smal"))
                == "no profile is named 'smal'; did you mean 'small'?")
        #expect(
            catalogue.unknownProfileMessage(ProfileName("small"), .javascript)
                == "profile 'small' does not serve javascript; it serves python")
    }
}
