internal import Cryptography
internal import FlowModel
internal import HTTPTransport
internal import JSONValue

/// The settings of an `http` connection beside its URL and token.
struct RequestSettings: Sendable {
    let headers: [HTTPHeader]
    let timeouts: HTTPTimeouts
    private let header: String
    private let prefix: String

    init(_ settings: inout ConnectionSettings) {
        headers = settings.headers("headers")
        header = settings.text("token-header") ?? "Authorization"
        let given = settings.text("token-prefix")
        prefix = given.map { $0 + " " } ?? (header.lowercased() == "authorization" ? "Bearer " : "")
        timeouts = HTTPTimeouts(total: settings.duration("timeout") ?? .seconds(60))
    }

    func credentials(_ secret: Secret?) -> [HTTPHeader] {
        secret.map { [HTTPHeader(header, prefix + $0.reveal())] } ?? []
    }
}

/// What flows may ask of any HTTP service that the configuration names.
enum RequestOperations {
    static let all = [
        OperationDescription(
            name: "http/get", connectionKind: "http", effect: .read, risk: .low,
            summary: "Get a page or document below the connection's URL.",
            arguments: arguments(methods: nil), resourceArgument: "path",
            credentialArguments: ["credential"]),
        OperationDescription(
            name: "http/request", connectionKind: "http", effect: .write, risk: .medium,
            summary: "Send any request below the connection's URL.",
            arguments: arguments(methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
            resourceArgument: "path", credentialArguments: ["credential"]),
    ]

    private static func arguments(methods: [JSON]?) -> JSON {
        let scalar: JSON = ["type": ["string", "number", "boolean"]]
        var properties: JSONObject = JSONObject()
        properties["path"] = [
            "type": "string", "pattern": "^[^/]",
            "description": "Below the connection's URL, not encoded, without a slash before it.",
        ]
        properties["query"] = ["type": "object", "additionalProperties": scalar]
        properties["headers"] = ["type": "object", "additionalProperties": ["type": "string"]]
        properties["credential"] = [
            "type": "string",
            "description": "An input of type secret, sent in the place of the connection's token.",
        ]
        properties["expect"] = [
            "type": "array", "items": ["type": "integer", "minimum": 100, "maximum": 599],
            "description": "Statuses that are no error; 200 to 299 when left out.",
        ]
        if let methods {
            properties["method"] = ["type": "string", "enum": .array(methods)]
            properties["json"] = [:]
            properties["body"] = ["type": "string"]
        }
        return [
            "type": "object", "additionalProperties": false, "required": ["path"],
            "properties": .object(properties),
        ]
    }
}

/// One request to a service that has no connector of its own.
final class RequestConnector: Connector {
    private let client: ServiceClient
    private let settings: RequestSettings

    init(client: ServiceClient, settings: RequestSettings) {
        self.client = client
        self.settings = settings
    }

    /// `{status, headers, json or body}`; a body that is no text is `{base64}`.
    func perform(_ call: OperationCall) async throws(ConnectorFailure) -> JSON {
        let method = Self.method(call)
        let answer = try await client.send(try exchange(call, method), for: call)
        let expected = call.arguments["expect"]?.arrayValue?.compactMap(\.integerValue)
        let isExpected =
            expected?.contains(Int64(answer.status)) ?? (200...299).contains(answer.status)
        guard isExpected else {
            var failure = answer.failure(from: client.connection, act: "\(method) the path")
            if failure.mayHaveHappened, !Self.isReading(method) { failure.isRetryable = false }
            throw failure
        }
        return try Self.output(answer, client.connection)
    }

    func lookUp(_ call: OperationCall) async throws(ConnectorFailure) -> EffectLookUp {
        let method = Self.method(call)
        if Self.isReading(method) { return .absent }
        return .unknown(
            "a \(method) to connection '\(client.connection)' leaves no mark to look for")
    }

    func risk(of call: OperationCall, described: OperationRisk) -> OperationRisk {
        switch Self.method(call) {
        case "GET", "HEAD": described == .low ? .low : .medium
        case "DELETE": .high
        default: .medium
        }
    }

    private static func method(_ call: OperationCall) -> String {
        call.arguments["method"]?.stringValue ?? "GET"
    }

    private static func isReading(_ method: String) -> Bool { method == "GET" || method == "HEAD" }

    private func exchange(
        _ call: OperationCall, _ method: String
    ) throws(ConnectorFailure) -> ServiceClient.Exchange {
        let arguments = call.arguments
        var segments: [String] = []
        let path = arguments["path"]?.stringValue ?? ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            // A slash at the end is part of some services' addresses.
            if part.isEmpty, part.endIndex == path.endIndex {
                segments.append("")
                continue
            }
            segments.append(try ResourceText.segment(String(part), of: "path"))
        }
        var pairs: [(name: String, value: String)] = []
        for (name, value) in arguments["query"]?.objectValue ?? JSONObject() {
            pairs.append((name, value.stringValue ?? value.text))
        }
        var headers: [HTTPHeader] = []
        for (name, value) in arguments["headers"]?.objectValue ?? JSONObject() {
            // SECURITY: who may speak for us is the configuration's business.
            guard !HeaderRules.isCredential(name) else {
                throw ConnectorFailure(
                    .invalidArguments,
                    "argument 'headers' may not set '\(name)': a credential belongs into the "
                        + "connection's 'token'")
            }
            headers.append(HTTPHeader(name, value.stringValue ?? ""))
        }
        var body: [UInt8]?
        if let json = arguments["json"] {
            guard arguments["body"] == nil else {
                throw ConnectorFailure(.invalidArguments, "give 'json' or 'body', not both")
            }
            body = json.bytes
            if headers.first("content-type") == nil {
                headers.append(HTTPHeader("Content-Type", "application/json"))
            }
        } else if let text = arguments["body"]?.stringValue {
            body = Array(text.utf8)
            if headers.first("content-type") == nil {
                headers.append(HTTPHeader("Content-Type", "text/plain; charset=utf-8"))
            }
        }
        return ServiceClient.Exchange(
            method: method, path: "/" + segments.joined(separator: "/"),
            query: ResourceText.query(pairs), headers: headers, body: body,
            credentials: call.credentials["credential"].map { settings.credentials($0) },
            isRepeatable: Self.isReading(method))
    }

    private static func output(
        _ answer: ServiceClient.Answer, _ connection: String
    ) throws(ConnectorFailure) -> JSON {
        var headers = JSONObject()
        for header in answer.headers where !HeaderRules.isCredential(header.name) {
            let name = header.name.lowercased()
            let earlier = headers[name]?.stringValue.map { $0 + ", " } ?? ""
            headers[name] = .string(earlier + header.value)
        }
        var output = JSONObject()
        output["status"] = .integer(Int64(answer.status))
        output["headers"] = .object(headers)
        let type = answer.headers.first("content-type")?.lowercased() ?? ""
        if answer.body.isEmpty {
            output["body"] = ""
        } else if type.contains("json") {
            output["json"] = try answer.json(from: connection)
        } else if let text = String(validating: answer.body, as: UTF8.self) {
            output["body"] = .string(text)
        } else {
            output["body"] = ["base64": .string(Base64.encode(answer.body))]
        }
        return .object(output)
    }
}
