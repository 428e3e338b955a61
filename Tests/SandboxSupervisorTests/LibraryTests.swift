import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// Which modules of Python's library a zygote has loaded is a matter of speed alone.
    struct LibraryTests {
        /// Says what became of an import; the comment makes the supervisor choose the whole library.
        private static func script(importing name: String, wholeLibrary: Bool) -> String {
            """
            def main():
                try:
                    import \(name)
                except BaseException as error:
                    return type(error).__name__
                return "imported"
            \(wholeLibrary ? "# importlib" : "")
            """
        }

        @Test func `a script that names a module finds it, whatever its zygote has loaded`()
            async throws
        {
            try await Sandbox.with { sandbox in
                let listed = try await sandbox.run(
                    """
                    import sys
                    def main():
                        left_out = {"antigravity", "this", "idlelib", "turtledemo", "test"}
                        return sorted(sys.stdlib_module_names - left_out)
                    """)
                guard case .returned(.array(let names)) = listed.outcome else {
                    Issue.record("\(listed.outcome)")
                    return
                }
                #expect(names.count > 250)
                for case .string(let name) in names {
                    let alone = try await sandbox.run(
                        Self.script(importing: name, wholeLibrary: false))
                    let whole = try await sandbox.run(
                        Self.script(importing: name, wholeLibrary: true))

                    #expect(alone.outcome == whole.outcome, "\(name)")
                    #expect(alone.denials == whole.denials, "\(name)")
                }
            }
        }

        @Test func `what only some scripts need is missing elsewhere without a denial`()
            async throws
        {
            try await Sandbox.with { sandbox in
                // A name that cannot be seen in the source.
                let report = try await sandbox.run(
                    """
                    def main():
                        load = vars(__builtins__ if hasattr(__builtins__, "abs") else object)
                        name = "".join(("_s", "sl"))
                        try:
                            return repr(load["__imp" + "ort__"](name))
                        except ImportError as error:
                            return str(error)
                    """)

                #expect(
                    report.outcome
                        == .returned("import of _ssl halted; None in sys.modules"))
                #expect(report.denials == [])
            }
        }
    }
}
