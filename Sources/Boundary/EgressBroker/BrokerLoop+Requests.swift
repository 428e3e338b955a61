import HTTPTransport
import LinuxSystem

/// From the head of a request to the host it means, or to a refusal in words.
extension BrokerLoop {
    private static let notListed =
        "it is not in the run's list of hosts (network.hosts of the node, --allow-host, or "
        + "sandbox.network of the host)"

    /// What was read may be a whole head.
    func takeHead(_ connection: BrokerConnection) {
        do throws(HeadFault) {
            guard
                let head = try HeadText(connection.incoming, searched: connection.searched)
            else {
                connection.searched = connection.incoming.count
                if connection.clientHasEnded { close(connection) }
                return
            }
            let request = try ProxyRequest(head)
            connection.incoming.removeFirst(head.length)
            connection.searched = 0
            connection.request = request
            admit(request, connection)
        } catch {
            refuse(connection, .badRequest(error.cause))
        }
    }

    private func admit(_ request: ProxyRequest, _ connection: BrokerConnection) {
        // SECURITY: a run is known by its credentials alone, and only while it is under way.
        guard let pass = book.pass(user: request.user, password: request.password) else {
            return refuse(connection, .unknownClient)
        }
        connection.pass = pass
        let limits = configuration.limits
        let excess = pass.count { usage -> String? in
            usage.open += 1
            usage.opened += 1
            if usage.open > limits.connectionsAtOnce {
                return "a run has at most \(limits.connectionsAtOnce) connections at once"
            }
            if usage.opened > limits.connections {
                return "a run opens at most \(limits.connections) connections"
            }
            return nil
        }
        if let excess { return deny(connection, excess) }
        // SECURITY: names are compared whole; nothing that a name stands for or belongs to counts.
        guard pass.grant.destinations.contains(request.destination) else {
            return deny(connection, Self.notListed)
        }
        begin(request, pass, connection)
    }

    private func begin(
        _ request: ProxyRequest, _ pass: EgressPass, _ connection: BrokerConnection
    ) {
        connection.body = BodyReader(request.framing)
        connection.deadline = min(pass.grant.until, .now + configuration.limits.connectTime)
        if request.waitsForContinue { connection.toClient.append("HTTP/1.1 100 Continue\r\n\r\n") }
        if case .secure = request.kind {
            connection.phase = .gathering
            connection.deadline = pass.grant.until
            let early = connection.incoming
            connection.incoming = []
            return gather(early, connection)
        }
        connection.phase = .resolving
        if let address = IPAddress(request.destination.host) {
            judge([address], for: connection)
        } else {
            resolve(request.destination.host, for: connection)
        }
    }

    /// SECURITY: the addresses that were judged are the ones that are connected to, and no other is
    /// asked for: a name that changes its mind changes nothing.
    func judge(_ addresses: [IPAddress], for connection: BrokerConnection) {
        guard case .resolving = connection.phase, let pass = connection.pass,
            let destination = connection.request?.destination
        else { return }
        guard !addresses.isEmpty else {
            return refuse(connection, .badGateway("\(destination.host) has no address"))
        }
        var allowed: [IPAddress] = []
        var refusal: EgressRefusal?
        for address in addresses {
            let found = pass.grant.policy.refusal(
                of: address, host: destination.host, port: destination.port)
            if let found { refusal = refusal ?? found } else { allowed.append(address) }
        }
        guard !allowed.isEmpty else {
            return deny(connection, refusal?.words ?? "its address is refused")
        }
        connect(connection, to: allowed)
    }

    private func connect(_ connection: BrokerConnection, to addresses: [IPAddress]) {
        var left = addresses
        var cause: Errno?
        while !left.isEmpty {
            let address = left.removeFirst()
            do {
                connection.watchedUpstream = nil
                connection.upstream = try InternetSocket.connect(
                    to: address.bytes, port: UInt16(connection.request?.destination.port ?? 0))
                connection.phase = .connecting(left: left)
                return
            } catch {
                cause = error
            }
        }
        let reason = cause.map { ": \($0)" } ?? ""
        refuse(connection, .badGateway("\(connection.name) cannot be reached\(reason)"))
    }

