/// Outgoing HTTP for everybody: one call that suspends until the answer is whole.
///
/// All transfers share one thread and one libcurl multi handle, so connections are pooled. The
/// environment is not asked: no proxy, no netrc, no cookies, unless the configuration says so.
package final class HTTPTransport: Sendable {
    package struct Configuration: Sendable, Hashable {
        /// Every request goes through it, when set.
        ///
        /// With a proxy, only addresses that stand in a URL
        /// are judged here: names are resolved by the proxy, which has to guard them.
        package var proxy: String?
        /// Certificates (PEM) trusted in addition to the system's.
        package var caFile: String?
        package var userAgent: String

        package init(proxy: String? = nil, caFile: String? = nil, userAgent: String = "Sluice") {
            self.proxy = proxy
            self.caFile = caFile
            self.userAgent = userAgent
        }
    }

    private let configuration: Configuration
    private let loop: TransferLoop

    package init(_ configuration: Configuration = Configuration()) throws(TransportSetupError) {
        self.configuration = configuration
        loop = try TransferLoop.start()
    }

    deinit { loop.stop() }

    /// Ends every transfer with `closed`; returns when the thread is gone.
    package func shutDown() async { await loop.stopAndWait() }

    /// Sends `request` and waits for the whole answer, or for the deadline that passes first.
    ///
    /// Cancelling the task aborts the transfer. `receiving`, when given, gets the body of a 2xx piece by
    /// piece instead of the response; it is called on the transport's own thread and must be quick.
    package func send(
        _ request: HTTPRequest, receiving: (@Sendable ([UInt8]) -> Void)? = nil
    ) async throws(HTTPError) -> HTTPResponse {
        let deadline = ContinuousClock.now + request.timeouts.total
        var current = request
        var remaining = 0
        if case .follow(let atMost) = request.redirects { remaining = atMost }
        let limit = remaining
        var hasSent = false
        while true {
            let response = try await perform(current, deadline, receiving, hasSentBefore: hasSent)
            hasSent = true
            guard case .follow = request.redirects else { return response }
            let next: HTTPRequest?
            do {
                next = try RedirectRules.next(after: response, to: current)
            } catch {
                throw HTTPError(
                    kind: .redirectRefused(error.cause), method: current.method,
                    origin: current.url.origin, mayHaveArrived: true)
            }
            guard let next else { return response }
            guard remaining > 0 else {
                throw HTTPError(
                    kind: .redirectRefused("it was redirected more than \(limit) times"),
                    method: current.method, origin: current.url.origin, mayHaveArrived: true)
            }
            remaining -= 1
            current = next
        }
    }

    private func perform(
        _ request: HTTPRequest, _ deadline: ContinuousClock.Instant,
        _ receiving: (@Sendable ([UInt8]) -> Void)?, hasSentBefore: Bool
    ) async throws(HTTPError) -> HTTPResponse {
        func failure(_ kind: HTTPError.Kind) -> HTTPError {
            HTTPError(
                kind: kind, method: request.method, origin: request.url.origin,
                mayHaveArrived: hasSentBefore)
        }
        if Task.isCancelled { throw failure(.cancelled) }
        if let fault = RequestRules.fault(in: request) { throw failure(.invalidRequest(fault)) }
        if configuration.proxy != nil,
            let refusal = request.egress.refusalBehindProxy(
                host: request.url.host, port: request.url.port)
        {
            throw failure(.egressRefused(refusal))
        }
        let plan = TransferPlan(
            request: request, proxy: configuration.proxy, caFile: configuration.caFile,
            userAgent: configuration.userAgent, deadline: deadline, receiving: receiving)
        switch await loop.run(plan) {
        case .success(let response): return response
        case .failure(let error):
            throw HTTPError(
                kind: error.kind, method: error.method, origin: error.origin,
                mayHaveArrived: error.mayHaveArrived || hasSentBefore)
        }
    }
}

/// The transport could not be started.
package struct TransportSetupError: Error, Sendable, Hashable, CustomStringConvertible {
    package let cause: String
    package var description: String { "cannot start the HTTP transport: \(cause)" }
}
