package import HTTPTransport
package import LinuxSystem
import Synchronization

/// The only way out of a script process with a network: a proxy that knows each run and its list.
///
/// Trusted, and holds no secret of others. Zygotes hand it listening sockets of their own empty network
/// namespaces; scripts connect there and say what they want in HTTP (RFC 9110 §7.6, RFC 9112 §3.2.2).
/// Every request is judged by the run's list, every address by the host's policy, and the address
/// that was judged is the one that is connected to. One thread serves all.
package final class EgressBroker: Sendable {
    package struct Configuration: Sendable {
        package var limits = EgressLimits()
        /// For the requests that the broker makes itself: certificates trusted beside the system's.
        package var caFile: String?
        /// The addresses of a name; may wait.
        ///
        /// Tests put their own name server here.
        package var resolve: @Sendable (String) -> [IPAddress] = { name in
            InternetSocket.addresses(of: name).compactMap(IPAddress.init(bytes:))
        }

        package init() {}
    }

    private let mailbox: Mailbox<BrokerCommand>
    private let book = PassBook()

    /// Starts its thread.
    package init(_ configuration: Configuration = Configuration()) throws(Errno) {
        ignoreBrokenPipes()
        let mailbox = try Mailbox<BrokerCommand>()
        let book = self.book
        self.mailbox = mailbox
        try ServiceThread.start(named: "sluice-egress") {
            BrokerLoop.run(configuration, mailbox: mailbox, book: book)
        }
    }

    /// Lets a run be served from now on.
    package func admit(_ grant: EgressGrant) -> EgressPass { book.add(grant) }

    /// Ends every connection of the run; what it was denied, in order of first appearance.
    package func revoke(_ pass: EgressPass) -> [EgressDenial] {
        book.remove(pass.id)
        _ = mailbox.post(.revoke(pass.id))
        return pass.allDenials
    }

    /// Takes connections on a listening socket until `stopServing`.
    package func serve(_ listener: consuming Descriptor) -> UInt32 {
        let number = book.nextListener()
        let held = HeldListener(ListeningSocket(listener))
        _ = mailbox.post(.serve(number, held))
        return number
    }

    package func stopServing(_ listener: UInt32) { _ = mailbox.post(.stopServing(listener)) }

    /// Closes everything and returns when its thread is gone.
    package func stop() async {
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            if !mailbox.post(.stop { done.resume() }) { done.resume() }
        }
    }
}

/// What the broker's thread is told.
enum BrokerCommand: Sendable {
    case serve(UInt32, HeldListener)
    case stopServing(UInt32)
    case revoke(UInt64)
    case resolved(UInt32, [IPAddress])
    case requested(UInt32, Result<HTTPResponse, HTTPError>)
    case stop(@Sendable () -> Void)
}

/// A listening socket that a message can carry.
final class HeldListener: Sendable {
    let socket: ListeningSocket
    init(_ socket: consuming ListeningSocket) { self.socket = socket }
}

/// The runs that are under way.
final class PassBook: Sendable {
    private let state = Mutex<(passes: [UInt64: EgressPass], next: UInt64, listener: UInt32)>(
        ([:], 0, 0))

    func add(_ grant: EgressGrant) -> EgressPass {
        state.withLock { state in
            state.next += 1
            let pass = EgressPass(id: state.next, grant: grant)
            state.passes[pass.id] = pass
            return pass
        }
    }

    func remove(_ id: UInt64) { state.withLock { $0.passes[id] = nil } }

    /// Whether its run is under way.
    func knows(_ pass: EgressPass) -> Bool { state.withLock { $0.passes[pass.id] != nil } }

    /// The pass that these credentials open; nil when none does.
    func pass(user: String?, password: String?) -> EgressPass? {
        guard let user, let password, let id = UInt64(user) else { return nil }
        let pass = state.withLock { $0.passes[id] }
        guard let pass, pass.isOpened(by: password) else { return nil }
        return pass
    }

    func nextListener() -> UInt32 {
        state.withLock { state in
            state.listener += 1
            return state.listener
        }
    }
}
