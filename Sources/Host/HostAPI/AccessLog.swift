package import HTTPListener
internal import JSONValue
internal import Journal
internal import LinuxSystem

/// One line for each request, on standard error.
package struct AccessLog: Sendable {
    package enum Style: String, Sendable, CaseIterable { case text, json }
    private let style: Style

    package init(style: Style) { self.style = style }

    func write(_ record: HTTPExchangeRecord) {
        let milliseconds = Double(record.duration.nanoseconds / 1000) / 1000
        write([
            "request": .string(record.id), "peer": .string(record.peer.description),
            "method": .string(record.method), "path": .string(Self.shown(record.path)),
            "status": .integer(Int64(record.status)),
            "bytes_in": .integer(Int64(record.requestBytes)),
            "ms": .double(milliseconds), "complete": .bool(record.isComplete),
        ])
    }

    /// SECURITY: whoever reads the log need not be able to open the pages of approvals.
    private static func shown(_ path: String) -> String {
        guard path.hasPrefix(ApprovalLinks.prefix), let point = path.lastIndex(of: ".") else {
            return path
        }
        return path[..<point] + ".…"
    }

    package func write(trouble: String, request: HTTPRequest) {
        write(["request": .string(request.id), "error": .string(trouble)])
    }

    /// Something about the host rather than a request.
    package func write(event: String) { write(["event": .string(event)]) }

    private func write(_ members: JSON) {
        guard case .object(let object) = members else { return }
        let now = Moment(milliseconds: ProcessSurroundings.wallClockMilliseconds).description
        var line = JSONObject()
        line["at"] = .string(now)
        for (name, value) in object { line[name] = value }
        switch style {
        case .json: StandardStream.error.write(JSON.object(line).text + "\n")
        case .text:
            let words = line.map { name, value in
                name == "at" ? now : "\(name)=\(Self.word(value))"
            }
            StandardStream.error.write(words.joined(separator: " ") + "\n")
        }
    }

    /// SECURITY: a text that could be taken for another line or field is quoted as JSON.
    private static func word(_ value: JSON) -> String {
        guard let text = value.stringValue,
            text.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 34 && $0 != 61 && $0 != 92 })
        else { return value.text }
        return text.isEmpty ? "\"\"" : text
    }
}
