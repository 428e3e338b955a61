internal import Cryptography
internal import HTTPListener
internal import JSONValue

/// What a request to run a flow asks for.
struct WorkflowBody: Sendable {
    enum Mode: String, Sendable, CaseIterable {
        case blocking, streaming
        /// Of this host alone: answered as soon as the run is durable.
        case async
    }

    var inputs: JSONObject
    var files: [JSON]
    var mode: Mode
    var user: String

    init(_ request: HTTPRequest) throws(WorkflowFault) {
        let body = try Self.object(request)
        user = try Self.user(body["user"])
        guard let inputs = body["inputs"]?.objectValue else {
            throw .invalid(
                body["inputs"] == nil
                    ? "inputs is required in the request body" : "inputs must be an object")
        }
        self.inputs = inputs
        switch body["files"] {
        case nil, .null?: files = []
        case .array(let files)?: self.files = files
        default: throw .invalid("files must be a list")
        }
        switch body["response_mode"] {
        case nil, .null?: mode = .blocking
        case .string(let word)?:
            guard let mode = Mode(rawValue: word) else { throw Self.unknownMode }
            self.mode = mode
        default: throw Self.unknownMode
        }
    }

    private static let unknownMode = WorkflowFault.invalid(
        "response_mode must be one of: blocking, streaming, async")

    /// What a request that comes again must have in common with the first, however it is answered.
    func digest(version: String?) -> [UInt8] {
        let asked: JSON = [
            "inputs": .object(inputs), "files": .array(files),
            "version": version.map(JSON.string) ?? .null,
        ]
        return Digest.sha256(asked.bytes)
    }

    // MARK: Parts that other routes read too

    static func object(_ request: HTTPRequest) throws(WorkflowFault) -> JSONObject {
        let value: JSON
        do {
            value = try JSON.parse(request.body)
        } catch {
            throw .invalid("Invalid JSON payload received or JSON payload is empty.")
        }
        guard let object = value.objectValue else {
            throw .invalid("the request body must be a JSON object")
        }
        return object
    }

    static func user(_ value: JSON?) throws(WorkflowFault) -> String {
        guard let value, !value.isNull else { throw .invalid("Arg user must be provided.") }
        guard let text = value.stringValue else { throw .invalid("user must be a string") }
        return try user(text)
    }

    static func user(_ text: String?) throws(WorkflowFault) -> String {
        guard let text, !text.isEmpty else { throw .invalid("Arg user must be provided.") }
        guard text.utf8.count <= 255, text.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
            throw .invalid("user must have at most 255 bytes and no control characters")
        }
        return text
    }
}
