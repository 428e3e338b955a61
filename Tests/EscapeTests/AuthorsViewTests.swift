import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

/// What authors see of sources that are a little unusual, and of their own mistakes.
///
/// Each script comes alone, as most do: no module beside it makes its zygote load more of the library.
@Suite struct AuthorsViewTests {
    private func run(
        _ source: String, _ language: ScriptLanguage, profile: ProfileName = ProfileName("pure"),
        in box: Box
    ) async throws -> StepReport {
        try await box.supervisor.run(
            ScriptRequest(
                work: ScriptWork(
                    language: language, fileName: language == .python ? "step.py" : "step.js",
                    source: Array(source.utf8), modules: [], profile: profile, input: [:]),
                tenant: "author", timeout: nil))
    }

    @Test(arguments: [
        "def main():\r\n    return \"ok\"\r\n",
        "\u{feff}def main():\n    return 'ok'\n",
        "# -*- coding: latin-1 -*-\ndef main(): return 'ok'\n",
        "import encodings.utf_8\nfrom html import escape  # encoding\ndef main(): return 'ok'\n",
        "import importlib\ndef main(): return 'ok' if importlib.util.find_spec('json') else 'no'\n",
        "def main():\n\treturn 'ok'\n",
        "import email.utils\ndef main(): return 'ok' if email.utils.make_msgid() else 'no'\n",
    ])
    func `line ends, marks and coding comments are read as Python reads them`(
        source: String
    ) async throws {
        try await Box.with { box in
            for profile in ["pure", "strict"] {
                let report = try await run(source, .python, profile: ProfileName(profile), in: box)
                #expect(report.outcome == .returned("ok"), "\(profile): \(report.outcome)")
                #expect(report.denials.isEmpty)
            }
        }
    }

    @Test func `every module can be the only one that a script imports`() async throws {
        try await Box.with { box in
            for name in ["zipimport", "encodings", "tabnanny", "statistics", "sqlite3", "tomllib"] {
                let report = try await run(
                    "import \(name)\ndef main(): return 'ok'", .python, in: box)
                #expect(report.outcome == .returned("ok"), "\(name): \(report.outcome)")
            }
        }
    }

    @Test func `memory that a mapping does not get is the limit of memory`() async throws {
        try await Box.with { box in
            for flags in ["MAP_PRIVATE", "MAP_SHARED"] {
                let report = try await run(
                    """
                    import mmap
                    def main():
                        kept = []
                        while True:
                            kept.append(mmap.mmap(-1, 32 << 20, flags=mmap.MAP_ANONYMOUS | mmap.\(flags)))
                            kept[-1][::4096] = bytes(len(kept[-1]) // 4096)
                    """, .python, in: box)
                #expect(report.outcome == .exceeded(.memory), "\(flags): \(report.outcome)")
            }
        }
    }

    @Test(arguments: [
        ("function main() {\n  return {a: 1;\n}", 2, "Unexpected token ';'"),
        ("function main() {\n  if (1) {\n    f();\n}", 1, "'{' is never closed"),
        (
            "function main() {\n  const n = 1;\n  if (n) {\n    n = 2;\n  }\n}", 4,
            "'n' is a constant"
        ),
    ])
    func `a mistake in JavaScript is told with the line it is in`(
        source: String, line: Int, words: String
    ) async throws {
        try await Box.with { box in
            let report = try await run(source, .javascript, in: box)
            guard case .raised(let error) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(error.line == line)
            #expect(error.message.contains(words), "\(error.message)")
        }
    }
}
