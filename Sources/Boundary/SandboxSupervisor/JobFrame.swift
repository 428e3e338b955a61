import CZygoteProtocol
import FlowModel
import JSONValue
import SandboxPolicy

/// The bytes that a script process reads from descriptor 0.
enum JobFrame {
    /// Depth that a result may have.
    static let resultDepth = 128

    static func bytes(
        for work: ScriptWork, under limits: Limits, leave: EgressLeave? = nil,
        isRecording: Bool = false
    ) -> [UInt8] {
        var object = options(for: work, under: limits)
        if isRecording {
            object["marks"] = [
                .integer(Int64(ZYGOTE_READY_CALL)), .integer(Int64(ZYGOTE_LINE_MAGIC)),
            ]
        }
        if let leave {
            object["proxy"] = .string(leave.proxy)
            if let certificates = leave.certificates {
                object["certificates"] = .string(certificates)
            }
        }
        let options = JSON.object(object).bytes
        let input = work.input.bytes
        let context = work.context?.bytes ?? []
        let modules = work.modules.map { (path: Array($0.path.utf8), source: $0.source) }
        let length = modules.reduce(0) { $0 + 16 + $1.path.count + $1.source.count }
        var writer = FrameWriter(
            capacity: 40 + options.count + work.source.count + input.count + context.count
                + length)
        writer.add(ZYGOTE_JOB_MAGIC)
        writer.add(UInt32(modules.count))
        for part in [options, work.source, input, context] { writer.add(UInt64(part.count)) }
        for module in modules {
            writer.add(UInt64(module.path.count))
            writer.add(UInt64(module.source.count))
        }
        for part in [options, work.source, input, context] { writer.add(part) }
        for module in modules {
            writer.add(module.path)
            writer.add(module.source)
        }
        return writer.bytes
    }

    private static func options(for work: ScriptWork, under limits: Limits) -> JSONObject {
        var options = JSONObject()
        options["file"] = .string(work.fileName)
        options["style"] = .string(work.style.rawValue)
        options["mode"] = .string(work.mode.rawValue)
        options["profile"] = .string(work.profile.text)
        options["output"] = .integer(Int64(limits.output.bytes))
        options["depth"] = .integer(Int64(resultDepth))
        if let packages = work.packages { options["packages"] = .string(packages.name) }
        return options
    }
}

/// What a script process has written to descriptor 3, so far.
enum ResultFrame {
    static let headerLength = 16

    enum Progress: Sendable, Hashable {
        case incomplete
        case complete
        /// The payload that its header announces is longer than the limit.
        case tooLong
        /// Not a frame, or more than one.
        case invalid
    }

    static func progress(of bytes: [UInt8], limit: ByteCount) -> Progress {
        guard bytes.count >= headerLength else { return .incomplete }
        guard let header = header(of: bytes) else { return .invalid }
        if header.length > UInt64(limit.bytes) { return .tooLong }
        let whole = headerLength + Int(header.length)
        if bytes.count > whole { return .invalid }
        return bytes.count == whole ? .complete : .incomplete
    }

    /// Nil when it is no header of a result.
    static func header(of bytes: [UInt8]) -> (kind: UInt32, length: UInt64)? {
        var reader = FrameReader(Array(bytes.prefix(headerLength)))
        guard reader.number(UInt32.self) == ZYGOTE_RESULT_MAGIC,
            let kind = reader.number(UInt32.self),
            (ZYGOTE_RETURNED.rawValue...ZYGOTE_OUTPUT_EXCEEDED.rawValue).contains(kind),
            let length = reader.number(UInt64.self)
        else { return nil }
        return (kind, length)
    }
}
