import FlowModel
import JSONValue
import SandboxPolicy
import Testing

@testable import DifyAPI

@Suite struct ProgramResultTests {
    private let limits = Limits(
        wallTime: .seconds(5), cpuTime: .seconds(6), memory: ByteCount(512 << 20),
        output: ByteCount(8 << 20), logs: ByteCount(32 << 20), processes: 1)
    private let denial = Denial(
        syscall: "socket", arguments: [], meaning: "opened a network socket", count: 2)

    private func result(
        _ outcome: StepOutcome, errors: String = "", denials: [Denial] = []
    ) -> ProgramResult? {
        ProgramResult(
            of: StepReport(
                outcome: outcome, standardOutput: "out", standardError: errors, denials: denials),
            language: .python, limits: { limits })
    }

    private func ended(_ status: Int64) -> StepOutcome {
        .returned(["exit_code": .integer(status)])
    }

    @Test func `an end with 0 has no error, whatever stderr holds and was refused`() {
        let found = result(ended(0), errors: "look", denials: [denial])
        #expect(
            found?.json
                == ["stdout": "out", "stderr": "look", "error": "", "exit_code": .integer(0)])
    }

    @Test func `an end with another status says so, then what was refused, then stderr`() throws {
        #expect(result(ended(3))?.error == "process exited with code 3")
        #expect(result(ended(3), errors: "e\n")?.error == "process exited with code 3\ne\n")
        #expect(
            result(ended(255), errors: "e", denials: [denial])?.error
                == "process exited with code 255\n"
                + "error: operation not permitted: opened a network socket (2 times)\ne")
    }

    @Test func `the deadline has the contract's words, and every other limit its own`() {
        #expect(
            result(.exceeded(.wallTime))?.error
                == "process exited with code -1\nerror: timeout\n")
        #expect(
            result(.exceeded(.memory), errors: "e")?.error
                == "process exited with code -1\nerror: the limit of memory was reached: 512 MiB\ne"
        )
        #expect(
            result(.exceeded(.logs))?.error.contains(
                "the limit of output was reached: 32 MiB each of stdout and stderr") == true)
    }

    @Test func `a program that was killed for a call names the call once`() {
        for denials in [[], [denial]] {
            #expect(
                result(.refused(denial), denials: denials)?.error
                    == "process exited with code -1\n"
                    + "error: operation not permitted: opened a network socket (2 times)\n")
        }
        #expect(
            result(.crashed(signal: 11))?.error
                == "process exited with code -1\nerror: killed by signal 11\n")
    }

    @Test func `a run that was cancelled has no result`() {
        #expect(result(.cancelled) == nil)
    }
}
