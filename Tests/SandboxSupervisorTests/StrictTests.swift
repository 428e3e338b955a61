import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

@testable import SandboxSupervisor

extension ScriptRuns {
    /// The profile under which no file opens.
    struct StrictTests {
        private func run(
            _ source: String, input: JSON = [:], language: ScriptLanguage = .python,
            leavingOut leftOut: Set<SandboxLayer> = []
        ) async throws -> StepReport {
            var report: StepReport?
            try await Sandbox.with(adjust: { $0.leftOut = leftOut }) { sandbox in
                report = try await sandbox.run(
                    source, input: input, language: language, profile: "strict")
            }
            return try #require(report)
        }

        @Test(arguments: [[], [.namespaces]] as [Set<SandboxLayer>])
        func `no file opens and none is seen`(leftOut: Set<SandboxLayer>) async throws {
            let report = try await run(
                """
                import os
                def main():
                    seen = []
                    for path in ['/', '/etc/passwd', '/usr/lib/python3.11/os.py', '/dev/null', '.']:
                        try: seen.append(os.open(path, os.O_RDONLY))
                        except OSError as error: seen.append(error.errno)
                        seen.append(os.path.exists(path))
                    return seen
                """, leavingOut: leftOut)

            let one: [JSON] = [1, false]
            #expect(report.outcome == .returned(.array((0..<5).flatMap { _ in one })))
            #expect(report.denials.map(\.syscall) == ["openat"])
            #expect(report.denials.map(\.count) == [5])
        }

        @Test func `what is loaded ahead works, and nothing is refused`() async throws {
            let report = try await run(
                """
                import asyncio, csv, datetime, decimal, hashlib, io, json, re, statistics, sys, time
                import traceback, uuid
                from jinja2 import Template
                async def main(name):
                    await asyncio.sleep(0.001)
                    print(name, file=sys.stderr)
                    try: {}[name]
                    except KeyError: assert 'KeyError' in traceback.format_exc()
                    rows = list(csv.DictReader(io.StringIO('a,b\\n1,2\\n')))
                    when = datetime.datetime.strptime('2024-05-01', '%Y-%m-%d')
                    assert time.strftime('%Y', time.localtime(0)) == '1970'
                    assert str(decimal.Decimal('0.1') * 3) == '0.3'
                    assert 'ü'.encode('cp437') == b'\\x81'
                    uuid.uuid4(), hashlib.sha256(b'x').hexdigest(), statistics.mean([1, 2])
                    return Template('{{ name|upper }} {{ when }} {{ rows[0].a }}').render(
                        name=name, when=when.date(), rows=rows)
                """, input: ["name": "ada"])

            #expect(report.outcome == .returned("ADA 2024-05-01 1"))
            #expect(report.denials.isEmpty, "\(report.denials.map(\.meaning))")
        }

        @Test func `a module that is not loaded ahead is missed in words`() async throws {
            let report = try await run("import wave\ndef main(): pass")

            guard case .raised(let error) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(error.type == "ModuleNotFoundError")
            #expect(
                error.message
                    == "the module 'wave' is not loaded ahead, and profile 'strict' shows no files "
                    + "to load it from")
        }

        @Test func `javascript works as ever, with its time zones`() async throws {
            let report = try await run(
                """
                function main() {
                  const when = new Date(Date.UTC(2024, 6, 1, 12));
                  return when.toLocaleTimeString('de-DE', {timeZone: 'Asia/Seoul'}) + Buffer.from('x').toString('hex');
                }
                """, language: .javascript)

            #expect(report.outcome == .returned("21:00:0078"))
            #expect(report.denials.isEmpty, "\(report.denials.map(\.meaning))")
        }

        @Test(arguments: ScriptLanguage.allCases)
        func `it lists at most thirty calls`(language: ScriptLanguage) throws {
            let catalogue = try ProfileCompilerTests.catalogue()
            let profile = try #require(catalogue.resolve(ProfileName("strict"), language))
            let calls = Set(profile.allowances.map(\.call))

            #expect(calls.count <= 30)
            #expect(
                calls.isDisjoint(with: [
                    "open", "openat", "openat2", "newfstatat", "stat", "lstat", "statx", "readlink",
                    "readlinkat", "getdents64", "getcwd", "access", "faccessat", "socket",
                    "socketpair", "connect", "sendto", "recvfrom", "sendmsg", "recvmsg", "clone",
                ]))
        }
    }
}
