import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

/// Programs that list what they reached.
///
/// In the box the list is empty; with the layers left out, the same program reaches what the table
/// names, so that an empty list means something.
@Suite struct HostileProgramTests {
    struct Property: Sendable, CustomTestStringConvertible {
        let program: String
        /// What it reaches where nothing holds it.
        let control: [String]
        /// Denials that the outcome must name.
        var named: [String] = []
        var testDescription: String { program }
    }

    static let properties = [
        Property(
            program: "read_files", control: ["/etc/passwd", "/proc/self/maps", "/", "libc fopen"]),
        Property(
            program: "write_files",
            control: ["create in /tmp", "mkdir in /tmp", "temporary file", "memory file", "chdir"],
            named: ["openat", "mkdir", "symlink", "truncate", "chmod", "memfd_create"]),
        Property(
            program: "network", control: ["socket(1, 1)", "socket(2, 1)", "socket(2, 2)"],
            named: ["socket", "connect", "bind", "sendmsg", "recvmsg", "setsockopt"]),
        Property(
            program: "processes", control: ["fork", "thread", "raw fork SIGCHLD"],
            named: ["clone", "vfork", "clone3", "execve", "wait4"]),
        Property(
            program: "signals", control: ["alarm", "owner", "priority"],
            named: ["kill", "tgkill", "setitimer", "fcntl", "flock"]),
        Property(
            program: "machine_code", control: ["mmap 7", "mprotect 5", "module mmap"],
            named: ["mmap", "mprotect", "pkey_mprotect"]),
    ]

    @Test(arguments: properties)
    func `a hostile program reaches nothing in the box`(property: Property) async throws {
        try await Box.with(limits: { $0.wallTime = .seconds(20) }) { box in
            let report = try await box.run(program: "hostile-python/\(property.program).py")

            #expect(report.outcome == .returned([]), "\(report.outcome) \(report.standardError)")
            for call in property.named {
                #expect(report.denials.contains { $0.syscall == call }, "\(call)")
            }
            for denial in report.denials {
                #expect(denial.meaning.contains("profile 'pure'"), "\(denial.meaning)")
            }
        }
    }

    /// Without user namespaces there is the filter, Landlock and the limits: the floor.
    @Test(arguments: properties)
    func `a hostile program reaches nothing on the floor`(property: Property) async throws {
        let change: @Sendable (inout Limits) -> Void = { $0.wallTime = .seconds(20) }
        try await Box.with(leavingOut: [.namespaces], limits: change) { box in
            let report = try await box.run(program: "hostile-python/\(property.program).py")

            #expect(report.outcome == .returned([]), "\(report.outcome) \(report.standardError)")
        }
    }

    /// The private root and the filter stand where the kernel has no Landlock.
    @Test(arguments: properties)
    func `a hostile program reaches nothing without Landlock`(property: Property) async throws {
        let change: @Sendable (inout Limits) -> Void = { $0.wallTime = .seconds(20) }
        try await Box.with(leavingOut: [.landlock], limits: change) { box in
            let report = try await box.run(program: "hostile-python/\(property.program).py")

            let reached = try #require(
                report.returned?.arrayValue, "\(report.outcome) \(report.standardError)")
            // The root of the box can be listed: the names of what the profile shows.
            let harmless: Set = ["/", "/usr", "/usr/lib/python3.11/../../bin"]
            let rest = reached.compactMap(\.stringValue).filter { !harmless.contains($0) }
            #expect(rest.isEmpty, "\(rest)")
        }
    }

    @Test(arguments: properties)
    func `the same program reaches what it wants where nothing holds it`(
        property: Property
    ) async throws {
        let change: @Sendable (inout Limits) -> Void = { $0.wallTime = .seconds(20) }
        try await Box.with(leavingOut: Set(SandboxLayer.allCases), limits: change) { box in
            let report = try await box.run(
                program: "hostile-python/\(property.program).py",
                input: ["patient": false, "careful": true])

            let reached = report.returned?.arrayValue?.compactMap(\.stringValue) ?? []
            for name in property.control {
                #expect(reached.contains(name), "\(name) in \(reached), \(report.outcome)")
            }
        }
    }

    @Test func `nothing of the host is in sight`() async throws {
        try await Box.with { box in
            let report = try await box.run(program: "hostile-python/environment.py")

            let seen = try #require(report.returned)
            #expect(seen["raw"] == ["LANG=C.UTF-8", "TZ=UTC"])
            #expect(seen["environ"] == ["LANG", "TZ"])
            #expect(seen["uid"] == 65534)
            #expect(seen["pid"] == 1)
            #expect(seen["cwd"] == "/")
            #expect(seen["node"] == "sluice")
            #expect(seen["orig_argv"] == [])
            #expect(seen["executable"] == "")
        }
    }

    @Test func `the bytes of int 0x80 that stand in libc by chance end the process`() async throws {
        try await Box.with(limits: { $0.wallTime = .seconds(20) }) { box in
            let report = try await box.run(program: "hostile-python/foreign_call.py")

            guard case .refused(let denial) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(denial.meaning.contains("another architecture"))
        }
    }

    @Test func `a run that breaks its own runner still returns what it returns`() async throws {
        let honest: JSON = ["honest": [1, 2, ["three": "drei"]]]
        try await Box.with { box in
            for program in ["hostile-python/poisoned.py", "hostile-javascript/poisoned.js"] {
                let report = try await box.run(program: program)
                #expect(report.outcome == .returned(honest), "\(program): \(report.outcome)")
            }
        }
    }

    @Test func `javascript finds no way out of its engine`() async throws {
        /// Names that scripts expect; each is the runner's own and reaches nothing.
        let harmless: Set = ["process", "fetch", "constructor", "async constructor"]
        try await Box.with { box in
            let report = try await box.run(program: "hostile-javascript/reach.js")

            let reached = try #require(report.returned?.arrayValue).compactMap(\.stringValue)
            let rest = reached.filter { !harmless.contains($0) && !$0.hasSuffix(" os") }
            #expect(rest.isEmpty, "\(rest)")

            let surroundings = try await box.run(
                """
                function main() {
                  const {env, argv, pid} = globalThis.process ?? {};
                  return {env: env ?? {}, argv: argv ?? []};
                }
                """, .javascript)
            #expect(surroundings.returned?["env"] == [:], "\(surroundings.outcome)")
        }
    }

    @Test(arguments: ["hostile-python/state.py", "hostile-javascript/state.js"])
    func `nothing of one run is found by the next`(program: String) async throws {
        try await Box.with { box in
            var randoms: Set<JSON> = []
            for _ in 0..<8 {
                let report = try await box.run(program: program)
                let value = try #require(report.returned, "\(report.outcome)")
                #expect(value["found"] == [], "\(value)")
                randoms.insert(try #require(value["random"]))
            }
            #expect(randoms.count == 8, "every run has random numbers of its own")
        }
    }
}
