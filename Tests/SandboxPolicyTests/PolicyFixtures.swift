import SandboxPolicy
import TestSupport

/// Profiles for tests: those that are shipped, and small ones written in place.
enum PolicyFixtures {
    /// Enough names for the shipped files and for the texts of these tests.
    ///
    /// The real table is libseccomp's, which this module does not know.
    static let knownCalls: Set<String> = {
        let texts = (try? RepositoryFiles.files(in: "sandbox-profiles"))?
            .filter { $0.path.hasSuffix(".yaml") }.map { String(decoding: $0.bytes, as: UTF8.self) }
        let words = (texts ?? []).flatMap { text in
            text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        }
        return Set(words).union(["read", "write", "openat", "mmap", "fcntl", "ptrace", "socket"])
    }()

    static func shipped() throws -> ProfileCatalogue {
        try ProfileCatalogue.load(
            RepositoryFiles.files(in: "sandbox-profiles").map {
                ProfileCatalogue.File(path: $0.path, bytes: $0.bytes)
            }, knownCalls: knownCalls)
    }

    static let base = """
        base: python
        summary: A base.
        syscalls:
          allow:
            - calls: [read, write]
              reason: Input and output.
            - call: mmap
              when: ["protection & PROT_EXEC == 0"]
              reason: Memory.
            - call: fcntl
              when: ["command in (F_GETFD, F_SETFD, F_GETFL)"]
              reason: Flags.
          refuse:
            - call: ptrace
              answer: kill
              reason: Other processes.
        """

    static let head = """
        profile: small
        summary: A profile.
        limits: {wall-time: 5 s, cpu-time: 5 s, memory: 256 MiB, output: 8 MiB, logs: 1 MiB, processes: 1}
        files: [runtime-library]
        network: none
        requires: {seccomp: full, landlock: full, namespaces: preferred}

        """

    static func load(_ profile: String, base: String = base) throws -> ProfileCatalogue {
        try ProfileCatalogue.load(
            [
                .init(path: "base/python.yaml", bytes: Array(base.utf8)),
                .init(path: "small.yaml", bytes: Array(profile.utf8)),
            ], knownCalls: knownCalls)
    }

    /// The faults of a profile whose `syscalls` hold `syscalls`, indented by two.
    static func faults(syscalls: String) -> [String] {
        faults {
            try load(head + "syscalls:\n  extends: {python: base/python}\n" + syscalls)
        }
    }

    static func faults(_ act: () throws -> ProfileCatalogue) -> [String] {
        do {
            _ = try act()
            return []
        } catch let error as PolicyError {
            return error.faults.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }
}
