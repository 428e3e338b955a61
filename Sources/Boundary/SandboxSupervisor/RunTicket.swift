import FlowModel
import LinuxSystem
import SandboxPolicy

/// One script on its way through a lane, and where its end is told.
struct RunTicket: Sendable {
    let id: UInt64
    /// The whole job frame.
    let frame: [UInt8]
    let limits: Limits
    let wallTime: Duration
    var timeline: RunTimeline
    /// Whether every refused call is wanted: the script is not killed for one, and goes on.
    let isRecording: Bool
    /// Called once, on the lane's thread; must not wait.
    let complete: @Sendable (Result<RunRecord, SandboxSetupError>) -> Void
}

/// A call as the kernel reported it.
struct DeniedCall: Sendable, Hashable {
    let number: Int32
    let arguments: [UInt64]
}

/// What the lane saw of one run.
///
/// Turning it into an outcome costs time, and is the caller's.
struct RunRecord: Sendable {
    enum End: Sendable {
        /// It ended by itself: status of exit_group, and what it had written to descriptor 3.
        case exited(status: UInt32, frame: [UInt8])
        case signalled(Int32)
        /// Killed for this limit.
        case exceeded(LimitName)
        /// Killed because it made this call.
        case refused(DeniedCall)
        /// Killed because this was one refused call too many.
        case flooded(DeniedCall, calls: Int)
        /// Killed because it wrote something else than one frame to descriptor 3.
        case wroteInvalidFrame
        case cancelled
    }

    var end: End
    var standardOutput: [UInt8] = []
    var standardError: [UInt8] = []
    var denials = DeniedCalls()
    /// What the egress broker refused.
    var deniedHosts: [Denial] = []
    var usage: Usage
    /// Nil when it never had a process.
    var layers: HeldLayers?
}
