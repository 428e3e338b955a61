import FlowModel
import JSONValue
package import SandboxPolicy
import SandboxSupervisor

/// Descriptor 3 of a script: whatever stands there, and however it arrives, is a value or no result.
package struct FrameCheck: Sendable {
    private let profile: ResolvedProfile

    package init(profile: ResolvedProfile) { self.profile = profile }

    /// What is wrong with the answer; empty when nothing is.
    ///
    /// The first byte is the exit status, the second says how the rest is split.
    package func faults(_ bytes: [UInt8]) -> [String] {
        var reader = ByteReader(bytes)
        let status = UInt32(reader.byte())
        let split = Int(reader.byte())
        let frame = reader.remainder()
        _ = UntrustedBytes.isZygoteReport(frame)
        var faults: [String] = []
        let limit = profile.limits.output
        let atOnce = UntrustedBytes.isWholeResult([frame], limit: limit)
        let pieces = Self.pieces(of: frame, each: split + 1)
        if UntrustedBytes.isWholeResult(pieces, limit: limit) != atOnce {
            faults.append("a frame in pieces of \(split + 1) is another one than at once")
        }
        let outcome = UntrustedBytes.outcome(ofFrame: frame, status: status, under: profile)
        switch outcome {
        case .returned(let value):
            if status != 0 { faults.append("a value came with status \(status)") }
            if atOnce != true { faults.append("a value came without a whole frame") }
            if value.bytes.count > 6 * limit.bytes { faults.append("a value is over the limit") }
            if (try? JSON.parse(value.bytes)) != value {
                faults.append("a value differs when written")
            }
        case .raised(let error):
            for text in [error.type, error.message, error.traceback ?? ""]
            where text.unicodeScalars.count > 4300 {
                faults.append("a text of an error has \(text.unicodeScalars.count) characters")
            }
            if error.isRetryable { faults.append("an error of a script is retryable") }
        case .exceeded, .crashed: break
        case .refused, .cancelled: faults.append("a frame ended as \(outcome.word)")
        }
        return faults
    }

    private static func pieces(of bytes: [UInt8], each length: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: length).map { start in
            Array(bytes[start..<min(start + length, bytes.count)])
        }
    }
}
