import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// Hosts that lack a layer: what is required holds or nothing starts, and what is given up is
    /// told in every report.
    struct OldHostTests {
        private static let probes = """
            def main():
                reached = []
                for path in ('/etc/passwd', '/proc/self/status'):
                    try: open(path); reached.append(path)
                    except OSError: pass
                try: open('/tmp/x', 'w'); reached.append('/tmp')
                except OSError: pass
                return reached
            """
        private static let all: [String: Requirement] = [
            "seccomp": .full, "landlock": .full, "namespaces": .full,
        ]
        private static let onlySeccomp: [String: Requirement] = [
            "seccomp": .full, "landlock": .preferred, "namespaces": .preferred,
        ]

        private func outcome(
            of zygotes: ShimmedZygotes, requiring requires: [String: Requirement]? = nil,
            allowingDegraded: Bool = false
        ) async throws -> StepReport {
            defer { zygotes.remove() }
            var report: StepReport?
            try await Sandbox.with(
                { $0.requires = requires },
                adjust: {
                    $0.executablesFolder = zygotes.folder
                    $0.allowsDegraded = allowingDegraded
                }
            ) { sandbox in report = try await sandbox.run(Self.probes) }
            return try #require(report)
        }

        @Test(arguments: 1...6)
        func `every version of Landlock from 1 holds`(version: Int) async throws {
            let report = try await outcome(of: try ShimmedZygotes(landlock: version))

            #expect(report.outcome == .returned([]))
            #expect(report.layers?.landlockVersion == version)
            #expect(report.layers?.missing == [])
        }

        @Test(arguments: 1...6)
        func `every version of Landlock holds without namespaces too`(version: Int) async throws {
            let zygotes = try ShimmedZygotes(failing: "unshare", landlock: version)
            let report = try await outcome(of: zygotes)

            #expect(report.outcome == .returned([]))
            #expect(report.layers?.landlockVersion == version)
            #expect(report.layers?.missing == ["namespaces"])
        }

        /// EPERM of a container's filter, ENOSPC of `max_user_namespaces`, EINVAL of an old kernel.
        @Test(arguments: [Int32(1), 28, 22])
        func `without user namespaces a profile that only prefers them runs and says so`(
            error: Int32
        ) async throws {
            let report = try await outcome(
                of: try ShimmedZygotes(failing: "unshare", error: error))

            #expect(report.outcome == .returned([]))
            #expect(report.layers?.missing == ["namespaces"])
            #expect(report.layers?.enforced.contains("landlock") == true)
            #expect(report.layers?.isDegraded == true)
        }

        @Test func `without user namespaces a profile that requires them does not start`()
            async throws
        {
            let zygotes = try ShimmedZygotes(failing: "unshare")
            let error = await #expect(throws: SandboxSetupError.self) {
                try await outcome(of: zygotes, requiring: Self.all)
            }

            #expect(error?.cause.hasPrefix("it could not create a user namespace") == true)
        }

        @Test(arguments: [Int32(38), 95])
        func `without Landlock a profile that requires it does not start`(error: Int32) async throws
        {
            let zygotes = try ShimmedZygotes(failing: "syscall:444", error: error)
            let failure = await #expect(throws: SandboxSetupError.self) {
                try await outcome(of: zygotes)
            }

            #expect(failure?.cause.hasPrefix("it could not restrict files with Landlock") == true)
        }

        @Test func `a host that allows less runs without Landlock and says so`() async throws {
            let report = try await outcome(
                of: try ShimmedZygotes(failing: "syscall:444", error: 38), allowingDegraded: true)

            #expect(report.outcome == .returned([]))
            #expect(report.layers?.missing == ["landlock"])
            #expect(report.layers?.landlockVersion == 0)
        }

        @Test func `a host that is short of something for a moment loses no layer by it`()
            async throws
        {
            // ENOMEM
            let zygotes = try ShimmedZygotes(failing: "unshare", error: 12)
            await #expect(throws: SandboxSetupError.self) {
                try await outcome(of: zygotes, requiring: Self.onlySeccomp)
            }
        }

        @Test func `no setting lets a script run without its filter`() async throws {
            let zygotes = try ShimmedZygotes(failing: "syscall:317", error: 38)
            await #expect(throws: SandboxSetupError.self) {
                try await outcome(of: zygotes, allowingDegraded: true)
            }
        }
    }
}
