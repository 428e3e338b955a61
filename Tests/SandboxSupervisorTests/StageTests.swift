import FlowModel
import Foundation
import LinuxSystem
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// Every step of setting up that can be made to fail: a failure of the host, told by its step.
    struct StageTests {
        /// A system call of the set-up, and what is said when it fails.
        struct Step: Sendable, CustomTestStringConvertible {
            let call: String
            /// How many calls of it work before.
            var after = 0
            var error: Int32 = 1
            let words: String
            var testDescription: String { "\(call) after \(after): \(words)" }
        }

        static let steps = [
            Step(call: "recv", words: "take its settings"),
            Step(call: "prctl:1", words: "become a user that is not root"),
            Step(call: "unshare", words: "create a user namespace"),
            Step(call: "unshare", after: 1, words: "create the other namespaces"),
            Step(call: "sethostname", words: "create the other namespaces"),
            Step(call: "mount", words: "build the private root"),
            Step(call: "mount", after: 2, words: "bind the files of the profile"),
            Step(call: "syscall:442", words: "make the private root read-only"),
            Step(call: "syscall:155", words: "enter the private root"),
            Step(call: "umount2", words: "enter the private root"),
            Step(call: "setrlimit:9", words: "set its limits"),
            Step(call: "setrlimit:1", words: "set its limits"),
            Step(call: "prctl:24", words: "drop its capabilities"),
            Step(call: "syscall:126", words: "drop its capabilities"),
            Step(call: "prctl:38", words: "give up new privileges"),
            Step(call: "prctl:4", after: rootOnly, words: "give up new privileges"),
            Step(call: "syscall:444", words: "restrict files with Landlock"),
            Step(call: "syscall:445", words: "restrict files with Landlock"),
            Step(call: "syscall:446", words: "restrict files with Landlock"),
            Step(call: "pipe2", words: "start the courier of the listener"),
            Step(call: "syscall:317", words: "install the seccomp filter"),
            Step(call: "prctl:1", after: 2 + rootOnly, words: "start the courier of the listener"),
            Step(call: "syscall:126", after: 1, words: "drop the capabilities of a script"),
            Step(call: "setrlimit:0", words: "set the limits of a script"),
            Step(call: "setrlimit:6", words: "set the limits of a script"),
            Step(call: "getrandom", words: "seed the generators of a script"),
            Step(call: "socket", error: 13, words: "see that refused calls are refused"),
            Step(call: "syscall:59", error: 13, words: "see that refused calls are refused"),
            Step(call: "syscall:148", words: "say that a script is ready"),
        ]

        /// Becoming another user makes some calls once more.
        private static var rootOnly: Int { CurrentProcess.isRoot ? 1 : 0 }

        @Test(arguments: steps)
        func `a step that fails is the host's, and no line of the script has run`(
            step: Step
        ) async throws {
            let zygotes = try ShimmedZygotes(
                failing: step.call, error: step.error, after: step.after)
            defer { zygotes.remove() }
            try await Sandbox.with(
                { $0.requires = ["seccomp": .full, "landlock": .full, "namespaces": .full] },
                adjust: { $0.executablesFolder = zygotes.folder }
            ) { sandbox in
                let error = await #expect(throws: SandboxSetupError.self) {
                    try await sandbox.run("def main():\n    print('ran'); return 1")
                }
                let text = error?.description ?? ""

                #expect(text.contains("it could not \(step.words): "), "\(text)")
                #expect(text.contains("(\(Errno(step.error).name))"), "\(text)")
                #expect(text.contains("no line of the script has run"), "\(text)")
            }
        }

        @Test func `a zygote that hangs at its start is given up and told`() async throws {
            let zygotes = try ShimmedZygotes { _ in "#!/bin/sh\nexec sleep 600\n" }
            defer { zygotes.remove() }
            try await Sandbox.with(
                { _ in },
                adjust: {
                    $0.executablesFolder = zygotes.folder
                    $0.startLimit = .milliseconds(200)
                }
            ) { sandbox in
                let error = await #expect(throws: SandboxSetupError.self) {
                    try await sandbox.run("def main(): return 1")
                }

                #expect(error?.cause == "it was not ready after 0.2 seconds")
            }
        }

        @Test func `a zygote that ends at once is told as such`() async throws {
            let zygotes = try ShimmedZygotes { _ in "#!/bin/sh\nexit 3\n" }
            defer { zygotes.remove() }
            try await Sandbox.with({ _ in }, adjust: { $0.executablesFolder = zygotes.folder }) {
                sandbox in
                let error = await #expect(throws: SandboxSetupError.self) {
                    try await sandbox.run("def main(): return 1")
                }

                #expect(error?.cause == "it ended without a word")
            }
        }

        @Test func `a zygote that may not be executed says who must be allowed to`() async {
            await #expect(processExitsWith: .success) {
                let zygotes = try ShimmedZygotes { _ in "#!/bin/sh\n" }
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o600], ofItemAtPath: "\(zygotes.folder)/zygote-python")
                try await Sandbox.with(
                    { _ in }, adjust: { $0.executablesFolder = zygotes.folder }
                ) { sandbox in
                    if CurrentProcess.isRoot { try CurrentProcess.becomeUser(65_534) }
                    let error = await #expect(throws: SandboxSetupError.self) {
                        try await sandbox.run("def main(): return 1")
                    }

                    #expect(error?.act == "start '\(zygotes.folder)/zygote-python'")
                    #expect(error?.cause == "Permission denied (EACCES)")
                    #expect(error?.hint.hasPrefix("let the user that runs Sluice") == true)
                }
                zygotes.remove()
            }
        }
    }
}
