package import FlowModel
package import SandboxPolicy
import SeccompFilters

/// What a script did that its profile does not allow, with nothing left out.
package struct ScriptRecording: Sendable {
    package let report: StepReport
    /// In order of first appearance; calls that differ in a register are entries of their own.
    package let calls: [RefusedCall]
    /// Calls beyond those of `calls`, which only a script that makes very many has.
    package let unlisted: Int
}

extension RefusedCall {
    init(_ call: DeniedCall, count: Int) {
        let number = UInt32(bitPattern: call.number)
        self.init(
            call: SystemCalls.name(of: number), number: number, registers: call.arguments,
            count: count)
    }
}
