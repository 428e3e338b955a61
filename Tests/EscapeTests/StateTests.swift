import FlowModel
import Foundation
import JSONValue
import SandboxPolicy
import Testing

/// What runs of one zygote could share beside what the programs of `state` and `channels` look for.
@Suite struct StateTests {
    private static let random: [(ScriptLanguage, String)] = [
        (
            .python,
            """
            import os, random, secrets, uuid
            def main():
                return [random.random(), os.urandom(8).hex(), str(uuid.uuid4()), secrets.token_hex(8)]
            """
        ),
        (
            .javascript,
            """
            function main() {
              const bytes = crypto.getRandomValues(new Uint8Array(8));
              return [Math.random(), crypto.randomUUID(), Array.from(bytes)];
            }
            """
        ),
    ]

    @Test(arguments: random)
    func `no two runs draw the same numbers`(language: ScriptLanguage, source: String) async throws
    {
        try await Box.with { box in
            var drawn: Set<JSON> = []
            var count = 0
            for _ in 0..<12 {
                let report = try await box.run(source, language)
                let values = try #require(report.returned?.arrayValue, "\(report.outcome)")
                drawn.formUnion(values)
                count += values.count
            }
            #expect(drawn.count == count)
        }
    }

    // JavaScript cannot ask for its descriptors, so the host looks. `/dev/null` and `/dev/urandom` keep
    // nothing between those who hold them.
    @Test(arguments: ScriptLanguage.allCases)
    func `a script holds its four pipes and nothing that runs could share`(
        language: ScriptLanguage
    ) async throws {
        let waiting =
            language == .python
            ? "import time\ndef main(): time.sleep(20)"
            : "async function main() { await new Promise(done => setTimeout(done, 20000)); }"
        try await Box.with(limits: { $0.wallTime = .seconds(30) }) { box in
            let run = Task { try await box.run(waiting, language) }
            let held = try await Self.descriptors(language)
            run.cancel()
            _ = try await run.value

            #expect(Set(held.filter { $0.value.hasPrefix("pipe:") }.keys) == [0, 1, 2, 3])
            let others = held.filter { !(0...3).contains($0.key) }.values
            #expect(others.allSatisfy { $0 == "/null" || $0 == "/urandom" }, "\(others)")
        }
    }

    /// The descriptors of a script process of this test, as soon as there is one.
    private static func descriptors(_ language: ScriptLanguage) async throws -> [Int: String] {
        let files = FileManager.default
        let own = ProcessInfo.processInfo.processIdentifier
        for _ in 0..<200 {
            for pid in try files.contentsOfDirectory(atPath: "/proc").compactMap(Int.init) {
                let status =
                    (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
                // The name of a process is cut at 15 letters.
                guard status.hasPrefix("Name:\t\("zygote-\(language.rawValue)".prefix(15))\n"),
                    status.contains("\nPPid:\t\(own)\n")
                else { continue }
                var held: [Int: String] = [:]
                for name in (try? files.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? [] {
                    held[Int(name) ?? -1] = try? files.destinationOfSymbolicLink(
                        atPath: "/proc/\(pid)/fd/\(name)")
                }
                if held[0]?.hasPrefix("pipe:") == true, held[3]?.hasPrefix("pipe:") == true {
                    return held
                }
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        return [:]
    }

    @Test func `nothing of the host is in sight`() async throws {
        try await Box.with { box in
            let report = try await box.run(
                """
                import os, platform, sys
                def main():
                    return {"environ": sorted(os.environ.items()), "uid": os.getuid(), "gid": os.getgid(),
                            "pid": os.getpid(), "cwd": os.getcwd(), "node": platform.node(),
                            "argv": sys.orig_argv, "executable": sys.executable}
                """, .python)

            #expect(
                report.returned == [
                    "environ": [["LANG", "C.UTF-8"], ["TZ", "UTC"]], "uid": 65534, "gid": 65534,
                    "pid": 1, "cwd": "/", "node": "sluice", "argv": [], "executable": "",
                ])
        }
    }
}
