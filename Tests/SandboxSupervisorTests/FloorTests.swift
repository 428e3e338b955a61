import FlowModel
import Foundation
import JSONValue
import LinuxSystem
import SandboxPolicy
import SandboxSupervisor
import TestSupport
import Testing

extension ScriptRuns {
    /// The same scripts as root, as an ordinary user, and without namespaces.
    struct FloorTests {
        private static let probes = """
            import os, socket
            def attempt(call):
                try:
                    call()
                    return 'done'
                except OSError as error:
                    return type(error).__name__
            def main():
                return {
                    'fork': attempt(os.fork),
                    'socket': attempt(socket.socket),
                    'kill': attempt(lambda: os.kill(-1, 0)),
                    'write': attempt(lambda: open('/tmp/x', 'w')),
                    'passwd': attempt(lambda: open('/etc/passwd')),
                    'library': attempt(lambda: open('/usr/lib/python3.11/os.py')),
                }
            """

        @Test(arguments: [true, false])
        func `scripts of a root supervisor hold nothing`(hasNamespaces: Bool) async throws {
            try await Self.check(hasNamespaces: hasNamespaces)
        }

        @Test func `scripts of an ordinary user hold nothing`() async {
            await #expect(processExitsWith: .success) {
                try await Self.check(hasNamespaces: true, asOrdinaryUser: true)
            }
        }

        @Test func `scripts of an ordinary user without namespaces hold nothing`() async {
            await #expect(processExitsWith: .success) {
                try await Self.check(hasNamespaces: false, asOrdinaryUser: true)
            }
        }

        private static func check(hasNamespaces: Bool, asOrdinaryUser: Bool = false) async throws {
            let leftOut: Set<SandboxLayer> = hasNamespaces ? [] : [.namespaces]
            let copies = try ZygoteCopies()
            defer { copies.remove() }
            try await Sandbox.with(
                { _ in },
                adjust: {
                    $0.leftOut = leftOut
                    $0.executablesFolder = copies.folder
                }
            ) { sandbox in
                if asOrdinaryUser, CurrentProcess.isRoot { try CurrentProcess.becomeUser(65_534) }
                let report = try await sandbox.run(probes)
                let aborted = try await sandbox.run("import os\ndef main(): os.abort()")

                #expect(
                    report.outcome
                        == .returned([
                            "fork": "PermissionError", "socket": "PermissionError",
                            "kill": "PermissionError", "write": "PermissionError",
                            "passwd": hasNamespaces ? "FileNotFoundError" : "PermissionError",
                            "library": "done",
                        ]))
                #expect(report.denials.count == 4)
                #expect(aborted.outcome == .crashed(signal: 6))
                let layers = try #require(
                    sandbox.supervisor.layers(
                        profile: ProfileName("pure"), language: .python, tenant: "test"))
                #expect(layers.enforced == Set(SandboxLayer.allCases).subtracting(leftOut))
            }
        }
    }
}

/// The zygotes where an ordinary user can reach them: a checkout of root's may be closed to others.
struct ZygoteCopies {
    let folder: String

    init() throws {
        folder = "/tmp/sluice-zygotes-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755])
        let own = try ZygotePrograms.folder()
        for name in ["zygote-python", "zygote-javascript"] {
            try FileManager.default.copyItem(atPath: "\(own)/\(name)", toPath: "\(folder)/\(name)")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
