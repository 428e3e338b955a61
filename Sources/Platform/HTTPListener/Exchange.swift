internal import CMicroHTTPDShims
internal import LinuxSystem
internal import Synchronization

/// libmicrohttpd's handle of a connection: valid until the exchange is completed.
@safe struct ConnectionHandle: @unchecked Sendable {
    let pointer: OpaquePointer
}

/// One request and its answer.
///
/// The daemon's threads call `access`, `produce` and `complete`; the handler's task calls `deliver`. In
/// between the connection is suspended, so that no thread waits for a handler.
final class Exchange: Sendable {
    enum Phase {
        case head
        case body(limit: Int)
        /// The body is read and dropped, and then this is answered.
        case discarding(HTTPAnswer, left: Int)
        /// Suspended; the handler works.
        case answering
        case ready(HTTPAnswer)
        case sent
    }

    struct State {
        var phase = Phase.head
        var request: HTTPRequest?
        var handle: ConnectionHandle?
        var held = 0
        var received = 0
        var task: Task<Void, Never>?
        /// Whether it counts as under way.
        var isWorking = false
        var stream: HTTPStream?
        /// When the client began to take what the stream has to give, and how much of it is given.
        var taking: (since: MonotonicInstant, bytes: Int)?
        var status = 0
        var closes = false
    }

    let id: String
    let target: String
    let connection: ClientConnection
    let core: ListenerCore
    let startedAt = MonotonicInstant.now
    let state = Mutex(State())

    init(id: String, target: String, connection: ClientConnection, core: ListenerCore) {
        self.id = id
        self.target = target
        self.connection = connection
        self.core = core
    }

    // MARK: The handler's side

    /// Suspends the connection and lets the handler work.
    func startAnswering(_ request: HTTPRequest, _ handle: ConnectionHandle) {
        connection.setDeadline(nil)
        core.noteAnswering(connection)
        unsafe sluice_httpd_suspend(handle.pointer)
        state.withLock { state in
            state.phase = .answering
            state.isWorking = true
            state.task = Task {
                let answer = await core.handler.answer(request)
                deliver(answer)
            }
        }
        core.countWorking(1)
        // Whoever stopped the listener, or went away, before the task stood there has not seen it.
        if core.isStopping { abort() } else if connection.isGone { abandon() }
    }

    /// The handler's answer; the first counts.
    private func deliver(_ answer: HTTPAnswer) {
        let handle = state.withLock { state -> ConnectionHandle? in
            guard case .answering = state.phase else { return nil }
            state.phase = .ready(answer)
            return state.handle
        }
        if let handle { unsafe sluice_httpd_resume(handle.pointer) }
    }

    /// The client has gone: nobody waits for the answer.
    func abandon() {
        let (task, stream) = state.withLock { ($0.task, $0.stream) }
        task?.cancel()
        stream?.breakOff()
    }

    /// The listener stops: the connection must not stay suspended.
    func abort() {
        abandon()
        deliver(HTTPRefusal.stopping.answer(id: id))
    }

    /// The listener drains: streams have no end of their own.
    func endStream() {
        let (task, stream) = state.withLock { ($0.task, $0.stream) }
        guard let stream else { return }
        stream.end()
        task?.cancel()
    }

}

extension HTTPRefusal {
    static let stopping = HTTPRefusal(
        status: 503, code: "stopping", message: "the host is stopping; try again", retryAfter: 5)
    static let full = HTTPRefusal(
        status: 503, code: "too-many-bytes", message: "the host holds too many bytes; try again",
        retryAfter: 1)

    static func tooLarge(_ limit: Int) -> HTTPRefusal {
        HTTPRefusal(
            status: 413, code: "body-too-large",
            message: "the body is larger than \(limit) bytes")
    }
}
