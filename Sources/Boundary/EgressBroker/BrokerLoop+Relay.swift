import HTTPTransport
import LinuxSystem

/// Bytes from one side to the other.
extension BrokerLoop {
    private static let chunk = 64 << 10
    /// Body of a request that the broker makes itself.
    private static let mostGathered = 16 << 20
    /// Each is cut from the front of what was read.
    private static let mostInterimAnswers = 32

    func readClient(_ connection: BrokerConnection) {
        var bytes: [UInt8] = []
        do {
            switch try connection.client.descriptor.read(upTo: Self.chunk, into: &bytes) {
            case .wouldBlock: return
            case .end: connection.clientHasEnded = true
            case .bytes: break
            }
        } catch {
            return close(connection)
        }
        guard countSent(bytes.count, connection) else { return }
        switch connection.phase {
        case .reading:
            connection.incoming += bytes
            takeHead(connection)
        case .greeting: greet(bytes, connection)
        case .gathering: gather(bytes, connection)
        case .relaying where connection.isTunnel: connection.toUpstream.append(bytes)
        case .relaying: passBody(bytes, connection)
        case .lingering: if connection.clientHasEnded { close(connection) }
        case .resolving, .connecting:
            connection.incoming += bytes
            if connection.clientHasEnded { close(connection) }
        case .queued, .requesting: if connection.clientHasEnded { close(connection) }
        case .ending: break
        }
    }

    func readUpstream(_ connection: BrokerConnection) {
        guard let upstream = connection.upstream else { return }
        var bytes: [UInt8] = []
        do {
            switch try upstream.descriptor.read(upTo: Self.chunk, into: &bytes) {
            case .wouldBlock: return
            case .end: connection.upstreamHasEnded = true
            case .bytes: break
            }
        } catch {
            connection.upstreamHasEnded = true
        }
        guard countReceived(bytes.count, connection) else { return }
        if connection.isTunnel || connection.hasAnswerHead {
            connection.toClient.append(bytes)
        } else {
            connection.answer += bytes
            takeAnswerHead(connection)
        }
    }

    private func takeAnswerHead(_ connection: BrokerConnection) {
        do throws(HeadFault) {
            while let head = try AnswerHead(
                connection.answer, searched: connection.answerSearched)
            {
                connection.answer.removeFirst(head.length)
                connection.answerSearched = 0
                guard !head.isInterim else {
                    connection.interimAnswers += 1
                    guard connection.interimAnswers <= Self.mostInterimAnswers else {
                        throw HeadFault(cause: "it does not come to an answer")
                    }
                    continue
                }
                connection.hasAnswerHead = true
                connection.toClient.append(head.rewritten)
                connection.toClient.append(connection.answer)
                connection.answer = []
                return
            }
            connection.answerSearched = connection.answer.count
            if connection.upstreamHasEnded {
                refuse(
                    connection,
                    .badGateway("\(connection.name) closed the connection without an answer"))
            }
        } catch {
            refuse(
                connection,
                .badGateway("the answer of \(connection.name) is not HTTP: \(error.cause)"))
        }
    }

    /// A body of a plain request, framed anew; what comes behind its end goes nowhere.
    func passBody(_ bytes: [UInt8], _ connection: BrokerConnection) {
        guard let request = connection.request else { return }
        do throws(HeadFault) {
            let wasDone = connection.body.isDone
            let found = try connection.body.take(bytes)
            let isChunked = request.framing == .chunked
            if isChunked, !found.isEmpty {
                connection.toUpstream.append(String(found.count, radix: 16) + "\r\n")
                connection.toUpstream.append(found)
                connection.toUpstream.append("\r\n")
            } else {
                connection.toUpstream.append(found)
            }
            if isChunked, connection.body.isDone, !wasDone {
                connection.toUpstream.append("0\r\n\r\n")
            }
            // Who asked and went away wants no answer; a host that is silent must not hold a place.
            if connection.clientHasEnded { close(connection) }
        } catch {
            refuse(connection, .badRequest(error.cause))
        }
    }

    // MARK: Requests of the broker's own

    func gather(_ bytes: [UInt8], _ connection: BrokerConnection) {
        do throws(HeadFault) {
            connection.incoming += try connection.body.take(bytes)
        } catch {
            return refuse(connection, .badRequest(error.cause))
        }
        guard connection.incoming.count <= Self.mostGathered else {
            return deny(connection, "a request has at most \(Self.mostGathered >> 20) MiB here")
        }
        guard connection.body.isDone else {
            if connection.clientHasEnded { close(connection) }
            return
        }
        connection.phase = .queued
        self.request(connection)
    }

