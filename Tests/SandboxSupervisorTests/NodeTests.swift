import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy
import TestSupport
import Testing

@testable import SandboxSupervisor

extension ScriptRuns {
    /// JavaScript under the profile `node`, in real Node.js.
    struct NodeTests {
        private func run(
            _ source: String, input: JSON = [:],
            _ change: @escaping (inout ProfileChange) -> Void = { _ in },
            leavingOut leftOut: Set<SandboxLayer> = []
        ) async throws -> StepReport {
            var report: StepReport?
            try await Sandbox.with(change, adjust: { $0.leftOut = leftOut }) { sandbox in
                report = try await sandbox.run(
                    source, input: input, language: .javascript, profile: "node")
            }
            return try #require(report)
        }

        @Test(
            arguments: [[], [.namespaces], [.landlock], [.limits], [.seccomp]]
                as [Set<SandboxLayer>])
        func `a script runs with its modules and is denied nothing`(
            leftOut: Set<SandboxLayer>
        ) async throws {
            let report = try await run(
                """
                import { gzipSync, gunzipSync } from "node:zlib";
                import { pbkdf2 } from "crypto";
                import { promisify } from "util";
                import { readFile } from "fs/promises";
                import { setTimeout as pause } from "timers/promises";
                export async function main({name}) {
                  const key = await promisify(pbkdf2)("a", "b", 10, 8, "sha256");
                  const hidden = await readFile("/etc/shadow").catch((error) => error.code.length > 4);
                  await pause(2);
                  return [gunzipSync(gzipSync("hello " + name)).toString(), key.length, hidden];
                }
                """, input: ["name": "Node"], leavingOut: leftOut)

            #expect(report.outcome == .returned(["hello Node", 8, true]))
            #expect(report.denials.isEmpty, "\(report.denials.map(\.meaning))")
        }

        @Test func `a worker is a thread like any other`() async throws {
            let report = try await run(
                """
                const { Worker } = require("worker_threads");
                const answer = (number) => new Promise((done, fail) => {
                  const worker = new Worker(
                    "const w = require('worker_threads'); w.parentPort.postMessage(w.workerData * 2)",
                    { eval: true, workerData: number });
                  worker.on("message", done); worker.on("error", fail);
                });
                async function main() { return await Promise.all([1, 2, 3].map(answer)); }
                """)

            #expect(report.outcome == .returned([2, 4, 6]))
            #expect(report.denials.isEmpty, "\(report.denials.map(\.meaning))")
        }

        @Test(arguments: [
            ("require('child_process').execFileSync('/usr/bin/node')", "socketpair"),
            ("require('child_process').spawnSync('/bin/sh', { stdio: 'ignore' }).error", "clone"),
            (
                """
                await new Promise((_, fail) => require("net").connect(80, "10.0.0.1").on("error", fail))
                """, "socket"
            ),
            ("await require('dns').promises.lookup('example.com')", "socket"),
            ("process.kill(process.pid, 'SIGKILL')", "kill"),
            ("process.kill(-1, 0)", "kill"),
            // Ready is said once, before the script is there.
            ("process.kill(0x59444145, 0)", "kill"),
            ("require('fs').writeFileSync('/tmp/x', 'x')", "openat"),
            ("require('fs').mkdirSync('/x')", "mkdir"),
            ("process.chdir('/usr')", "chdir"),
        ])
        func `what leaves the process is refused and named`(
            act: String, call: String
        ) async throws {
            let report = try await run(
                "async function main() { const found = \(act); if (found) throw found; }")

            guard case .raised = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(report.denials.contains { $0.syscall == call }, "\(report.denials)")
        }

        @Test(arguments: ["/etc/passwd", "/proc/self/environ", "/proc/1/maps", "/sys/kernel"])
        func `files of the host are not there`(path: String) async throws {
            let report = try await run(
                "function main() { return require('fs').readFileSync('\(path)').length; }")

            guard case .raised(let error) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(error.message.contains("ENOENT"))
        }

        @Test func `its environment, command line and other descriptors are empty`() async throws {
            let report = try await run(
                """
                const fs = require("fs");
                function main() {
                  const open = [];
                  for (let number = 0; number < 256; number += 1) {
                    try { const kind = fs.fstatSync(number); if (kind.isFile() || kind.isSocket()) open.push(number); }
                    catch {}
                  }
                  return [process.env, process.argv, open, process.pid];
                }
                """)

            #expect(report.outcome == .returned([[:], ["node", "script"], [], 1]))
        }

        @Test(arguments: [
            "for (;;) kept.push(Buffer.alloc(1 << 20, 1))",
            "for (;;) kept.push({ number: kept.length, text: `${kept.length}` })",
            "for (;;) kept.push(new Array(1e6).fill(kept.length))",
            "for (;;) kept.push(`${kept.length}`.padEnd(1e6, 'x'))",
            "await new Promise(() => { for (;;) kept.push(new SharedArrayBuffer(1 << 24)) })",
        ])
        func `a bomb of memory is the limit of memory`(bomb: String) async throws {
            let report = try await run(
                "const kept = [];\nasync function main() { \(bomb); }", { $0.memory = 256 << 20 })

            #expect(report.outcome == .exceeded(.memory))
            let peak = try #require(report.usage?.peakMemory.bytes)
            #expect(peak < 320 << 20)
        }

