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

        @Test func `code is mapped from the packages' folder alone, and cannot be written`()
            async throws
        {
            let path = "/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so"
            let folder = try PackageFolder([:])
            try folder.write("quick.so", #require(FileManager.default.contents(atPath: path)))
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    Self.maps(own: "/packages/quick.so", other: path), with: folder.environment,
                    profile: "data")

                #expect(report.outcome == .returned(["own code"]))
            }
        }

        @Test func `without packages no file is mapped as code, and the refusal is named`()
            async throws
        {
            let path = "/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so"
            for leftOut: Set<SandboxLayer> in [[], [.namespaces]] {
                try await Sandbox.with(adjust: { $0.leftOut = leftOut }) { sandbox in
                    let report = try await sandbox.run(
                        Self.maps(own: path, other: path), profile: "data")

                    #expect(report.outcome == .returned([]))
                    #expect(
                        report.denials.contains {
                            $0.syscall == "mmap" && $0.meaning.contains("loaded a compiled library")
                        }, "\(report.denials.map(\.meaning))")
                }
            }
        }

        /// Names the ways in which a script got memory that it can run.
        private static func maps(own: String, other: String) -> String {
            """
            import ctypes, os
            libc = ctypes.CDLL(None)
            libc.mmap.restype = ctypes.c_void_p
            def maps(path, protection, flags):
                file = os.open(path, os.O_RDONLY) if path else -1
                page = libc.mmap(None, ctypes.c_size_t(4096), protection, flags, file, ctypes.c_long(0))
                return page if page != 2**64 - 1 else None
            def main():
                written = maps('\(own)', 3, 2)
                read = maps('\(other)', 1, 2)
                acts = {'own code': maps('\(own)', 5, 2), 'shared': maps('\(own)', 5, 1),
                        'writable': maps('\(own)', 7, 2), 'no file': maps(None, 5, 0x22),
                        'other file': maps('\(other)', 5, 2),
                        'written before': libc.mprotect(ctypes.c_void_p(written), ctypes.c_size_t(4096), 5) == 0,
                        'read before': libc.mprotect(ctypes.c_void_p(read), ctypes.c_size_t(4096), 5) == 0}
                return [name for name, worked in acts.items() if worked]
            """
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
