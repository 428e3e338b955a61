import SandboxPolicy
import SeccompFilters
import TestSupport
import Testing

@testable import SandboxSupervisor

/// The shipped profiles, call by call, in the interpreter.
@Suite struct ProfileCompilerTests {
    static func catalogue() throws -> ProfileCatalogue {
        try ProfileCatalogue.load(
            RepositoryFiles.files(in: "sandbox-profiles").map {
                ProfileCatalogue.File(path: $0.path, bytes: $0.bytes)
            })
    }

    private func compiled(
        _ language: ScriptLanguage, ownProcess: UInt64? = 1
    ) throws -> CompiledProfile {
        let profile = try #require(try Self.catalogue().resolve(ProfileName("pure"), language))
        return try ProfileCompiler.compile(profile, ownProcess: ownProcess)
    }

    private func verdict(
        _ profile: CompiledProfile, _ call: String, _ arguments: [UInt64] = []
    ) throws -> FilterVerdict {
        profile.filter.evaluate(
            call: try #require(SystemCalls.number(of: call)), arguments: arguments)
    }

    @Test(arguments: ScriptLanguage.allCases)
    func `no filter for scripts lets through what the supervisor must see`(
        language: ScriptLanguage
    ) throws {
        let profile = try compiled(language)

        let registers: [[UInt64]] = [[], [17, 0], [UInt64](repeating: .max, count: 6)]
        for call in ProfileCompiler.neverInFilter.sorted() + ["exit", "socket", "kill", "wait4"] {
            for arguments in registers {
                #expect(try verdict(profile, call, arguments) == .notify, "\(call)")
            }
        }
    }

    @Test(arguments: ScriptLanguage.allCases)
    func `nothing becomes executable and nothing is opened for writing`(
        language: ScriptLanguage
    ) throws {
        let profile = try compiled(language)

        for protection in UInt64(4)...7 {
            #expect(try verdict(profile, "mmap", [0, 4096, protection, 0x22]) == .notify)
            #expect(try verdict(profile, "mprotect", [0, 4096, protection]) == .notify)
        }
        #expect(try verdict(profile, "mmap", [0, 4096, 3, 0x22]) == .allow)
        #expect(try verdict(profile, "mmap", [0, 4096, 3, 0x122]) == .notify, "MAP_GROWSDOWN")
        #expect(try verdict(profile, "mprotect", [0, 4096, 0x100_0003]) == .notify)
        for flags in [1, 2, 0x40, 0x200, 0x400, 0x41_0000, 0x20_0000, 0x2000] as [UInt64] {
            #expect(try verdict(profile, "openat", [.max - 99, 0, flags]) == .notify)
        }
    }

    @Test func `python reads files and javascript is told that there are none`() throws {
        let readOnly: [UInt64] = [.max - 99, 0, 0x8_0000]

        #expect(try verdict(compiled(.python), "openat", readOnly) == .allow)
        #expect(try verdict(compiled(.javascript), "openat", readOnly) == .error(2))
        #expect(try verdict(compiled(.python), "newfstatat") == .allow)
        #expect(try verdict(compiled(.javascript), "newfstatat") == .error(2))
    }

    @Test func `a script may signal itself only where its own number is known`() throws {
        let inNamespace = try compiled(.python, ownProcess: 1)
        let without = try compiled(.python, ownProcess: nil)

        #expect(try verdict(inNamespace, "tgkill", [1, 1, 6]) == .allow)
        #expect(try verdict(inNamespace, "tgkill", [2, 2, 6]) == .notify)
        #expect(try verdict(without, "tgkill", [1, 1, 6]) == .notify)
    }

    @Test func `python's self-pipe is a pair of stream sockets and nothing else`() throws {
        let python = try compiled(.python)

        #expect(try verdict(python, "socketpair", [1, 1 | 0x80800]) == .allow)
        #expect(try verdict(python, "socketpair", [1, 2]) == .notify)
        #expect(try verdict(python, "socketpair", [2, 1]) == .notify)
        #expect(try verdict(python, "sendto", [3, 0x1000, 1, 0, 0, 0]) == .allow)
        #expect(try verdict(python, "sendto", [3, 0x1000, 1, 0, 0x2000, 16]) == .notify)
        // MSG_OOB
        #expect(try verdict(python, "sendto", [3, 0x1000, 1, 1, 0, 0]) == .notify)
        #expect(try verdict(python, "recvfrom", [3, 0x1000, 1, 1, 0, 0]) == .notify)
        #expect(try verdict(compiled(.javascript), "socketpair", [1, 1]) == .notify)
    }

    @Test(arguments: ScriptLanguage.allCases)
    func `each class of refused calls has its answer`(language: ScriptLanguage) throws {
        let profile = try compiled(language)
        func answer(_ call: String, _ arguments: [UInt64] = []) throws -> CallAnswer {
            profile.answer(to: try #require(SystemCalls.number(of: call)), arguments: arguments)
        }

        for call in ["clone3", "io_uring_setup", "memfd_create", "pidfd_open", "openat2", "statx"] {
            #expect(try answer(call) == .error(38), "\(call)")
        }
        for call in ["ptrace", "process_vm_readv", "bpf", "mount", "setuid", "unshare", "exit"] {
            #expect(try answer(call) == .kill, "\(call)")
        }
        for call in ["socket", "clone", "fork", "execve", "kill", "unlink", "prctl"] {
            #expect(try answer(call) == .error(1), "\(call)")
        }
        #expect(try answer("openat", [0, 0, 0x41]) == .error(1))
    }

    @Test func `a profile that lets a script out of sight does not compile`() throws {
        let pure = try #require(try Self.catalogue().resolve(ProfileName("pure"), .python))
        for call in ["clone", "execve", "exit_group"] {
            let profile = ResolvedProfile(
                name: pure.name, language: .python, summary: pure.summary, limits: pure.limits,
                files: [], network: "none",
                allowances: [Allowance(call: call, alternatives: [[]], reason: "none")],
                refusals: [], requires: pure.requires)

            #expect(throws: SandboxSetupError.self) {
                try ProfileCompiler.compile(profile, ownProcess: 1)
            }
        }
    }

    private static let thread: UInt64 = 0x3d_0f00

    /// `data` with other rules about `clone` and `exit`.
    private func threads(
        clone ways: [[ArgumentPredicate]]?, exit: Bool = true, processes: Int = 4
    ) throws -> CompiledProfile {
        let data = try #require(try Self.catalogue().resolve(ProfileName("data"), .python))
        var allowances = data.allowances.filter { !["clone", "exit"].contains($0.call) }
        if let ways { allowances.append(Allowance(call: "clone", alternatives: ways, reason: "")) }
        if exit { allowances.append(Allowance(call: "exit", alternatives: [[]], reason: "")) }
        var limits = data.limits
        limits.processes = processes
        return try ProfileCompiler.compile(
            ResolvedProfile(
                name: data.name, language: .python, summary: "", limits: limits, files: [],
                network: "none", allowances: allowances, refusals: data.refusals,
                requires: data.requires), ownProcess: 1)
    }

    @Test func `threads are started by notification, and only with their exact flags`() throws {
        let profile = try threads(clone: [[.init(index: 0, comparison: .equal(Self.thread))]])
        let clone = try #require(SystemCalls.number(of: "clone"))
        let exit = try #require(SystemCalls.number(of: "exit"))

        for flags in [Self.thread, 17, 0x1200_0011, 0] {
            #expect(try verdict(profile, "clone", [flags]) == .notify)
        }
        #expect(try verdict(profile, "exit", [0]) == .notify)
        #expect(profile.answer(to: clone, arguments: [Self.thread]) == .startThread)
        #expect(profile.answer(to: exit, arguments: [0]) == .endThread)
        for bit in 0..<64 {
            let flags = Self.thread ^ (1 << UInt64(bit))
            #expect(profile.answer(to: clone, arguments: [flags]) == .error(1), "bit \(bit)")
        }
    }

    @Test func `a profile that starts more than threads does not compile`() throws {
        func way(_ comparison: ArgumentPredicate.Comparison) -> [ArgumentPredicate] {
            [.init(index: 0, comparison: comparison)]
        }
        let exact = way(.equal(Self.thread))
        let wrong: [[[ArgumentPredicate]]] = [
            [[]], [], [way(.masked(mask: Self.thread, value: Self.thread))], [exact, []],
            [way(.atMost(Self.thread))], [[.init(index: 1, comparison: .equal(Self.thread))]],
            // Without CLONE_THREAD; with CLONE_VFORK, a signal at the end, or any namespace.
            [way(.equal(Self.thread & ~0x1_0000))], [way(.equal(Self.thread | 0x4000))],
            [way(.equal(Self.thread | 17))], [exact, way(.equal(Self.thread | 0x1000_0000))],
            [way(.equal(Self.thread | 0x8000))], [way(.equal(Self.thread | 1 << 32))],
        ]
        for ways in wrong {
            #expect(throws: SandboxSetupError.self) { try threads(clone: ways) }
        }
        #expect(throws: SandboxSetupError.self) { try threads(clone: nil) }
        #expect(throws: SandboxSetupError.self) { try threads(clone: [exact], exit: false) }
        #expect(throws: SandboxSetupError.self) { try threads(clone: [exact], processes: 1) }
    }

    @Test func `only the code of files can be mapped, and only where a profile says so`() throws {
        let profile = try #require(try Self.catalogue().resolve(ProfileName("data"), .python))
        let data = try ProfileCompiler.compile(profile, ownProcess: 1)
        let (readAndRun, privately): (UInt64, UInt64) = (5, 2)

        #expect(try verdict(data, "mmap", [0, 4096, readAndRun, privately, 4, 0]) == .allow)
        #expect(try verdict(data, "mmap", [0, 4096, readAndRun, 0x812, 4, 0]) == .allow)
        #expect(try verdict(compiled(.python), "mmap", [0, 4096, 5, 2, 4, 0]) == .notify)
        for flags in [1, 0x22, 0x21, 0x102, 0x2002, 0x4_0002, 0] as [UInt64] {
            #expect(try verdict(data, "mmap", [0, 4096, readAndRun, flags, 4, 0]) == .notify)
        }
        for protection in [4, 6, 7, 0x100_0005] as [UInt64] {
            #expect(try verdict(data, "mmap", [0, 4096, protection, privately, 4, 0]) == .notify)
        }
        for protection in UInt64(4)...7 {
            #expect(try verdict(data, "mprotect", [0, 4096, protection]) == .notify)
        }
    }

    @Test func `the filters stay small`() throws {
        #expect(try compiled(.python).filter.instructionCount < 700)
        #expect(try compiled(.javascript).filter.instructionCount < 400)
    }
}
