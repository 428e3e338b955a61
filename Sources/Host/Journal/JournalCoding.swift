package import JSONValue
internal import FlowModel

extension StepFailure {
    /// What `nodes.X.error` reads, and what is stored; members that are not known are left out.
    package var json: JSON {
        var object = JSONObject()
        object["kind"] = .string(kind)
        object["message"] = .string(message)
        object["status"] = status.map { .integer(Int64($0)) }
        object["attempts"] = .integer(Int64(attempts))
        object["line"] = line.map { .integer(Int64($0)) }
        object["traceback"] = traceback.map(JSON.string)
        object["step"] = step.map { .string($0.text) }
        return .object(object)
    }

    init?(json: JSON) {
        guard let kind = json["kind"]?.stringValue, let message = json["message"]?.stringValue
        else { return nil }
        self.init(
            kind: kind, message: message,
            status: json["status"]?.integerValue.flatMap { Int(exactly: $0) },
            attempts: json["attempts"]?.integerValue.flatMap { Int(exactly: $0) } ?? 0,
            line: json["line"]?.integerValue.flatMap { Int(exactly: $0) },
            traceback: json["traceback"]?.stringValue,
            step: json["step"]?.stringValue.map { StepPath($0) })
    }

    /// The same, with what a secret could hide in redacted and what is too long cut.
    func prepared(_ redaction: Redaction, limit: Int) -> StepFailure {
        var prepared = self
        prepared.message = cut(redaction.apply(message), to: limit)
        prepared.traceback = traceback.map { cut(redaction.apply($0), to: limit) }
        return prepared
    }
}

extension Denial {
    var json: JSON {
        [
            "syscall": .string(syscall), "arguments": .array(arguments.map(JSON.string)),
            "meaning": .string(meaning), "count": .integer(Int64(count)),
        ]
    }

    init?(json: JSON) {
        guard let syscall = json["syscall"]?.stringValue,
            let arguments = json["arguments"]?.arrayValue,
            let meaning = json["meaning"]?.stringValue, let count = json["count"]?.integerValue
        else { return nil }
        self.init(
            syscall: syscall, arguments: arguments.compactMap(\.stringValue), meaning: meaning,
            count: Int(clamping: count))
    }
}

/// The text, or as much of it as `limit` bytes hold with a note of what is missing.
func cut(_ text: String, to limit: Int) -> String {
    let bytes = text.utf8
    guard bytes.count > limit else { return text }
    let kept = String(decoding: bytes.prefix(limit), as: UTF8.self)
    return "\(kept)\n[\(bytes.count - limit) more bytes were not kept]"
}

extension Duration {
    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.multipliedReportingOverflow(by: 1_000_000).overflow
            ? .max : seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
