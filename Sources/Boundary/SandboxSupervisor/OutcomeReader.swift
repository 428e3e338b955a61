import CZygoteProtocol
import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy

/// Turns what the lane saw into an outcome.
struct OutcomeReader {
    let profile: ResolvedProfile

    func report(of record: RunRecord) -> StepReport {
        StepReport(
            outcome: outcome(of: record),
            // Logs are bytes of a script: what is no UTF-8 is replaced, never refused.
            standardOutput: String(decoding: record.standardOutput, as: UTF8.self),
            standardError: String(decoding: record.standardError, as: UTF8.self),
            denials: DenialList(profile: profile).denials(record.denials) + record.deniedHosts,
            usage: record.usage, layers: record.layers)
    }

    private func outcome(of record: RunRecord) -> StepOutcome {
        switch record.end {
        case .exited(let status, let frame):
            outcome(status: status, frame: frame, peakMemory: record.usage.peakMemory)
        case .signalled(SignalNumber.badCall): .refused(DenialList(profile: profile).foreignCall)
        case .signalled(let signal):
            isNearMemoryLimit(record.usage.peakMemory)
                ? .exceeded(.memory) : .crashed(signal: signal)
        case .exceeded(let limit): .exceeded(limit)
        case .refused(let call): .refused(DenialList(profile: profile).denial(call))
        case .flooded(let call, let calls):
            .refused(DenialList(profile: profile).flood(call, calls: calls))
        case .wroteInvalidFrame: .raised(Self.invalidFrame)
        case .cancelled: .cancelled
        }
    }

    /// Status first, frame second: a script that did not end as the runner ends it has no result.
    private func outcome(
        status: UInt32, frame: [UInt8], peakMemory: ByteCount
    ) -> StepOutcome {
        if status == UInt32(ZYGOTE_ABORTED) {
            return isNearMemoryLimit(peakMemory)
                ? .exceeded(.memory) : .crashed(signal: SignalNumber.abort)
        }
        guard status == 0 else {
            return .raised(Self.earlyExit("with status \(status & 0xff)"))
        }
        guard !frame.isEmpty else { return .raised(Self.earlyExit("without a result")) }
        switch ResultFrame.progress(of: frame, limit: profile.limits.output) {
        case .complete: return outcome(ofFrame: frame)
        case .tooLong: return .exceeded(.output)
        case .incomplete, .invalid: return .raised(Self.invalidFrame)
        }
    }

    private func outcome(ofFrame frame: [UInt8]) -> StepOutcome {
        let kind = ResultFrame.header(of: frame)?.kind
        let payload = Array(frame[ResultFrame.headerLength...])
        switch kind {
        case ZYGOTE_RETURNED.rawValue: return returned(payload)
        case ZYGOTE_RAISED.rawValue: return .raised(raised(payload))
        case ZYGOTE_OUT_OF_MEMORY.rawValue: return .exceeded(.memory)
        case ZYGOTE_OUTPUT_EXCEEDED.rawValue: return .exceeded(.output)
        default: return .raised(Self.invalidFrame)
        }
    }

    private func returned(_ payload: [UInt8]) -> StepOutcome {
        do {
            let limits = JSONLimits(
                size: profile.limits.output.bytes, depth: JobFrame.resultDepth)
            return .returned(try JSON.parse(payload, limits: limits))
        } catch {
            switch error.reason {
            case .tooDeep, .tooLarge: return .exceeded(.output)
            default:
                return .raised(
                    RaisedError(
                        type: "InvalidResult", message: "the result is no JSON document: \(error)"))
            }
        }
    }

    /// Everything in it was written by the script or its runner and is only ever shown.
    private func raised(_ payload: [UInt8]) -> RaisedError {
        guard let report = try? JSON.parse(payload), let type = report["type"]?.stringValue,
            let message = report["message"]?.stringValue
        else { return Self.invalidFrame }
        return RaisedError(
            type: Self.cut(type), message: Self.cut(message),
            line: report["line"]?.integerValue.flatMap { Int(exactly: $0) },
            traceback: report["traceback"]?.stringValue.map(Self.cut))
    }

    /// The runners cut at 4096 characters; a script that took their place does not.
    private static func cut(_ text: String) -> String {
        guard text.unicodeScalars.count > 4200 else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(4096))) + "…"
    }

    private func isNearMemoryLimit(_ peak: ByteCount) -> Bool {
        peak.bytes >= profile.limits.memory.bytes / 5 * 4
    }

    private static func earlyExit(_ how: String) -> RaisedError {
        RaisedError(
            type: "EarlyExit",
            message: "the script ended its process \(how); return from main instead")
    }

    private static let invalidFrame = RaisedError(
        type: "InvalidResult",
        message: "the script wrote to descriptor 3, which carries its result; leave it alone")
}