    func finishConnecting(_ connection: BrokerConnection) {
        guard case .connecting(let left) = connection.phase, let upstream = connection.upstream
        else { return }
        if let failure = InternetSocket.failure(of: upstream) {
            guard left.isEmpty else { return connect(connection, to: left) }
            connection.upstream = nil
            return refuse(
                connection, .badGateway("\(connection.name) cannot be reached: \(failure)"))
        }
        guard let request = connection.request, let pass = connection.pass else { return }
        let early = connection.incoming
        connection.incoming = []
        switch request.kind {
        case .tunnel:
            connection.phase = .greeting
            connection.deadline = min(pass.grant.until, .now + configuration.limits.headTime)
            connection.toClient.append("HTTP/1.1 200 Connection established\r\n\r\n")
            if !early.isEmpty { greet(early, connection) }
        case .plain(let url):
            connection.phase = .relaying
            connection.deadline = pass.grant.until
            connection.toUpstream.append(request.rewritten(for: url))
            passBody(early, connection)
        case .secure: close(connection)
        }
    }

    /// SECURITY: a tunnel carries TLS for the very host it was opened for, so that a list of names
    /// cannot be outwitted at an address that many names share.
    func greet(_ bytes: [UInt8], _ connection: BrokerConnection) {
        connection.incoming += bytes
        guard let destination = connection.request?.destination else { return }
        guard connection.incoming.first == 22 else { return takeInnerHead(connection, destination) }
        switch ClientHello(connection.incoming) {
        case .incomplete: if connection.clientHasEnded { close(connection) }
        case .invalid(let cause):
            note(connection, "its tunnel is not used for TLS as it should be: \(cause)")
            end(connection)
        case .complete(let name):
            let isRight =
                destination.isAddress
                ? name == nil || name == destination.host : name == destination.host
            guard isRight else {
                let found = name.map { "'\($0)'" } ?? "no host"
                note(connection, "the TLS inside its tunnel names \(found)")
                return end(connection)
            }
            connection.toUpstream.append(connection.incoming)
            connection.incoming = []
            connection.phase = .relaying
            connection.deadline = connection.pass?.grant.until ?? .now
        }
    }

    /// Without TLS a tunnel carries one plain request, which is read as strictly as any other.
    private func takeInnerHead(
        _ connection: BrokerConnection, _ destination: EgressDestination
    ) {
        do throws(HeadFault) {
            guard
                let head = try HeadText(connection.incoming, searched: connection.searched)
            else {
                connection.searched = connection.incoming.count
                if connection.clientHasEnded { close(connection) }
                return
            }
            let request = try ProxyRequest(head, inTunnelTo: destination)
            guard case .plain(let url) = request.kind else { return close(connection) }
            let early = Array(connection.incoming[head.length...])
            connection.incoming = []
            connection.request = request
            connection.body = BodyReader(request.framing)
            connection.phase = .relaying
            connection.deadline = connection.pass?.grant.until ?? .now
            if request.waitsForContinue {
                connection.toClient.append("HTTP/1.1 100 Continue\r\n\r\n")
            }
            connection.toUpstream.append(request.rewritten(for: url))
            passBody(early, connection)
        } catch {
            note(connection, "its tunnel carries neither TLS nor HTTP for it: \(error.cause)")
            refuse(connection, .badRequest(error.cause))
        }
    }

    // MARK: Refusing

    /// Refuses and puts it on record.
    func deny(_ connection: BrokerConnection, _ rule: String) {
        note(connection, rule)
        refuse(connection, .forbidden("\(connection.name): \(rule)"))
    }

    func note(_ connection: BrokerConnection, _ rule: String) {
        connection.pass?.deny(connection.name, rule)
    }

    func refuse(_ connection: BrokerConnection, _ answer: OwnAnswer) {
        connection.toClient.append(answer.bytes(isHead: connection.request?.method == "HEAD"))
        end(connection)
    }

    /// What is left for the client still goes out.
    private func end(_ connection: BrokerConnection) {
        connection.upstream = nil
        connection.watchedUpstream = nil
        connection.phase = .ending
        connection.deadline = .now + Self.lingerTime
    }
}

extension EgressRefusal {
    /// As a rule that a sentence about the host ends with.
    fileprivate var words: String {
        "its address \(address) is \(rule.rawValue), and the host's 'egress: allow' does not list it"
    }
}
