internal import CMicroHTTPDShims
internal import Glibc
internal import LinuxSystem
internal import Synchronization

/// What the daemon's threads, the watch and the handlers' tasks share.
@safe final class ListenerCore: @unchecked Sendable {
    private struct State {
        var crowd: ConnectionCrowd
        /// Told to go; the daemon has not closed them yet.
        var leaving: [UInt64: ClientConnection] = [:]
        var next: UInt64 = 1
        var working = 0
        var cutOff = 0
        var malformed = 0
    }

    let handler: any HTTPHandler
    let limits: HTTPLimits
    /// Told to C; allocated here and freed with the core.
    let callbacks: UnsafeMutablePointer<sluice_httpd_callbacks>
    private let watcher: Int32
    private let state: Mutex<State>
    private let held = Atomic<Int>(0)
    private let drains = Atomic<Bool>(false)
    private let stops = Atomic<Bool>(false)
    private let isWatchOver = Atomic<Bool>(false)

    init(handler: any HTTPHandler, limits: HTTPLimits) throws(Errno) {
        self.handler = handler
        self.limits = limits
        state = Mutex(State(crowd: ConnectionCrowd(limits)))
        watcher = sluice_httpd_watcher()
        if watcher < 0 { throw Errno(errno) }
        unsafe callbacks = UnsafeMutablePointer<sluice_httpd_callbacks>.allocate(capacity: 1)
        unsafe callbacks.initialize(
            to: Self.makeCallbacks(Unmanaged.passUnretained(self).toOpaque()))
    }

    deinit {
        unsafe callbacks.deallocate()
        Glibc.close(watcher)
    }

    // MARK: State

    var isDraining: Bool { drains.load(ordering: .acquiring) }
    var isStopping: Bool { stops.load(ordering: .acquiring) }
    var connections: Int { state.withLock { $0.crowd.count } }
    var working: Int { state.withLock { $0.working } }

    func hold(_ count: Int) -> Bool {
        if held.add(count, ordering: .relaxed).newValue <= limits.heldBytes { return true }
        held.subtract(count, ordering: .relaxed)
        return false
    }

    func release(_ count: Int) { held.subtract(count, ordering: .relaxed) }

    func countWorking(_ change: Int) { state.withLock { $0.working += change } }
    func countMalformed() { state.withLock { $0.malformed += 1 } }

    var figures: ListenerFigures {
        let heldBytes = held.load(ordering: .relaxed)
        return state.withLock { state in
            ListenerFigures(
                connections: state.crowd.count, mostConnections: limits.connections,
                accepted: Int(state.next - 1), cutOff: state.cutOff, malformed: state.malformed,
                underWay: state.working, heldBytes: heldBytes)
        }
    }

    /// From now on new requests are refused; streams end.
    func drain() {
        drains.store(true, ordering: .releasing)
        for connection in allConnections { connection.exchange?.endStream() }
    }

    /// Ends whatever is under way, so that no connection stays suspended.
    func abortAll() {
        drains.store(true, ordering: .releasing)
        stops.store(true, ordering: .releasing)
        for connection in allConnections { connection.exchange?.abort() }
    }

    func endWatch() { isWatchOver.store(true, ordering: .releasing) }

    private var allConnections: [ClientConnection] {
        state.withLock { $0.crowd.all + $0.leaving.values }
    }

    // MARK: The daemon's calls

    func open(_ descriptor: Int32, _ peer: HTTPPeer) -> ClientConnection {
        let isExempt = peer == .unix || limits.isExempt(peer)
        let (connection, leaving) = state.withLock { state in
            let connection = ClientConnection(
                number: state.next, descriptor: descriptor, peer: peer,
                until: .now + limits.headTime)
            state.next += 1
            let leaving = state.crowd.enter(connection, isExempt: isExempt)
            if let leaving {
                state.leaving[leaving.number] = leaving
                state.cutOff += 1
            }
            return (connection, leaving)
        }
        leaving?.breakOff()
        if leaving !== connection { connection.watch(with: watcher) }
        return connection
    }

    /// The connection's request is whole; from now on it may take its time.
    func noteAnswering(_ connection: ClientConnection) {
        state.withLock { $0.crowd.answer(connection) }
    }

    /// A request begins on the connection, or the next one is awaited.
    func noteWaiting(_ connection: ClientConnection) {
        state.withLock { $0.crowd.wait(connection) }
    }

    func close(_ connection: ClientConnection) {
        connection.close(watcher: watcher)
        state.withLock { state in
            state.crowd.leave(connection)
            state.leaving[connection.number] = nil
        }
    }

    func begin(_ target: String, on connection: ClientConnection) -> Exchange {
        let exchange = Exchange(
            id: RequestID.make(), target: target, connection: connection, core: self)
        connection.begin(exchange, until: .now + limits.headTime)
        noteWaiting(connection)
        return exchange
    }

    // MARK: The watch

    /// The body of the watching thread: notices clients that go, and cuts off those that dawdle.
    func watch() {
        var tokens = [UInt64](repeating: 0, count: 64)
        while !isWatchOver.load(ordering: .acquiring) {
            let count = unsafe tokens.withUnsafeMutableBufferPointer { space -> Int32 in
                guard let base = space.baseAddress else { return 0 }
                return unsafe sluice_httpd_watch_wait(watcher, base, 250)
            }
            for token in tokens.prefix(max(0, Int(count))) {
                state.withLock { $0.crowd[token] ?? $0.leaving[token] }?.noticeGone()
            }
            // A full batch means that more wait.
            if count < 64 { breakExpired() }
        }
    }

    private func breakExpired() {
        let now = MonotonicInstant.now
        let cut = allConnections.count { $0.breakIfExpired(at: now) }
        if cut > 0 { state.withLock { $0.cutOff += cut } }
    }
}

enum RequestID {
    /// 16 hexadecimal digits, random.
    static func make() -> String {
        let text = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
