internal import CMicroHTTPDShims
internal import LinuxSystem
internal import Synchronization

/// One client's connection, from its acceptance to its end.
final class ClientConnection: Sendable {
    let number: UInt64
    let peer: HTTPPeer
    private let descriptor: Int32
    private let counted = Atomic<Bool>(false)

    private struct State {
        var exchange: Exchange?
        var deadline: MonotonicInstant?
        /// The other end has gone.
        var isGone = false
        /// The descriptor is no longer ours to touch.
        var isClosed = false
    }

    private let state: Mutex<State>

    init(number: UInt64, descriptor: Int32, peer: HTTPPeer, until deadline: MonotonicInstant) {
        self.number = number
        self.descriptor = descriptor
        self.peer = peer
        state = Mutex(State(deadline: deadline))
    }

    /// Whether it counts among those of its address.
    var isCounted: Bool {
        get { counted.load(ordering: .relaxed) }
        set { counted.store(newValue, ordering: .relaxed) }
    }

    var exchange: Exchange? { state.withLock { $0.exchange } }

    var isGone: Bool { state.withLock { $0.isGone } }

    /// A request's first line is there: its head must follow in time.
    func begin(_ exchange: Exchange, until deadline: MonotonicInstant) {
        state.withLock { state in
            state.exchange = exchange
            state.deadline = state.deadline.map { min($0, deadline) } ?? deadline
        }
    }

    /// Cuts the connection off then; nil: not by itself.
    func setDeadline(_ deadline: MonotonicInstant?) { state.withLock { $0.deadline = deadline } }

    func noticeGone() {
        let exchange = state.withLock { state in
            state.isGone = true
            return state.exchange
        }
        exchange?.abandon()
    }

    /// Ends the connection if its time is over; the daemon finds it ended and cleans up.
    ///
    /// - Returns: whether it was.
    func breakIfExpired(at now: MonotonicInstant) -> Bool {
        state.withLock { state in
            guard let deadline = state.deadline, deadline <= now, !state.isClosed else {
                return false
            }
            state.deadline = nil
            sluice_httpd_break(descriptor)
            return true
        }
    }

    /// Ends the connection; the daemon finds it ended and cleans up.
    func breakOff() {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.deadline = nil
            sluice_httpd_break(descriptor)
        }
    }

    func watch(with watcher: Int32) { _ = sluice_httpd_watch(watcher, descriptor, number) }

    /// The daemon is about to close the descriptor.
    func close(watcher: Int32) {
        state.withLock { state in
            state.isClosed = true
            state.exchange = nil
            sluice_httpd_unwatch(watcher, descriptor)
        }
    }
}
