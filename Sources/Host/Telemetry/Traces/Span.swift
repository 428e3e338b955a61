internal import JSONValue

/// One span as OTLP has it.
///
/// SECURITY: its attributes hold the host's own words and numbers: never an input, an output, a key of an
/// item, a path or a message.
struct Span: Sendable {
    /// By the numbers of OTLP.
    enum Kind: Int64, Sendable {
        case `internal` = 1
        case client = 3
        case consumer = 5
    }

    enum Value: Sendable {
        case text(String)
        case number(Int64)
    }

    var trace: String
    var name: String
    var span: String
    var parent: String?
    var kind = Kind.internal
    /// Nanoseconds since 1970.
    var start: Int64
    var end: Int64
    var hasFailed = false
    var attributes: [(name: String, value: Value)] = []

    var json: JSON {
        var object = JSONObject()
        object["traceId"] = .string(trace)
        object["spanId"] = .string(span)
        if let parent { object["parentSpanId"] = .string(parent) }
        object["name"] = .string(name)
        object["kind"] = .integer(kind.rawValue)
        // Numbers of 64 bits are texts in protobuf's JSON.
        object["startTimeUnixNano"] = .string(String(min(start, end)))
        object["endTimeUnixNano"] = .string(String(end))
        object["attributes"] = .array(attributes.map { Self.attribute($0.name, $0.value) })
        object["status"] = hasFailed ? ["code": 2] : .object(JSONObject())
        return .object(object)
    }

    static func attribute(_ name: String, _ value: Value) -> JSON {
        switch value {
        case .text(let text): ["key": .string(name), "value": ["stringValue": .string(text)]]
        case .number(let number):
            ["key": .string(name), "value": ["intValue": .string(String(number))]]
        }
    }
}

/// What an OTLP/HTTP request with spans holds.
enum TraceRequest {
    static func bytes(_ spans: [Span], resource: [(name: String, value: Span.Value)]) -> [UInt8] {
        let scope: JSON = [
            "scope": ["name": "sluice"], "spans": .array(spans.map(\.json)),
        ]
        let request: JSON = [
            "resourceSpans": [
                [
                    "resource": [
                        "attributes": .array(
                            resource.map { Span.attribute($0.name, $0.value) })
                    ],
                    "scopeSpans": [scope],
                ]
            ]
        ]
        return request.bytes
    }
}
