import Foundation
import LinuxSystem
import SandboxSupervisor
import TestSupport

/// Zygotes in which single system calls fail, or whose kernel seems older: `Shim/failing.c`.
struct ShimmedZygotes {
    let folder: String
    private static let names = ["zygote-python", "zygote-javascript"]

    /// - Parameters:
    ///   - call: what fails, as `failing.c` names it; nil for nothing.
    ///   - error: its errno.
    ///   - pass: how many of these calls work before.
    ///   - landlock: the version of Landlock that the kernel seems to have.
    init(
        failing call: String? = nil, error: Int32 = 1, after pass: Int = 0, landlock: Int? = nil
    ) throws {
        var words: [String] = []
        if let call { words += ["SHIM_CALL=\(call)", "SHIM_ERROR=\(error)", "SHIM_PASS=\(pass)"] }
        if let landlock { words.append("SHIM_LANDLOCK=\(landlock)") }
        let settings = words.joined(separator: " ")
        let library = try Self.library.get()
        try self.init { real in
            "#!/bin/sh\n\(settings) LD_PRELOAD=\(real).so exec \(real) \"$@\"\n"
        }
        for name in Self.names {
            try FileManager.default.copyItem(
                atPath: library, toPath: "\(folder)/real-\(name).so")
        }
    }

    /// - Parameter text: the program in place of a zygote, given the path of the real one.
    init(text: (String) -> String) throws {
        folder = "/tmp/sluice-shimmed-\(UUID().uuidString)"
        let files = FileManager.default
        try files.createDirectory(
            atPath: folder, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755])
        let own = try SupervisorConfiguration.ownFolder()
        for name in Self.names {
            let real = "\(folder)/real-\(name)"
            try files.copyItem(atPath: "\(own)/\(name)", toPath: real)
            let path = "\(folder)/\(name)"
            try text(real).write(toFile: path, atomically: false, encoding: .utf8)
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// The shared library, made once beside the zygotes.
    private static let library = Result { () throws -> String in
        let source = RepositoryFiles.path("Tests/SandboxSupervisorTests/Shim/failing.c")
        let target = try SupervisorConfiguration.ownFolder() + "/failing-shim.so"
        // Several processes of these tests may do this at once.
        let fresh = "\(target).\(CurrentProcess.pid)"
        try CCompiler.compile(source, to: fresh, options: ["-fPIC", "-shared", "-fno-builtin"])
        try replace(target, with: fresh)
        return target
    }

    private static func replace(_ target: String, with fresh: String) throws {
        try? FileManager.default.removeItem(atPath: target)
        try FileManager.default.moveItem(atPath: fresh, toPath: target)
    }
}
