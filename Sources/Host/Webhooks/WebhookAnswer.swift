package import JSONValue
package import Journal

/// What a webhook's sender is told.
///
/// Whatever it says was done is durable.
package struct WebhookAnswer: Sendable {
    package enum Kind: Sendable, Hashable {
        case accepted(RunID)
        case duplicate(RunID)
        case ignored
        case refused
        /// The request is not believed.
        case unverified
        /// No webhook has this path, or it takes another method.
        case unknown
        /// There is too much to do, or the journal cannot be written; the sender should come again.
        case unavailable
    }

    package var kind: Kind
    package var status: Int
    package var headers: [(name: String, value: String)]
    /// Nil: an empty body.
    package var body: JSON?
    /// For the log only: why a request was not believed, or what went wrong here.
    package var note: String?
    package var flow: String?
    package var delivery: DeliveryID?

    init(
        _ kind: Kind, status: Int, body: JSON?, headers: [(name: String, value: String)] = [],
        note: String? = nil, flow: String? = nil, delivery: DeliveryID? = nil
    ) {
        self.kind = kind
        self.status = status
        self.headers = headers
        self.body = body
        self.note = note
        self.flow = flow
        self.delivery = delivery
    }

    /// SECURITY: the same for every reason, so that nobody learns from it how to be believed.
    static func unverified(_ reason: String, flow: String) -> WebhookAnswer {
        WebhookAnswer(
            .unverified, status: 401,
            body: ["error": "the request could not be verified"], note: reason, flow: flow)
    }

    /// SECURITY: `reason` is told to the sender, so it names nothing inside the host.
    static func unavailable(
        after seconds: Int, because reason: String, note: String? = nil, flow: String?
    ) -> WebhookAnswer {
        WebhookAnswer(
            .unavailable, status: 503, body: ["error": .string("come again later: \(reason)")],
            headers: [("Retry-After", String(seconds))], note: note, flow: flow)
    }

    static let noSuchHook = WebhookAnswer(
        .unknown, status: 404, body: ["error": "there is no webhook at this path"])

    static let wrongMethod = WebhookAnswer(
        .unknown, status: 405, body: ["error": "a webhook takes POST"],
        headers: [("Allow", "POST")])
}
