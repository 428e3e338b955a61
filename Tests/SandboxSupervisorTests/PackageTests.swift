import FlowModel
import Foundation
import JSONValue
import LinuxSystem
import SandboxPolicy
import SandboxSupervisor
import TestSupport
import Testing

extension ScriptRuns {
    /// Installed packages as scripts see them.
    struct PackageTests {
        @Test func `a script imports what its environment holds`() async throws {
            let folder = try PackageFolder([
                "shout/__init__.py": "from .words import louder\n",
                "shout/words.py": "def louder(text): return text.upper()\n",
            ])
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "import shout\ndef main(): return [shout.louder('a'), shout.__file__]",
                    with: folder.environment)

                #expect(report.outcome == .returned(["A", "/packages/shout/__init__.py"]))
                #expect(report.denials.isEmpty)
            }
        }

        @Test func `an environment is nothing to scripts that did not ask for it`() async throws {
            let folder = try PackageFolder(["shout.py": ""])
            try await Sandbox.with { sandbox in
                _ = try await sandbox.run("def main(): return 1", with: folder.environment)
                let report = try await sandbox.run(
                    """
                    import os
                    def main():
                        try:
                            import shout
                        except ImportError:
                            return os.path.exists('/packages')
                    """)

                #expect(report.outcome == .returned(false))
            }
        }

        @Test func `two environments hold two versions of one package side by side`() async throws {
            let (old, new) = (
                try PackageFolder(["lib.py": "version = 1\n"]),
                try PackageFolder(["lib.py": "version = 2\n"])
            )
            try await Sandbox.with { sandbox in
                for round in 0..<2 {
                    for (folder, version) in [(old, JSON.integer(1)), (new, .integer(2))] {
                        let report = try await sandbox.run(
                            "import lib\ndef main(): return lib.version", with: folder.environment)

                        #expect(report.outcome == .returned(version), "round \(round)")
                    }
                }
            }
        }

        @Test func `a package takes the place of no module of the library`() async throws {
            let evil = "def dumps(*a, **k): return 'mine'\nloads = dumps\n"
            let folder = try PackageFolder([
                "json.py": evil, "sluice_runner.py": evil, "colorsys.py": evil, "os.py": evil,
                "wave.py": evil,
            ])
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    """
                    import json, os, colorsys, wave, sys
                    def main():
                        return [json.dumps(1), [m.__name__ for m in (json, os, colorsys, wave)
                                if getattr(m, '__file__', '').startswith('/packages')], sys.path[-1]]
                    """, with: folder.environment)

                #expect(report.outcome == .returned(["1", [], "/packages"]))
            }
        }

        @Test func `a package is held by the same lock as the script`() async throws {
            let folder = try PackageFolder([
                "curious.py": "secret = open('/etc/passwd').read()\n",
                "caller.py": "import socket\nsocket.socket()\n",
                "writer.py": "open(__file__, 'a')\n",
            ])
            try await Sandbox.with { sandbox in
                for module in ["curious", "caller", "writer"] {
                    let report = try await sandbox.run(
                        "import \(module)\ndef main(): return 1", with: folder.environment)

                    guard case .raised = report.outcome else {
                        Issue.record("\(module) ended as \(report.outcome)")
                        continue
                    }
                }
                let report = try await sandbox.run(
                    """
                    import os
                    def main():
                        reached = []
                        for act in (lambda: os.remove('/packages/curious.py'),
                                    lambda: os.rename('/packages/curious.py', '/packages/x'),
                                    lambda: os.mkdir('/packages/x'),
                                    lambda: os.chmod('/packages/curious.py', 0o777),
                                    lambda: os.listdir('/packages/..')):
                            try:
                                reached.append(str(act()))
                            except OSError:
                                pass
                        return reached
                    """, with: folder.environment)
                // The root is the root: `..` leads nowhere, and Landlock does not let it be listed.
                #expect(report.outcome == .returned([]))
            }
        }

        @Test func `a compiled package is told apart from one that is not there`() async throws {
            let library = try #require(
                FileManager.default.contents(
                    atPath: "/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so")
            )
            let folder = try PackageFolder(["quick/__init__.py": "from . import _json\n"])
            try folder.write("quick/_json.so", library)
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "import quick\ndef main(): return 1", with: folder.environment)
                let missing = try await sandbox.run(
                    "import nosuch\ndef main(): return 1", with: folder.environment)

                guard case .raised(let error) = report.outcome,
                    case .raised(let other) = missing.outcome
                else {
                    Issue.record("ended as \(report.outcome) and \(missing.outcome)")
                    return
                }
                #expect(error.type == "ImportError")
                #expect(
                    error.message.contains(
                        "profile 'pure' does not load the compiled part of a package"))
                #expect(other.message.contains("nor the packages 'test' have it"))
            }
        }

        @Test func `a compiled package works where the profile maps the code of files`()
            async throws
        {
            let library = try #require(
                FileManager.default.contents(
                    atPath: "/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so")
            )
            let folder = try PackageFolder(["quick/__init__.py": "from . import _json\n"])
            try folder.write("quick/_json.so", library)
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "import quick\ndef main(): return quick._json.__file__",
                    with: folder.environment, profile: "data")

                #expect(report.outcome == .returned("/packages/quick/_json.so"))
                #expect(report.denials.isEmpty, "\(report.denials.map(\.meaning))")
            }
        }

        @Test func `an environment that is gone is the host's failure and names the remedy`()
            async throws
        {
            let environment = PackageEnvironment(
                name: "gone", digest: "00", folder: "/nowhere/gone")
            try await Sandbox.with { sandbox in
                await #expect {
                    try await sandbox.run("def main(): return 1", with: environment)
                } throws: { error in
                    let text = "\(error)"
                    return text.contains("cannot show the packages 'gone'")
                        && text.contains("run 'sluice packages install' again")
                }
            }
        }

        @Test(arguments: [true, false])
        func `an ordinary user's scripts see packages too`(hasNamespaces: Bool) async {
            await #expect(processExitsWith: .success) { [hasNamespaces] in
                let folder = try PackageFolder(["lib.py": "version = 3\n"])
                let copies = try ZygoteCopies()
                defer { copies.remove() }
                try await Sandbox.with(
                    { _ in },
                    adjust: {
                        $0.leftOut = hasNamespaces ? [] : [.namespaces]
                        $0.executablesFolder = copies.folder
                    }
                ) { sandbox in
                    if CurrentProcess.isRoot { try CurrentProcess.becomeUser(65_534) }
                    let report = try await sandbox.run(
                        """
                        import lib, os
                        def main():
                            try:
                                open('/etc/passwd')
                            except OSError:
                                return lib.version
                        """, with: folder.environment)

                    #expect(report.outcome == .returned(3))
                }
            }
        }
    }
}

/// An environment of a test's own making.
private final class PackageFolder: Sendable {
    private let folder: TemporaryFolder
    let environment: PackageEnvironment

    init(_ files: [String: String]) throws {
        folder = try TemporaryFolder()
        environment = PackageEnvironment(name: "test", digest: folder.path, folder: folder.path)
        // As the installer leaves it: everybody may read.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.path)
        for (name, text) in files { try write(name, Data(text.utf8)) }
    }

    func write(_ name: String, _ bytes: Data) throws {
        let file = URL(filePath: folder.file(name))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: file)
    }
}

extension Sandbox {
    fileprivate func run(
        _ source: String, with packages: PackageEnvironment,
        profile: String = "pure"
    ) async throws -> StepReport {
        try await supervisor.run(
            ScriptRequest(
                work: ScriptWork(
                    language: .python, fileName: "script", source: Array(source.utf8),
                    profile: ProfileName(profile), input: [:], packages: packages),
                tenant: "test", timeout: nil))
    }
}
