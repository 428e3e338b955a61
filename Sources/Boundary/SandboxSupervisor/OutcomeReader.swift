import CZygoteProtocol
import FlowModel
import JSONValue
import LinuxSystem
import SandboxPolicy

/// Turns what the lane saw into an outcome.
struct OutcomeReader {
    let profile: ResolvedProfile
    var style = ScriptStyle.plain

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
        case .exited(let status, let frame): outcome(of: record, status: status, frame: frame)
        case .signalled(SignalNumber.badCall): .refused(DenialList(profile: profile).foreignCall)
        case .signalled(let signal):
            ranOutOfMemory(record) ? .exceeded(.memory) : .crashed(signal: signal)
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
        of record: RunRecord, status: UInt32, frame: [UInt8]
    ) -> StepOutcome {
        if status == UInt32(ZYGOTE_ABORTED) {
            return ranOutOfMemory(record)
                ? .exceeded(.memory) : .crashed(signal: SignalNumber.abort)
        }
        if style == .program, frame.isEmpty {
            return .returned(["exit_code": .integer(Int64(status & 0xff))])
        }
        guard status == 0 else {
            return .raised(Self.earlyExit("with status \(status & 0xff)"))
        }
        guard !frame.isEmpty else { return .raised(Self.earlyExit("without a result")) }
        switch ResultFrame.progress(of: frame, limit: profile.limits.output) {
        case .complete: return outcome(of: record, frame: frame)
        case .tooLong: return .exceeded(.output)
        case .incomplete, .invalid: return .raised(Self.invalidFrame)
        }
    }

    private func outcome(of record: RunRecord, frame: [UInt8]) -> StepOutcome {
        let kind = ResultFrame.header(of: frame)?.kind
        let payload = Array(frame[ResultFrame.headerLength...])
        switch kind {
        case ZYGOTE_RETURNED.rawValue where style != .program: return returned(payload)
        case ZYGOTE_RAISED.rawValue: return .raised(raised(payload))
        case ZYGOTE_OUT_OF_MEMORY.rawValue: return outOfMemory(record, payload)
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

    /// The engines report some refusals as a want of memory that there was not.
    private func outOfMemory(_ record: RunRecord, _ payload: [UInt8]) -> StepOutcome {
        let isSmall = record.usage.peakMemory.bytes < profile.limits.memory.bytes / 2
        guard isSmall else { return .exceeded(.memory) }
        var error = raised(payload)
        if let refusal = DenialList(profile: profile).refusedMapping(record.denials) {
            error.message = refusal.meaning
            return .raised(error)
        }
        guard (try? JSON.parse(payload))?["parser"] == .bool(true) else {
            return .exceeded(.memory)
        }
        return .raised(error)
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
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(4096)))
            + "… (cut at 4 KiB)"
    }

    /// Of a script that died by itself.
    private func ranOutOfMemory(_ record: RunRecord) -> Bool {
        record.usage.peakMemory.bytes >= profile.limits.memory.bytes / 5 * 4
            || profile.runsNode && saysThatMemoryRanOut(record.standardError)
    }

    /// V8 ends its process when one large request cannot be met, and says so; a script that says it too
    /// lies about nobody but itself.
    private func saysThatMemoryRanOut(_ errors: [UInt8]) -> Bool {
        String(decoding: errors.suffix(64 << 10), as: UTF8.self).split(separator: "\n").contains {
            ($0.hasPrefix("FATAL ERROR: ") || $0.hasPrefix("# Fatal "))
                && $0.contains("out of memory")
        }
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
