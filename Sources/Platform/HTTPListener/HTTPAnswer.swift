/// What a request is answered with.
///
/// `X-Request-Id`, `Date`, the length or framing of the body and what the connection needs are added.
package struct HTTPAnswer: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Written piece by piece for as long as the producer likes; see `HTTPStream`.
        ///
        /// The stream ends when it returns, and breaks off when it throws.
        case events(@Sendable (HTTPStream) async throws -> Void)
    }

    package var status: Int
    package var headers: HTTPFields
    package var body: Body

    package init(status: Int, headers: HTTPFields = HTTPFields(), body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why the listener refuses a request by itself, before or beside its handler.
package struct HTTPRefusal: Sendable, Hashable {
    package var status: Int
    /// A word for programs, such as `bad-request`.
    package var code: String
    /// A sentence for people: nothing in it comes from the request.
    package var message: String
    /// Seconds after which it may be tried again.
    package var retryAfter: Int?

    package init(status: Int, code: String, message: String, retryAfter: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// The same envelope that the host's own errors have.
    package func answer(id: String) -> HTTPAnswer {
        var headers: HTTPFields = ["Content-Type": "application/json", "Cache-Control": "no-store"]
        if let retryAfter { headers.set("Retry-After", String(retryAfter)) }
        let body =
            #"{"error":{"code":"\#(code)","message":"\#(message)","request_id":"\#(id)"}}"# + "\n"
        return HTTPAnswer(status: status, headers: headers, body: .bytes(Array(body.utf8)))
    }
}

/// What a handler says to a head, before any byte of the body is read.
package enum HTTPAdmission: Sendable {
    /// A body of at most so many bytes; more is answered with 413.
    case accept(bodyLimit: Int)
    case refuse(HTTPAnswer)
}

/// How a request ended, for logs and figures.
package struct HTTPExchangeRecord: Sendable {
    package var id: String
    package var peer: HTTPPeer
    package var method: String
    /// The path alone: queries may hold what is no log's business.
    package var path: String
    package var status: Int
    /// Of the body as it was received.
    package var requestBytes: Int
    package var duration: Duration
    /// Whether the whole answer went out.
    package var isComplete: Bool
}

/// Who answers requests.
package protocol HTTPHandler: Sendable {
    /// Judges a head on the thread that reads connections, so it must not wait.
    func admit(_ head: HTTPRequest) -> HTTPAdmission

    /// Answers a request whose body is whole.
    ///
    /// Its task is cancelled when the client goes away, and when the listener stops.
    func answer(_ request: HTTPRequest) async -> HTTPAnswer

    /// Hears of every request that had a readable head, on the thread that reads connections.
    func completed(_ record: HTTPExchangeRecord)
}

extension HTTPHandler {
    package func completed(_ record: HTTPExchangeRecord) {}
}
