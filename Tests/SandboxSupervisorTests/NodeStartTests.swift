import CZygoteProtocol
import FlowModel
import LinuxSystem
import SandboxPolicy
import SeccompFilters
import TestSupport
import Testing

@testable import SandboxSupervisor

/// What Node's own start may do, decided by registers.
struct NodeStartTests {
    private func call(_ name: String, _ arguments: [UInt64]) throws -> SeccompNotification {
        SeccompNotification(
            id: 1, pid: 2, call: Int32(try #require(SystemCalls.number(of: name))),
            arguments: arguments + [UInt64](repeating: 0, count: 6 - arguments.count))
    }

    @Test func `code is mapped from files, never writable, shared or anonymous`() throws {
        let (read, write, run): (UInt64, UInt64, UInt64) = (1, 2, 4)
        let (shared, own, fixed, anonymous): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 0x10, 0x20)
        func passes(_ protection: UInt64, _ flags: UInt64, _ descriptor: UInt64) throws -> Bool {
            NodeStart.isNeeded(try call("mmap", [0, 4096, protection, flags, descriptor]))
        }

        #expect(try passes(read | run, own | fixed | 0x800, 7))
        #expect(try passes(read | run, own, 7))
        #expect(try !passes(read | write | run, own, 7))
        #expect(try !passes(run, own, 7))
        #expect(try !passes(read | run, own | anonymous, 7))
        #expect(try !passes(read | run, shared, 7))
        #expect(try !passes(read | run, own, 0xffff_ffff))
        #expect(try !NodeStart.isNeeded(call("mprotect", [0, 4096, read | run])))
    }

    @Test func `readiness is one signal to one number, and a program has a path`() throws {
        let magic = UInt64(ZYGOTE_READY_MAGIC)
        #expect(try NodeStart.isReady(call("kill", [magic, 0])))
        #expect(try !NodeStart.isReady(call("kill", [magic, 9])))
        #expect(try !NodeStart.isReady(call("kill", [1, 0])))
        #expect(try NodeStart.startsProgram(call("execve", [0x1000])))
        #expect(try !NodeStart.startsProgram(call("execve", [0])))
        #expect(try !NodeStart.startsProgram(call("execveat", [0x1000])))
    }

    @Test func `nothing of the start is in the filter of a script`() throws {
        let files = try RepositoryFiles.files(in: "sandbox-profiles").map {
            ProfileCatalogue.File(path: $0.path, bytes: $0.bytes)
        }
        let profile = try #require(
            try ProfileCatalogue.load(files).resolve(ProfileName("node"), .javascript))
        let compiled = try ProfileCompiler.compile(profile, ownProcess: 1)

        #expect(profile.runsNode)
        for (name, arguments) in [
            ("execve", [UInt64(0x1000)]), ("kill", [UInt64(ZYGOTE_READY_MAGIC), 0]),
            ("mmap", [0, 4096, 5, 2, 7, 0]), ("mmap", [0, 4096, 3, 0x21, 0xffff_ffff, 0]),
            ("mprotect", [0, 4096, 5]), ("arch_prctl", [0x1002]), ("clone", [0x3d_0f00]),
            ("socket", [2, 1, 0]), ("prlimit64", [0]),
        ] {
            let number = try #require(SystemCalls.number(of: name))
            let padded = arguments + [UInt64](repeating: 0, count: 6 - arguments.count)
            #expect(
                compiled.filter.evaluate(call: number, arguments: padded) == .notify, "\(name)")
        }
    }

    @Test func `a program's libraries are found without running it`() throws {
        let shell = try ProgramFile("/bin/sh")
        #expect(shell.loader?.contains("ld-linux") == true)
        #expect(shell.libraries.contains("libc.so.6"))

        let program = try NodeProgram(at: "/bin/sh", for: ProfileName("node"))
        #expect(program.binds.first?.path == "/bin/sh")
        #expect(program.binds.filter { $0.use == .program }.count == 2)
        #expect(program.binds.contains { $0.path.hasSuffix("/libc.so.6") && $0.use == .code })
    }

    @Test func `a file that is no program is refused`() throws {
        #expect(throws: Errno.notSupported) { try ProgramFile("/etc/os-release") }
        #expect(throws: SandboxSetupError.self) {
            try NodeProgram(at: "/etc/os-release", for: ProfileName("node"))
        }
    }
}