    /// Makes the request when the run has a place for it; else it stays in the queue.
    func request(_ connection: BrokerConnection) {
        guard let request = connection.request, let pass = connection.pass,
            case .secure(let url) = request.kind
        else { return }
        let limits = configuration.limits
        let mayStart = pass.count { usage in
            guard usage.requesting < limits.requestsAtOnce else { return false }
            usage.requesting += 1
            return true
        }
        guard mayStart else { return }
        connection.holdsPlace = true
        connection.phase = .requesting
        let hasBody = request.framing != .none && !["GET", "HEAD"].contains(request.method)
        let left = max(.milliseconds(1), pass.grant.until - .now)
        let room = pass.count { max(0, limits.received - $0.received) }
        requester.begin(
            HTTPRequest(
                method: request.method, url: url,
                headers: request.passedOn.filter { $0.name.lowercased() != "accept-encoding" },
                body: hasBody ? connection.incoming : nil,
                timeouts: HTTPTimeouts(
                    connect: min(left, limits.connectTime), firstByte: left, idle: left,
                    total: left),
                responseLimit: min(limits.answer, room), egress: pass.grant.policy,
                isRepeatable: false),
            for: connection.serial)
        connection.incoming = []
    }

    func pass(_ result: Result<HTTPResponse, HTTPError>, to connection: BrokerConnection) {
        requester.forget(connection.serial)
        guard case .requesting = connection.phase else { return }
        switch result {
        case .success(let response):
            guard countReceived(response.body.count, connection) else { return }
            let isHead = connection.request?.method == "HEAD"
            // The transport has decoded and joined the body.
            let dropped: Set<String> = ["content-encoding", "transfer-encoding", "content-length"]
            let kept = response.headers.withoutConnection.filter {
                isHead || !dropped.contains($0.name.lowercased())
            }
            var lines = ["HTTP/1.1 \(response.status) "]
            lines += kept.map { "\($0.name): \($0.value)" }
            if !isHead { lines.append("Content-Length: \(response.body.count)") }
            lines += ["Connection: close", "", ""]
            connection.toClient.append(Array(lines.joined(separator: "\r\n").utf8))
            connection.toClient.append(response.body)
            connection.phase = .ending
            connection.deadline = connection.pass?.grant.until ?? .now
        case .failure(let error):
            switch error.kind {
            case .egressRefused(let refusal):
                deny(
                    connection,
                    "its address \(refusal.address) is \(refusal.rule.rawValue), "
                        + "and the host's 'egress: allow' does not list it")
            case .responseTooLarge(let limit):
                let isWhole = limit >= configuration.limits.answer
                deny(
                    connection,
                    isWhole
                        ? "an answer to a script without TLS has at most \(limit >> 20) MiB"
                        : receivedRule)
            default: refuse(connection, .badGateway("\(error)"))
            }
        }
    }

    // MARK: Ends and amounts

    /// What follows from what has been written and read.
    func advance(_ connection: BrokerConnection) {
        switch connection.phase {
        case .relaying:
            if connection.isTunnel, connection.clientHasEnded, connection.toUpstream.isEmpty,
                !connection.toldUpstream, let upstream = connection.upstream
            {
                connection.toldUpstream = true
                InternetSocket.endWriting(to: upstream)
            }
            guard connection.upstreamHasEnded, connection.toClient.isEmpty else { return }
            linger(connection)
        case .ending where connection.toClient.isEmpty: linger(connection)
        default: break
        }
    }

    private func linger(_ connection: BrokerConnection) {
        guard !connection.clientHasEnded else { return close(connection) }
        connection.upstream = nil
        connection.watchedUpstream = nil
        InternetSocket.endWriting(to: connection.client)
        connection.phase = .lingering
        connection.deadline = .now + Self.lingerTime
    }

    private var receivedRule: String {
        "a run receives at most \(configuration.limits.received >> 20) MiB"
    }

    private func countSent(_ count: Int, _ connection: BrokerConnection) -> Bool {
        guard count > 0, let pass = connection.pass else { return true }
        if case .lingering = connection.phase { return true }
        let limit = configuration.limits.sent
        let total = pass.count { usage in
            usage.sent += count
            return usage.sent
        }
        guard total > limit else { return true }
        note(connection, "a run sends at most \(limit >> 20) MiB")
        close(connection)
        return false
    }

    private func countReceived(_ count: Int, _ connection: BrokerConnection) -> Bool {
        guard count > 0, let pass = connection.pass else { return true }
        let total = pass.count { usage in
            usage.received += count
            return usage.received
        }
        guard total > configuration.limits.received else { return true }
        note(connection, receivedRule)
        // A body without a length would look whole to the script.
        InternetSocket.resetWhenClosed(connection.client)
        close(connection)
        return false
    }
}
