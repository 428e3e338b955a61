internal import FlowModel
internal import HTTPTransport
internal import JSONValue

/// One connection's way to its service: base URL, credential, limits, retries.
///
/// Nothing that a caller passes can change scheme, host, port or the credential.
struct ServiceClient: Sendable {
    let connection: String
    let base: HTTPURL
    let credentials: [HTTPHeader]
    let headers: [HTTPHeader]
    let egress: EgressPolicy
    let transport: HTTPTransport
    let gate: AtOnceLimit
    let patience: Patience
    let redactor: Redactor
    var observer: (any ConnectorObserver)?
    var timeouts: HTTPTimeouts
    var retries: RetryPolicy
    var responseLimit = 32 << 20

    struct Exchange: Sendable {
        var method = "GET"
        /// Encoded, put behind the base URL's path.
        var path: String
        var query: String?
        var headers: [HTTPHeader] = []
        var body: [UInt8]?
        /// In the place of the connection's own; nil: that.
        var credentials: [HTTPHeader]?
        /// Whether doing it twice does no harm.
        var isRepeatable = true
        /// Statuses that mean "not now": tried again although the answer is whole.
        var retriedStatuses: Set<Int> = [429, 502, 503, 504]
        /// An answer that no waiting will change, whatever its status.
        var isFinal: @Sendable (Answer) -> Bool = { _ in false }
    }

    struct Answer: Sendable {
        let status: Int
        let headers: [HTTPHeader]
        let body: [UInt8]
        let url: HTTPURL
        let asked: Duration?
    }

    /// Sends until there is an answer that is not "not now", or patience, tries or time are over.
    ///
    /// An error status is an answer. What may have happened and is not repeatable is never sent again.
    func send(
        _ exchange: Exchange, for call: OperationCall
    ) async throws(ConnectorFailure) -> Answer {
        var attempt = 1
        while true {
            let failure: ConnectorFailure
            let asked: Duration?
            var finalAnswer: Answer?
            do throws(ConnectorFailure) {
                let answer = try await gate.run { () async throws(ConnectorFailure) in
                    try await sendOnce(exchange, for: call)
                }
                guard exchange.retriedStatuses.contains(answer.status), !exchange.isFinal(answer)
                else {
                    return answer
                }
                // 429 says that nothing was done; the others may have done it.
                guard exchange.isRepeatable || answer.status == 429 else { return answer }
                finalAnswer = answer
                asked = answer.asked
                failure = ConnectorFailure(.httpStatus, "")
            } catch {
                guard error.isRetryable else { throw error }
                guard exchange.isRepeatable || !error.mayHaveHappened else {
                    // Whoever can find out whether it happened may say otherwise.
                    var final = error
                    final.isRetryable = false
                    throw final
                }
                failure = error
                asked = nil
            }
            attempt += 1
            let wait = retries.wait(
                before: attempt, asked: asked,
                wasReached: failure.kind != .connection || failure.mayHaveHappened,
                jitter: patience.jitter())
            guard let wait, wait < call.deadline - .now else {
                if let finalAnswer { return finalAnswer }
                throw failure
            }
            call.log.add(
                "waiting \((wait.milliseconds / 100).rounded() / 10) s before try \(attempt)")
            do {
                try await patience.sleep(wait)
            } catch {
                throw ConnectorFailure(.cancelled, "cancelled")
            }
        }
    }

