package import FlowEngine
package import HTTPListener
package import JSONValue
package import Journal

/// What the API can do with a host; `HostAssembly` fills it.
package protocol HostBackend: Sendable {
    /// The flows that are served, by name.
    func flows() async throws -> [FlowListing]

    /// Makes a run durable and lets it begin when it is its turn; nil when there is no such flow.
    ///
    /// Throws `APIFault` for inputs that do not fit.
    func start(flow: String, inputs: JSONObject, requestedBy: String) async throws -> RunID?

    func runs(_ filter: RunFilter) async throws -> [RunRecord]
    func run(_ id: RunID) async throws -> RunDetail?
    /// Ends a run for good.
    func cancel(_ id: RunID) async throws
    /// What happens to a run from now on; ends when its driver leaves it.
    func events(of id: RunID) -> AsyncStream<RunEvent>

    /// What `sluice doctor` found; nil while it still looks.
    func examination() -> HostExamination?
    /// Figures for `/metrics`, beside those of the API itself.
    func figures() async -> [HostFigure]

    /// Whether a webhook listens at that path: `/hooks/FLOW`, or what a flow's `at:` names.
    func hasHook(at path: String) -> Bool
    /// Takes a delivery: verified, deduplicated and durable before it is answered.
    func receive(_ request: HTTPRequest) async -> HookReceipt
}

/// What became of a delivery.
package struct HookReceipt: Sendable {
    package var answer: HTTPAnswer
    /// For the log only: why it was not believed, or what went wrong.
    package var note: String?

    package init(answer: HTTPAnswer, note: String?) {
        self.answer = answer
        self.note = note
    }
}

package struct FlowListing: Sendable, Hashable {
    package var name: String
    package var summary: String
    package var inputs: JSON
    /// Where its webhook listens; nil: it has none.
    package var hook: String?

    package init(name: String, summary: String, inputs: JSON, hook: String?) {
        self.name = name
        self.summary = summary
        self.inputs = inputs
        self.hook = hook
    }

    var json: JSON {
        [
            "flow": .string(name), "summary": .string(summary), "inputs": inputs,
            "hook": hook.map(JSON.string) ?? .null,
        ]
    }
}

package struct HostExamination: Sendable {
    package var isReady: Bool
    package var layers: JSON
    package var profiles: JSON

    package init(isReady: Bool, layers: JSON, profiles: JSON) {
        self.isReady = isReady
        self.layers = layers
        self.profiles = profiles
    }
}

/// One line of `/metrics`.
package struct HostFigure: Sendable, Hashable {
    package enum Kind: String, Sendable { case counter, gauge }
    /// Such as `sluice_runs`.
    package var name: String
    package var help: String
    package var kind: Kind
    package var labels: [String: String]
    package var value: Double

    package init(
        _ name: String, _ help: String, _ kind: Kind, labels: [String: String] = [:],
        value: Double
    ) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        self.value = value
    }
}

/// What is answered instead of a result.
///
/// SECURITY: the message reaches a client, so it says nothing of the host's insides.
package struct APIFault: Error, Sendable, Hashable {
    package var status: Int
    package var code: String
    package var message: String
    package var details: [String]
    package var retryAfter: Int?

    package init(
        _ status: Int, _ code: String, _ message: String, details: [String] = [],
        retryAfter: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
    }

    static let noSuchPath = APIFault(404, "not-found", "there is nothing here")
    static let noSuchRun = APIFault(404, "not-found", "there is no such run")
    static let noSuchFlow = APIFault(404, "not-found", "there is no such flow")
    static let noKey = APIFault(
        401, "unauthorized", "a key is needed: send 'Authorization: Bearer KEY'")

    package func answer(id: String) -> HTTPAnswer {
        var error: JSONObject = JSONObject()
        error["code"] = .string(code)
        error["message"] = .string(message)
        if !details.isEmpty { error["details"] = .array(details.map(JSON.string)) }
        error["request_id"] = .string(id)
        var answer = HTTPAnswer.json(status, ["error": .object(error)])
        if status == 401 { answer.headers.set("WWW-Authenticate", "Bearer") }
        if let retryAfter { answer.headers.set("Retry-After", String(retryAfter)) }
        return answer
    }
}

extension HTTPAnswer {
    package static func json(_ status: Int, _ value: JSON) -> HTTPAnswer {
        HTTPAnswer(
            status: status,
            headers: [
                "Content-Type": "application/json", "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            ], body: .bytes(value.bytes + [UInt8(ascii: "\n")]))
    }
}
