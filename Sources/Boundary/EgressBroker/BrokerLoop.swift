import HTTPTransport
import LinuxSystem

/// The broker's thread: everything that happens to its connections happens here, in turn.
///
/// No call in here waits but the poller's.
final class BrokerLoop {
    private enum Source: UInt64 { case mailbox, listener, client, upstream }

    /// Connections of all runs together; more are closed as they come.
    ///
    /// SECURITY: each has two descriptors, and scripts must not use up those of the whole host.
    private let mostConnections = min(4096, max(32, (CurrentProcess.raiseOpenFiles() - 512) / 3))
    /// How long what a client has not read yet is kept for it.
    static let lingerTime = Duration.seconds(2)

    let configuration: EgressBroker.Configuration
    let mailbox: Mailbox<BrokerCommand>
    let book: PassBook
    private let poller: Poller
    private let resolver: Resolver
    let requester: Requester

    var connections: [UInt32: BrokerConnection] = [:]
    private var listeners: [UInt32: HeldListener] = [:]
    private var nextSerial: UInt32 = 0
    /// When listeners are asked again after the host was short of descriptors.
    private var resumeAt: MonotonicInstant?
    private var stopCallbacks: [@Sendable () -> Void] = []
    private var isStopping = false

    private init(
        _ configuration: EgressBroker.Configuration, mailbox: Mailbox<BrokerCommand>,
        book: PassBook
    ) throws(Errno) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.book = book
        poller = try Poller()
        resolver = Resolver(resolve: configuration.resolve, mailbox: mailbox)
        requester = Requester(caFile: configuration.caFile, mailbox: mailbox)
        try mailbox.watch(with: poller, as: Source.mailbox.rawValue << 32)
    }

    /// The body of the thread.
    static func run(
        _ configuration: EgressBroker.Configuration, mailbox: Mailbox<BrokerCommand>,
        book: PassBook
    ) {
        guard let loop = try? BrokerLoop(configuration, mailbox: mailbox, book: book) else {
            return refuseAll(in: mailbox)
        }
        loop.serve()
        for callback in loop.stopCallbacks { callback() }
    }

    /// Without a poller nobody is served: clients find their connections closed.
    private static func refuseAll(in mailbox: Mailbox<BrokerCommand>) {
        repeat {
            for case .stop(let callback) in mailbox.take() { callback() }
        } while !mailbox.closeIfEmpty()
    }

    private func serve() {
        while true {
            let events = (try? poller.wait(until: nextDeadline())) ?? []
            for event in events { handle(event) }
            work(at: .now)
            if isStopping, mailbox.closeIfEmpty() { return }
        }
    }

    private func handle(_ event: Poller.Event) {
        let serial = UInt32(truncatingIfNeeded: event.token)
        switch Source(rawValue: event.token >> 32) {
        case .mailbox: takeCommands()
        case .listener: accept(from: serial)
        case .client:
            guard let connection = connections[serial] else { return }
            if event.isReadable || event.isHangUp { readClient(connection) }
            settle(connection)
        case .upstream:
            guard let connection = connections[serial] else { return }
            if case .connecting = connection.phase {
                finishConnecting(connection)
            } else if event.isReadable || event.isHangUp {
                readUpstream(connection)
            }
            settle(connection)
        case nil: break
        }
    }

    private func takeCommands() {
        for command in mailbox.take() {
            switch command {
            case .serve(let number, let listener):
                listeners[number] = listener
                watch(listener, number)
            case .stopServing(let number):
                listeners[number] = nil
                for connection in connections.values where connection.listener == number {
                    close(connection)
                }
            case .revoke(let id):
                for connection in connections.values where connection.pass?.id == id {
                    close(connection)
                }
            case .resolved(let serial, let addresses):
                guard let connection = connections[serial] else { continue }
                judge(addresses, for: connection)
                settle(connection)
            case .requested(let serial, let result):
                guard let connection = connections[serial] else { continue }
                pass(result, to: connection)
                settle(connection)
            case .stop(let callback):
                isStopping = true
                stopCallbacks.append(callback)
                for connection in connections.values { close(connection) }
                listeners = [:]
            }
        }
    }

    // MARK: Accepting

    private func watch(_ listener: HeldListener, _ number: UInt32) {
        try? poller.watch(
            listener.socket.descriptor, for: .read,
            as: Source.listener.rawValue << 32 | UInt64(number))
    }

    private func accept(from number: UInt32) {
        guard let listener = listeners[number] else { return }
        do {
            while let client = try listener.socket.accept() {
                guard connections.count < mostConnections else { continue }
                nextSerial &+= 1
                let connection = BrokerConnection(
                    serial: nextSerial, listener: number, client: client,
                    until: .now + configuration.limits.headTime)
                connections[nextSerial] = connection
                settle(connection)
            }
        } catch {
            // Short of descriptors: asking again at once would only burn time.
            try? poller.stopWatching(listener.socket.descriptor)
            resumeAt = .now + .milliseconds(100)
        }
    }

    // MARK: Time

    private func work(at now: MonotonicInstant) {
        if let due = resumeAt, now >= due {
            resumeAt = nil
            for (number, listener) in listeners { watch(listener, number) }
        }
        for connection in connections.values where now >= connection.deadline {
            expire(connection)
        }
    }

    private func expire(_ connection: BrokerConnection) {
        let limits = configuration.limits
        switch connection.phase {
        case .connecting, .resolving:
            refuse(
                connection,
                .badGateway(
                    "\(connection.name) did not answer within \(limits.connectTime.components.seconds) s"
                ))
            settle(connection)
        default: close(connection)
        }
    }

    private func nextDeadline() -> MonotonicInstant? {
        var next = resumeAt
        for connection in connections.values {
            next = next.map { min($0, connection.deadline) } ?? connection.deadline
        }
        return next
    }

    // MARK: What all parts use

    func resolve(_ name: String, for connection: BrokerConnection) {
        resolver.ask(name, for: connection.serial)
    }

    /// Writes what can be written, ends what is over and tells the poller what to wait for.
    func settle(_ connection: BrokerConnection) {
        guard connections[connection.serial] != nil else { return }
        do throws(Errno) {
            try connection.toClient.send(to: connection.client)
            if let upstream = connection.upstream, case .relaying = connection.phase {
                try connection.toUpstream.send(to: upstream)
            }
        } catch {
            return close(connection)
        }
        advance(connection)
        guard connections[connection.serial] != nil else { return }
        update(
            connection.client, &connection.watchedClient, connection.clientInterest,
            Source.client.rawValue << 32 | UInt64(connection.serial))
        guard let upstream = connection.upstream else { return }
        update(
            upstream, &connection.watchedUpstream, connection.upstreamInterest,
            Source.upstream.rawValue << 32 | UInt64(connection.serial))
    }

    /// A descriptor that nothing is wanted of is not watched at all: a hang-up would be told for ever.
    private func update(
        _ channel: Channel, _ watched: inout Poller.Interest?, _ wanted: Poller.Interest,
        _ token: UInt64
    ) {
        let interest: Poller.Interest? = wanted.isEmpty ? nil : wanted
        guard interest != watched else { return }
        if watched != nil { try? poller.stopWatching(channel.descriptor) }
        watched = interest
        guard let interest else { return }
        do {
            try poller.watch(channel.descriptor, for: interest, as: token)
        } catch {
            watched = nil
        }
    }

    func close(_ connection: BrokerConnection) {
        guard connections.removeValue(forKey: connection.serial) != nil else { return }
        connection.pass?.count { $0.open -= 1 }
        if case .requesting = connection.phase { requester.cancel(connection.serial) }
        guard connection.holdsPlace, let pass = connection.pass else { return }
        pass.count { $0.requesting -= 1 }
        guard book.knows(pass) else { return }
        let next = connections.values.filter { $0.pass === pass && $0.isQueued }
            .min { $0.serial < $1.serial }
        if let next { request(next) }
    }
}

extension BrokerConnection {
    fileprivate var isQueued: Bool {
        if case .queued = phase { return true }
        return false
    }

    /// What was asked for, as messages name it.
    var name: String { request?.destination.description ?? "the host" }
}
