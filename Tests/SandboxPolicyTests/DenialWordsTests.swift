import SandboxPolicy
import Testing

@Suite struct DenialWordsTests {
    private func describe(
        _ call: String?, _ registers: [UInt64], number: UInt32 = 0
    ) throws -> DescribedCall {
        let pure = try #require(
            try PolicyFixtures.shipped().resolve(ProfileName("pure"), .python))
        let padded = registers + [UInt64](repeating: 0, count: 6 - registers.count)
        return DenialWords.describe(
            call: call, number: number, registers: padded, profile: pure)
    }

    @Test(arguments: [
        (
            "socket", [2, 0x80801, 0] as [UInt64],
            "opened a network socket (socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK|SOCK_CLOEXEC)); "
                + "profile 'pure' has no network"
        ),
        (
            "socket", [38, 5, 0],
            "opened a socket (socket(AF_ALG, SOCK_SEQPACKET)); profile 'pure' has no network"
        ),
        (
            "openat", [0xffff_ff9c, 0x7fff_0000, 0x241, 0o666],
            "opened a file for writing (openat(AT_FDCWD, …, O_WRONLY|O_CREAT|O_TRUNC, 0666)); "
                + "profile 'pure' writes no files"
        ),
        (
            "openat", [0xffff_ff9c, 0x7fff_0000, 0x20_0000],
            "opened a file (openat(AT_FDCWD, …, O_RDONLY|O_PATH)); profile 'pure' shows only "
                + "runtime-library and zoneinfo"
        ),
        (
            "clone", [0x120_0011, 0, 0, 0x7000],
            "started a process (clone(SIGCHLD|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID)); "
                + "profile 'pure' allows one process with one thread"
        ),
        (
            "clone", [0x3d_0f00, 0x7000],
            "started a thread (clone(CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|"
                + "CLONE_SYSVSEM|CLONE_SETTLS|CLONE_PARENT_SETTID|CLONE_CHILD_CLEARTID)); "
                + "profile 'pure' allows one process with one thread"
        ),
        (
            "mmap", [0, 4096, 7, 0x22, .max, 0],
            "made memory executable (mmap(NULL, 4096, PROT_READ|PROT_WRITE|PROT_EXEC, "
                + "MAP_PRIVATE|MAP_ANONYMOUS, -1)); profile 'pure' runs no machine code made at run "
                + "time"
        ),
        (
            "mmap", [0x7000, 8192, 5, 0x812, 4, 8192],
            "loaded a compiled library (mmap(…, 8192, PROT_READ|PROT_EXEC, "
                + "MAP_PRIVATE|MAP_FIXED|MAP_DENYWRITE, 4, 8192)); profile 'pure' runs no machine "
                + "code but what it began with"
        ),
        (
            "kill", [0xffff_ffff, 9],
            "sent a signal (kill(-1, SIGKILL)); profile 'pure' stays within its own process"
        ),
        (
            "prctl", [4, 1],
            "changed the rules of its process (prctl(PR_SET_DUMPABLE, 1)); profile 'pure' cannot "
                + "change the rules it runs under"
        ),
        (
            "vfork", [],
            "started a process (vfork()); profile 'pure' allows one process with one thread"
        ),
        (
            "mincore", [0x7000],
            "made a system call (mincore(…)); profile 'pure' does not list it"
        ),
    ])
    func `a denial is told in words`(call: String, registers: [UInt64], meaning: String) throws {
        #expect(try describe(call, registers).meaning == meaning)
    }

    @Test func `a call without a name is told by its number`() throws {
        let described = try describe(nil, [1, 2], number: 446)

        #expect(described.name == "call 446")
        #expect(
            described.meaning.hasPrefix("made a system call (call 446(…)); profile 'pure'"))
    }

    @Test func `addresses stay hexadecimal in the arguments`() throws {
        #expect(
            try describe("connect", [3, 0x7ffe_1000, 16]).arguments == ["3", "0x7ffe1000", "16"])
    }

    @Test func `every call that the profiles refuse has words of its own`() throws {
        let catalogue = try PolicyFixtures.shipped()
        let pure = try #require(catalogue.resolve(ProfileName("pure"), .python))

        for refusal in pure.refusals where refusal.answer == .kill {
            let meaning = try describe(refusal.call, [0]).meaning
            #expect(!meaning.contains("does not list it"), "\(refusal.call)")
        }
    }
}
