import CZygoteProtocol
package import FlowModel
import LinuxSystem
package import SandboxPolicy
import SeccompFilters

/// What a script did that its profile does not allow, with nothing left out.
package struct ScriptRecording: Sendable {
    package let report: StepReport
    /// In order of first appearance; calls that differ in a register are entries of their own.
    package let calls: [RefusedCall]
    /// Calls beyond those of `calls`, which only a script that makes very many has.
    package let unlisted: Int
    /// Hosts that the egress broker did not let it reach; empty under a profile without a network.
    package let hosts: [Denial]
}

extension RefusedCall {
    init(_ call: DeniedCall, count: Int, lines: [Int]) {
        let number = UInt32(bitPattern: call.number)
        self.init(
            call: SystemCalls.name(of: number), number: number, registers: call.arguments,
            count: count, lines: lines)
    }
}

extension Run {
    /// Whether this call only says which line of the script runs, in a recording.
    ///
    /// Anybody in the process can make it: what it says is shown, and decides nothing.
    func noteLine(_ call: SeccompNotification) -> Bool {
        guard ticket.isRecording, UInt32(bitPattern: call.call) == ZYGOTE_READY_CALL,
            call.arguments[0] == UInt64(ZYGOTE_LINE_MAGIC)
        else { return false }
        let line = call.arguments[1]
        denials.line = (1...UInt64(Int32.max)).contains(line) ? Int(line) : nil
        return true
    }
}
