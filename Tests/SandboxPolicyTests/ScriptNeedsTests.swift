import TestSupport
import Testing

@testable import SandboxPolicy

/// What a script would need, from calls that were refused to it.
@Suite struct ScriptNeedsTests {
    private static let never: Set<String> = ["clone", "execve", "exit_group", "ptrace"]

    private static func call(
        _ name: String?, _ registers: [UInt64] = [], number: UInt32 = 0, count: Int = 1
    ) -> RefusedCall {
        RefusedCall(
            call: name, number: number,
            registers: registers + [UInt64](repeating: 0, count: 6 - registers.count), count: count)
    }

    private func needs(
        _ calls: [RefusedCall], profiles: [String] = ["pure"], language: ScriptLanguage = .python
    ) throws -> ScriptNeeds {
        let pure = try #require(
            try PolicyFixtures.shipped().resolve(ProfileName("pure"), language))
        return ScriptNeeds(
            of: calls, under: pure, never: Self.never, profiles: profiles.map { ProfileName($0) })
    }

    @Test(
        arguments: [
            (
                "socket", [[2, 0x8_0001, 0]],
                "domain == AF_INET && type & SOCK_TYPE_MASK == SOCK_STREAM && protocol == 0"
            ),
            (
                "socket", [[2, 1, 0], [10, 2, 0]],
                "domain in (AF_INET, AF_INET6) && type & SOCK_TYPE_MASK in (SOCK_STREAM, SOCK_DGRAM) && protocol == 0"
            ),
            ("kill", [[7, 15], [8, 15]], "signal == SIGTERM"),
            ("unlinkat", [[0xffff_ff9c, 0x7fff_0000, 0]], nil),
            // Bits without a name, and rubbish above the 32 that the kernel reads: no condition is written.
            ("socket", [[0x77, 1, 0]], "type & SOCK_TYPE_MASK == SOCK_STREAM && protocol == 0"),
            ("ioctl", [[1, 0x1_0000_5412, 0]], nil),
        ] as [(String, [[UInt64]], String?)])
    func `a condition is as narrow as the calls that were made`(
        name: String, registers: [[UInt64]], expected: String?
    ) throws {
        let line = ConditionWriter.line(for: name, registers: registers)

        #expect(line == expected)
        guard let line else { return }
        let ways = try PredicateParser.alternatives(of: line, call: name)
        for one in registers { #expect(ways.contains { Self.holds($0, one) }, "\(line)") }
    }

    @Test func `an entry keeps what the base allows and adds what was seen`() throws {
        let found = try needs([Self.call("openat", [0xffff_ff9c, 0x7fff_0000, 0x241, 0o666])])

        let need = try #require(found.needs.first)
        #expect(need.verdict == .grantable)
        #expect(need.conditions.count == 2)
        #expect(need.conditions.last == "flags & ~(O_CREAT|O_TRUNC|O_WRONLY) == 0")
        #expect(need.remedy?.contains("return the content from main") == true)
    }

    @Test func `what no profile can give is told apart and named with a way out`() throws {
        let found = try needs([
            Self.call("execve"), Self.call("clone", [0x3d_0f00]), Self.call("clone", [17]),
            Self.call("clone3"), Self.call("mount"), Self.call(nil, number: 463),
            Self.call("mmap", [0, 4096, 7, 0x22]), Self.call("getpgrp", count: 3),
        ])

        #expect(
            found.needs.map(\.verdict) == [
                .never, .never, .never, .needless, .dangerous, .never, .dangerous, .grantable,
            ])
        #expect(found.needs.map(\.count) == [1, 1, 1, 1, 1, 1, 1, 3])
        #expect(found.needs[1].remedy?.hasPrefix("work in one thread") == true)
        #expect(found.needs[2].remedy?.hasPrefix("use a library") == true)
        #expect(found.needs.allSatisfy { !$0.givesAway.isEmpty && !$0.meanings.isEmpty })
    }

    @Test func `a remedy names only profiles that this host has`() throws {
        let socket = [Self.call("socket", [2, 1, 0])]

        #expect(try needs(socket).needs[0].remedy?.contains("fetch") == false)
        #expect(
            try needs(socket, profiles: ["fetch", "pure"]).needs[0].remedy?.contains("fetch")
                == true)
    }

    @Test(arguments: ScriptLanguage.allCases)
    func `a fragment loads when its reasons are written, and not before`(
        language: ScriptLanguage
    ) throws {
        let calls = [
            Self.call("socket", [2, 1, 0]), Self.call("connect", [3]), Self.call("mount"),
            Self.call("openat", [0, 0, 0x241]), Self.call("execve"), Self.call("getpgrp"),
            Self.call("fcntl", [0, 6]),
        ]
        let shipped = try PolicyFixtures.shipped()
        let text = try #require(
            ProfileFragment.text(
                of: try needs(calls, language: language), in: shipped, script: "My \"Script\".v2.py"
            ))

        let empty = PolicyFixtures.faults { try load(text) }
        #expect(empty.count == 5 && empty.allSatisfy { $0.contains("reason") }, "\(empty)")
        let complete = try load(text.replacingReasons(with: "Because."))
        let name = ProfileName("pure-for-my-script")
        let profile = try #require(complete.resolve(name, language))
        for call in calls where !["mount", "execve"].contains(call.call) {
            let allowance = profile.allowances.first { $0.call == call.call }
            #expect(
                allowance?.alternatives.contains { Self.holds($0, call.registers) } == true,
                "\(call)")
        }
        #expect(!profile.allowances.contains { ["mount", "execve"].contains($0.call) })
    }

    @Test(arguments: ScriptLanguage.allCases)
    func `a fragment of any shipped profile keeps what the profile has`(
        language: ScriptLanguage
    ) throws {
        let shipped = try PolicyFixtures.shipped()
        for profile in shipped.names.compactMap({ shipped.resolve($0, language) }) {
            let found = ScriptNeeds(
                of: [Self.call("getpgrp")], under: profile, never: Self.never, profiles: [])
            let text = try #require(
                ProfileFragment.text(of: found, in: shipped, script: "script.py"))

            let name = ProfileName("\(profile.name)-for-script")
            let loaded = try load(
                text.replacingReasons(with: "Because."), path: "\(name).yaml")
            let made = try #require(loaded.resolve(name, language))

            let added = made.allowances.filter { $0.call != "getpgrp" }
            #expect(added.map(\.call) == profile.allowances.map(\.call), "\(profile.name)")
            #expect(
                added.map(\.alternatives) == profile.allowances.map(\.alternatives),
                "\(profile.name)")
            #expect(made.limits == profile.limits && made.files == profile.files)
            #expect(made.refusals.count == profile.refusals.count, "\(profile.name)")
        }
    }

    @Test func `there is no fragment for a script that needs nothing a profile can give`() throws {
        let found = try needs([Self.call("execve")])

        #expect(
            ProfileFragment.text(of: found, in: try PolicyFixtures.shipped(), script: "a.py") == nil
        )
    }

    private func load(
        _ fragment: String, path: String = "pure-for-my-script.yaml"
    ) throws -> ProfileCatalogue {
        let bases = try RepositoryFiles.files(in: "sandbox-profiles")
            .filter { $0.path.hasPrefix("base/") }
            .map { ProfileCatalogue.File(path: $0.path, bytes: $0.bytes) }
        return try ProfileCatalogue.load(
            bases + [.init(path: path, bytes: Array(fragment.utf8))],
            knownCalls: PolicyFixtures.knownCalls.union(["connect", "getpgrp"]))
    }

    private static func holds(_ way: [ArgumentPredicate], _ registers: [UInt64]) -> Bool {
        way.allSatisfy { predicate in
            let value = registers[predicate.index]
            return switch predicate.comparison {
            case .equal(let wanted): value == wanted
            case .masked(let mask, let wanted): value & mask == wanted
            default: false
            }
        }
    }
}

extension String {
    fileprivate func replacingReasons(with reason: String) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line == "      reason:" ? "      reason: \(reason)" : String(line)
        }.joined(separator: "\n")
    }
}
