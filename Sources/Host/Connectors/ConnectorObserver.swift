internal import FlowModel
package import HTTPTransport

/// Hears what connectors do, for figures and traces.
///
/// It is called in the midst of the work: it must be quick, must not wait, and cannot fail. Neither
/// arguments nor paths nor credentials are told.
package protocol ConnectorObserver: Sendable {
    func operationEnded(_ operation: ObservedOperation)
    func exchangeEnded(_ exchange: ObservedExchange)
}

/// Which attempt a call belongs to.
package struct CallOrigin: Sendable, Hashable {
    package var run: String
    /// Path of the step.
    package var step: String
    package var attempt: Int

    package init(run: String, step: String, attempt: Int) {
        self.run = run
        self.step = step
        self.attempt = attempt
    }
}

/// One operation from its arguments' being read to its output or failure.
package struct ObservedOperation: Sendable, Hashable {
    package var origin: CallOrigin
    /// Nil when there is no such connection, or no such operation.
    package var connection: String?
    package var operation: String?
    package var failure: ConnectorFailure.Kind?
    package var duration: Duration

    package init(
        origin: CallOrigin, connection: String?, operation: String?,
        failure: ConnectorFailure.Kind?, duration: Duration
    ) {
        self.origin = origin
        self.connection = connection
        self.operation = operation
        self.failure = failure
        self.duration = duration
    }
}

/// One request to a service, with the redirects that it followed.
package struct ObservedExchange: Sendable, Hashable {
    package var origin: CallOrigin
    package var connection: String
    package var operation: String
    package var method: String
    package var service: Origin
    /// Nil when no answer came.
    package var status: Int?
    /// Such as `timeout`; nil when an answer came, whatever it says.
    package var failure: String?
    package var duration: Duration

    package init(
        origin: CallOrigin, connection: String, operation: String, method: String,
        service: Origin, status: Int?, failure: String?, duration: Duration
    ) {
        self.origin = origin
        self.connection = connection
        self.operation = operation
        self.method = method
        self.service = service
        self.status = status
        self.failure = failure
        self.duration = duration
    }
}
