import FlowModel
import JSONValue
import SandboxPolicy
import Testing

/// Programs as people write them.
///
/// Each must work, and none may meet a refused call.
@Suite struct HonestProgramTests {
    static let programs = [
        "honest-python/standard_library.py", "honest-python/dates_and_numbers.py",
        "honest-python/waiting.py", "honest-python/own_loop.py", "honest-python/data_work.py",
        "honest-javascript/standard_library.js", "honest-javascript/platform.js",
        "honest-javascript/dates_and_languages.js", "honest-javascript/modules.js",
    ]

    @Test(arguments: programs)
    func `an honest program works and meets no refused call`(program: String) async throws {
        try await Box.with { box in
            let report = try await box.run(program: program)

            #expect(report.outcome == .returned("ok"), "\(report.outcome)\n\(report.standardError)")
            #expect(report.denials.isEmpty, "\(report.denials.map(\.meaning))")
        }
    }

    @Test func `an error that the box causes is caught like any other`() async throws {
        try await Box.with { box in
            let report = try await box.run(program: "honest-python/ordinary_failures.py")

            #expect(report.outcome == .returned("ok"), "\(report.outcome)\n\(report.standardError)")
            #expect(report.denials.contains { $0.syscall == "clone" })
        }
    }

    private static let text = "Grüße, мир, 世界, 🌍, e\u{301}, \u{202e}abc, \0, \u{10ffff}"

    private static var largeInput: JSON {
        let rows: [JSON] = (0..<20_000).map { number in
            [
                "id": .integer(number), "name": .string("name \(number)"),
                "amount": .integer(number * 2),
            ]
        }
        return ["rows": .array(rows), "text": .string(text), "extra": nil]
    }

    @Test(arguments: ["honest-python/text_and_sizes.py", "honest-javascript/data_work.js"])
    func `a large input of every script arrives and the answer comes back unchanged`(
        program: String
    ) async throws {
        try await Box.with { box in
            let report = try await box.run(program: program, input: Self.largeInput)

            let value = try #require(report.returned, "\(report.outcome)\n\(report.standardError)")
            #expect(value["text"] == .string(Self.text))
            #expect(value["groups"]?["0"] == 2858)
            #expect(value["float"] == 0.1)
            #expect(report.denials.isEmpty, "\(report.denials.map(\.meaning))")
        }
    }

    @Test func `every module of the standard library that needs no terminal can be imported`()
        async throws
    {
        try await Box.with { box in
            let report = try await box.run(
                """
                import importlib, sys
                def main(absent):
                    failed = []
                    for name in sorted(sys.stdlib_module_names):
                        if name.startswith('_') or name in absent: continue
                        try: importlib.import_module(name)
                        except BaseException as error: failed.append(name + ': ' + str(error))
                    return failed
                """, .python, input: ["absent": .array(Self.absent.map { .string($0) })])
            #expect(report.outcome == .returned([]))
            // Some look for readline, and go on without it.
            #expect(
                report.denials.allSatisfy { $0.meaning.hasPrefix("loaded a compiled library") },
                "\(report.denials.map(\.meaning))")
        }
    }

    /// Other systems' modules, terminals, sound, graphics, those that speak while they are imported, and
    /// what Debian packs apart (`ensurepip`).
    private static let absent = [
        "msilib", "msvcrt", "nt", "winreg", "winsound", "curses", "readline", "ossaudiodev", "nis",
        "crypt", "idlelib", "tkinter", "turtle", "turtledemo", "antigravity", "this", "lib2to3",
        "ensurepip",
    ]
}
