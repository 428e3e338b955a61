internal import FlowModel

/// Why an operation has no output: what the step's outcome says, before redaction.
package struct ConnectorFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable {
        case invalidArguments = "invalid-arguments"
        /// The host's grants do not let this flow do it.
        case notGranted = "not-granted"
        case egressRefused = "egress-refused"
        case connection
        case timeout
        case httpStatus = "http-status"
        case authentication
        case rateLimited = "rate-limited"
        /// The service is still preparing what was asked for.
        case notReady = "not-ready"
        case invalidAnswer = "invalid-answer"
        /// The model's answer ended before it was whole.
        case cutOff = "cut-off"
        /// The model or its host declined to answer.
        case refused
        case contextLength = "context-length"
        case quota
        case limit
        case cancelled
    }

    package var kind: Kind
    package var message: String
    package var status: Int?
    package var isRetryable: Bool
    package var retryAfter: Duration?
    /// Whether the service may have done the work although no answer came back.
    package var mayHaveHappened: Bool
    /// Set when the host could not begin: nothing was sent, and no retry helps.
    private(set) var missingSecret: SecretError?

    package init(
        _ kind: Kind, _ message: String, status: Int? = nil, isRetryable: Bool = false,
        retryAfter: Duration? = nil, mayHaveHappened: Bool = false
    ) {
        self.kind = kind
        self.message = message
        self.status = status
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
        self.mayHaveHappened = mayHaveHappened
    }

    package var description: String { message }

    func because(_ secret: SecretError) -> ConnectorFailure {
        var copy = self
        copy.missingSecret = secret
        return copy
    }

    func raised(_ redactor: Redactor) -> RaisedError {
        RaisedError(
            type: kind.rawValue, message: redactor.redact(message), status: status,
            isRetryable: isRetryable, retryAfter: retryAfter)
    }
}
