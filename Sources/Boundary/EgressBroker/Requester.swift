import HTTPTransport
import LinuxSystem
import Synchronization

/// Makes requests on behalf of runtimes that have no TLS of their own.
final class Requester: Sendable {
    private struct State {
        var transport: HTTPTransport?
        var tasks: [UInt32: Task<Void, Never>] = [:]
    }

    private let caFile: String?
    private let mailbox: Mailbox<BrokerCommand>
    private let state = Mutex(State())

    init(caFile: String?, mailbox: Mailbox<BrokerCommand>) {
        self.caFile = caFile
        self.mailbox = mailbox
    }

    /// The answer comes as a message; none does after `cancel`.
    func begin(_ request: HTTPRequest, for serial: UInt32) {
        let transport: HTTPTransport
        do {
            transport = try state.withLock { state throws(TransportSetupError) in
                if let transport = state.transport { return transport }
                let made = try HTTPTransport(.init(caFile: caFile))
                state.transport = made
                return made
            }
        } catch {
            let failure = HTTPError(
                kind: .unreachable("\(error)"), method: request.method,
                origin: request.url.origin, mayHaveArrived: false)
            _ = mailbox.post(.requested(serial, .failure(failure)))
            return
        }
        // Owned here: `cancel` and the end of the broker's thread end it.
        let task = Task { [mailbox] in
            do throws(HTTPError) {
                let response = try await transport.send(request)
                _ = mailbox.post(.requested(serial, .success(response)))
            } catch {
                _ = mailbox.post(.requested(serial, .failure(error)))
            }
        }
        state.withLock { $0.tasks[serial] = task }
    }

    func forget(_ serial: UInt32) { state.withLock { $0.tasks[serial] = nil } }

    func cancel(_ serial: UInt32) {
        state.withLock { $0.tasks.removeValue(forKey: serial) }?.cancel()
    }
}