        @Test func `one request that is too large for the memory is the limit of memory`()
            async throws
        {
            let report = try await run(
                """
                function main() {
                  const kept = Buffer.alloc(100 << 20, 1);
                  const text = "xyz".repeat(150 << 20);
                  return text.indexOf("zz") + kept.length;
                }
                """, { $0.memory = 256 << 20 })

            #expect(report.outcome == .exceeded(.memory), "\(report.standardError)")
        }

        @Test func `a flood of workers is the limit of processes`() async throws {
            let report = try await run(
                """
                const { Worker } = require("worker_threads");
                async function main() {
                  for (;;) new Worker("setInterval(() => {}, 1000)", { eval: true });
                }
                """)

            #expect(report.outcome == .exceeded(.processes))
        }

        @Test func `deadlines, floods and early ends are themselves`() async throws {
            let spin = try await run("function main() { for (;;); }", { $0.wallTime = .seconds(1) })
            #expect(spin.outcome == .exceeded(.wallTime))

            let flood = try await run("function main() { for (;;) console.log('x'.repeat(999)); }")
            #expect(flood.outcome == .exceeded(.logs))

            let large = try await run("function main() { return 'x'.repeat(9 << 20); }")
            #expect(large.outcome == .exceeded(.output))

            for (source, words) in [
                ("process.exit(3)", "with status 3"), ("process.reallyExit(0)", "without a result"),
            ] {
                let ended = try await run("function main() { \(source); }")
                guard case .raised(let error) = ended.outcome else {
                    Issue.record("\(ended.outcome)")
                    continue
                }
                #expect(error.type == "EarlyExit" && error.message.contains(words))
            }
        }

        @Test func `an abort is a crash`() async throws {
            let report = try await run("function main() { process.abort(); }")

            guard case .crashed = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
        }

        @Test func `a script cannot change what writes its result`() async throws {
            let report = try await run(
                """
                const fs = require("fs");
                fs.writeSync = fs.readSync = Buffer.from = JSON.stringify = () => { throw new Error("mine"); };
                Object.prototype.kind = 4; Promise.prototype.then = Array.prototype.push = null;
                process.reallyExit = process.kill = () => {}; globalThis.Reflect = globalThis.Buffer = null;
                function main() { return { kept: [1, "é"] }; }
                """)

            #expect(report.outcome == .returned(["kept": [1, "é"]]))
        }

        @Test func `nothing of a run is left for the next`() async throws {
            try await Sandbox.with { sandbox in
                let source = """
                    function main() { const seen = globalThis.mark ?? null; globalThis.mark = 1;
                      Object.prototype.left = (Object.prototype.left ?? 0) + 1;
                      return [seen, Object.prototype.left, Math.random()]; }
                    """
                var numbers: Set<JSON> = []
                for _ in 0..<3 {
                    let report = try await sandbox.run(
                        source, language: .javascript, profile: "node")
                    guard case .returned(let value) = report.outcome else {
                        Issue.record("\(report.outcome)")
                        return
                    }
                    #expect(value[0] == .null && value[1] == 1)
                    numbers.insert(value[2] ?? .null)
                }
                #expect(numbers.count == 3)
            }
        }

        @Test func `n8n style works as in the embedded engine`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.supervisor.run(
                    ScriptRequest(
                        work: ScriptWork(
                            language: .javascript, fileName: "step.js",
                            source: Array(
                                """
                                const { gzipSync } = require("zlib");
                                return $input.all().map(({json}) => ({ json: { twice: json.a * 2,
                                  size: typeof gzipSync("x").length, day: $now.toFormat("yyyy").length } }));
                                """.utf8),
                            style: .n8n, profile: ProfileName("node"), input: [:],
                            context: ["items": [["json": ["a": 2]], ["json": ["a": 3]]]]),
                        tenant: "test", timeout: nil))

                #expect(
                    report.outcome
                        == .returned([
                            ["json": ["twice": 4, "size": "number", "day": 4]],
                            ["json": ["twice": 6, "size": "number", "day": 4]],
                        ]))
            }
        }

        @Test func `a host without Node says what to install`() async throws {
            try await Sandbox.with(adjust: { $0.nodeProgram = "/nowhere/node" }) { sandbox in
                await #expect {
                    _ = try await sandbox.run(
                        "function main() {}", language: .javascript, profile: "node")
                } throws: { error in
                    "\(error)".contains("/nowhere/node")
                        && "\(error)".contains("apt-get install nodejs")
                }
                // Everything else works.
                let report = try await sandbox.run("def main(): return 1")
                #expect(report.outcome == .returned(1))
            }
        }

        /// What Node.js answers to options that it does not know, and what our bootstrap says of an old one.
        @Test(arguments: [
            (9, "' is a Node.js that lacks options, and Sluice needs 18 or later"),
            (0x5e02_800c, "' is Node.js 12, and Sluice needs 18 or later"),
        ])
        func `a Node that is too old is refused in words`(status: Int, words: String) async throws {
            let folder = try TemporaryFolder(in: "/var/tmp")
            let path = folder.file("node")
            try CCompiler.compile(
                text: "#include <unistd.h>\nint main(void) { _exit(\(status)); }\n", to: path)
            try await Sandbox.with(adjust: { $0.nodeProgram = path }) { sandbox in
                let error = await #expect(throws: SandboxSetupError.self) {
                    try await sandbox.run(
                        "function main() {}", language: .javascript, profile: "node")
                }

                #expect(
                    error?.cause.hasPrefix("'\(path)' is ") == true, "\(String(describing: error))")
                #expect(error?.cause.hasSuffix(words) == true, "\(String(describing: error))")
                #expect(error?.hint.contains("'runtime: embedded'") == true)
            }
        }
    }
}
