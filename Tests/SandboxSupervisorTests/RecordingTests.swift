import FlowModel
import JSONValue
import SandboxPolicy
import Testing

@testable import SandboxSupervisor

/// How refused calls are kept.
struct DenialRecordTests {
    private static func call(_ number: Int32, _ register: UInt64) -> DeniedCall {
        DeniedCall(number: number, arguments: [register, 0, 0, 0, 0, 0])
    }

    @Test func `every call is counted, also those that are not listed`() {
        var record = DenialRecord(DenialBounds(entries: 3, calls: 10))
        for register in 0..<5 { record.add(Self.call(1, UInt64(register))) }
        record.add(Self.call(1, 0))
        record.add(Self.call(2, 0))

        #expect(record.denied.list.map(\.count) == [2, 1, 1])
        #expect(record.denied.unlisted.map(\.number) == [1, 2])
        #expect(record.denied.unlisted.map(\.count) == [2, 1])
        #expect(record.total == 7 && !record.isFlood)
        for _ in 0..<4 { record.add(Self.call(1, 0)) }
        #expect(record.isFlood)
    }

    @Test func `what is kept is bounded for any calls`() {
        var record = DenialRecord()
        for number in 0..<5000 { record.add(Self.call(Int32(number), UInt64(number))) }

        #expect(record.denied.list.count == 64)
        #expect(record.denied.unlisted.count <= 512)
        #expect(record.total == 5000)
    }
}

extension ScriptRuns {
    /// A run in which everything that is refused is kept.
    struct RecordingTests {
        private static func record(
            _ source: String, in sandbox: Sandbox
        ) async throws -> ScriptRecording {
            try await sandbox.supervisor.record(
                ScriptRequest(
                    work: ScriptWork(
                        language: .python, fileName: "script", source: Array(source.utf8),
                        profile: ProfileName("pure"), input: [:]), tenant: "test", timeout: nil))
        }

        @Test func `a recording goes on after a call that a run is killed for`() async throws {
            try await Sandbox.with { sandbox in
                let recording = try await Self.record(
                    """
                    import ctypes, os, socket
                    def main():
                        libc = ctypes.CDLL(None, use_errno=True)
                        refused = [libc.ptrace(0, 0, 0, 0), libc.mount(0, 0, 0, 0, 0), libc.unshare(0)]
                        for attempt in (socket.socket, os.fork, lambda: open('/x', 'w')):
                            try: attempt()
                            except OSError as error: refused.append(-error.errno)
                        return refused
                    """, in: sandbox)

                #expect(recording.report.outcome == .returned([-1, -1, -1, -1, -1, -1]))
                #expect(
                    recording.calls.map(\.call) == [
                        "ptrace", "mount", "unshare", "socket", "clone", "openat",
                    ])
                #expect(recording.calls.map(\.lines) == [[4], [4], [4], [6], [6], [5]])
                #expect(recording.calls[3].registers.prefix(2) == [2, 0x8_0001])
                #expect(recording.unlisted == 0)
            }
        }

        @Test func `a recording keeps more calls than a run lists`() async throws {
            try await Sandbox.with { sandbox in
                let source = """
                    import os
                    def main():
                        for number in range(3000):
                            try: os.kill(number + 2, 0)
                            except OSError: pass
                        return 1
                    """
                let recording = try await Self.record(source, in: sandbox)
                let run = try await sandbox.run(source)

                #expect(recording.report.outcome == .returned(1))
                #expect(recording.calls.count == 3000)
                guard case .refused(let denial) = run.outcome else {
                    Issue.record("\(run.outcome)")
                    return
                }
                #expect(denial.meaning.contains("refused call number 2001"))
                #expect(run.denials.map(\.count).reduce(0, +) == 2001)
                #expect(run.denials.last?.meaning.contains("not listed one by one") == true)
            }
        }
    }
}