    private func sendOnce(
        _ exchange: Exchange, for call: OperationCall
    ) async throws(ConnectorFailure) -> Answer {
        let url: HTTPURL
        do {
            url = try base.appending(path: exchange.path, query: exchange.query)
        } catch {
            throw ConnectorFailure(.invalidArguments, "connection '\(connection)': \(error)")
        }
        // SECURITY: the base's own path is a prefix that no argument can leave.
        guard url.origin == base.origin else {
            throw ConnectorFailure(
                .invalidArguments, "connection '\(connection)': the path leads to another host")
        }
        var timeouts = timeouts
        timeouts.total = try call.remaining(atMost: timeouts.total)
        let started = ContinuousClock.now
        let request = HTTPRequest(
            method: exchange.method, url: url, headers: headers + exchange.headers,
            credentials: exchange.credentials ?? credentials, body: exchange.body,
            redirects: ["GET", "HEAD"].contains(exchange.method) ? .follow(atMost: 5) : .none,
            timeouts: timeouts, responseLimit: responseLimit, egress: egress,
            isRepeatable: exchange.isRepeatable)
        do {
            let response = try await transport.send(request)
            observe(request, call, status: response.status, nil, since: started)
            call.log.add(
                "\(exchange.method) \(redactor.redact(url.target)) \(response.status) in "
                    + "\(milliseconds(since: started)) ms")
            return Answer(
                status: response.status, headers: response.headers, body: response.body,
                url: response.url,
                asked: RetryAfter.duration(in: response.headers, now: patience.now()))
        } catch {
            let failure = failure(error)
            observe(request, call, status: nil, failure.kind, since: started)
            call.log.add(
                "\(exchange.method) \(redactor.redact(url.target)): \(error) after "
                    + "\(milliseconds(since: started)) ms")
            throw failure
        }
    }

    private func observe(
        _ request: HTTPRequest, _ call: OperationCall, status: Int?,
        _ failure: ConnectorFailure.Kind?, since started: ContinuousClock.Instant
    ) {
        guard let observer else { return }
        observer.exchangeEnded(
            ObservedExchange(
                origin: call.origin, connection: connection, operation: call.operation,
                method: request.method, service: request.url.origin, status: status,
                failure: failure?.rawValue, duration: .now - started))
    }

    private func milliseconds(since start: ContinuousClock.Instant) -> Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    private func failure(_ error: HTTPError) -> ConnectorFailure {
        let message = "connection '\(connection)': \(error)"
        switch error.kind {
        case .cancelled: return ConnectorFailure(.cancelled, "cancelled")
        case .egressRefused: return ConnectorFailure(.egressRefused, message)
        case .invalidRequest: return ConnectorFailure(.invalidArguments, message)
        case .invalidAnswer, .responseTooLarge, .redirectRefused:
            return ConnectorFailure(.invalidAnswer, message, mayHaveHappened: error.mayHaveArrived)
        case .tls: return ConnectorFailure(.connection, message)
        case .timeout:
            return ConnectorFailure(
                .timeout, message, isRetryable: true, mayHaveHappened: error.mayHaveArrived)
        case .unresolved, .unreachable, .cut, .closed:
            return ConnectorFailure(
                .connection, message, isRetryable: true, mayHaveHappened: error.mayHaveArrived)
        }
    }
}

extension ServiceClient.Answer {
    /// The body as JSON, or what is wrong with it.
    func json(from connection: String) throws(ConnectorFailure) -> JSON {
        do {
            return try JSON.parse(body)
        } catch {
            throw ConnectorFailure(
                .invalidAnswer,
                "connection '\(connection)': status \(status), but the body is not JSON (\(error)): "
                    + excerpt,
                status: status, mayHaveHappened: (200...299).contains(status))
        }
    }

    /// The beginning of the body, fit for a message: 400 characters, no control characters.
    var excerpt: String {
        let text = String(decoding: body.prefix(1600), as: UTF8.self)
        let shown = text.prefix(400).map { character -> Character in
            character.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }
                ? " " : character
        }
        return String(shown) + (text.count > 400 ? "…" : "")
    }

    /// The failure that an error status means.
    func failure(from connection: String, act: String) -> ConnectorFailure {
        let start = "connection '\(connection)': \(act): status \(status)"
        switch status {
        case 300...399:
            let target = headers.first("location") ?? "nowhere"
            return ConnectorFailure(
                .httpStatus,
                "\(start): redirected to \(target); set the connection's url to where the service is",
                status: status)
        case 401:
            return ConnectorFailure(
                .authentication, "\(start): the credential was not accepted: \(excerpt)",
                status: status)
        case 429:
            return ConnectorFailure(
                .rateLimited, "\(start): too many requests: \(excerpt)", status: status,
                isRetryable: true, retryAfter: asked)
        default:
            return ConnectorFailure(
                .httpStatus, "\(start): \(excerpt)", status: status,
                isRetryable: status >= 500 || status == 408, retryAfter: asked,
                mayHaveHappened: status >= 500 || status == 408)
        }
    }
}
