package import FlowModel
package import SandboxPolicy

/// What the supervisor makes of bytes and calls that a script controls, as functions without a process.
///
/// Fuzzers and tests of their findings come in here; a run takes the same ways.
package enum UntrustedBytes {
    /// How far a result is that arrived in these pieces; nil while it can still become one.
    ///
    /// True: a whole frame. False: none, and nothing that follows can mend it.
    package static func isWholeResult(_ pieces: [[UInt8]], limit: ByteCount) -> Bool? {
        var frame: [UInt8] = []
        var isWhole: Bool?
        for piece in pieces {
            frame += piece
            switch ResultFrame.progress(of: frame, limit: limit) {
            case .complete: isWhole = true
            case .incomplete: isWhole = nil
            case .tooLong, .invalid: return false
            }
        }
        return isWhole
    }

    /// The outcome of a process that ended with this status and had written these bytes.
    package static func outcome(
        ofFrame frame: [UInt8], status: UInt32, under profile: ResolvedProfile
    ) -> StepOutcome {
        let usage = Usage(wallTime: .zero, cpuTime: .zero, peakMemory: ByteCount(0))
        let record = RunRecord(end: .exited(status: status, frame: frame), usage: usage)
        return OutcomeReader(profile: profile).report(of: record).outcome
    }

    /// Whether these bytes are the report of a zygote.
    package static func isZygoteReport(_ bytes: [UInt8]) -> Bool { ZygoteReport(bytes) != nil }

    /// The denials that a report lists when a script makes these calls one after the other.
    package static func denials(
        _ calls: [RefusedCall], under profile: ResolvedProfile, entries: Int
    ) -> [Denial] {
        var record = DenialRecord(DenialBounds(entries: entries, calls: .max))
        for call in calls {
            record.add(
                DeniedCall(number: Int32(bitPattern: call.number), arguments: call.registers))
        }
        return DenialList(profile: profile).denials(record.denied)
    }
}
