internal import CMicroHTTPDShims
internal import Glibc
internal import LinuxSystem
internal import Synchronization

/// Takes connections, reads requests strictly, and has them answered.
///
/// libmicrohttpd carries the bytes, on threads of its own; what it lets through that two readers could
/// understand differently is refused here (`HeadRules`, `head.c`).
@safe package final class HTTPListener: @unchecked Sendable {
    /// Where it listens: the port is the real one.
    package let address: ListenAddress
    let core: ListenerCore
    private let daemon: OpaquePointer
    private let unixPath: String?
    private let isStopped = Mutex(false)

    private init(
        _ core: ListenerCore, _ daemon: OpaquePointer, _ address: ListenAddress, _ unixPath: String?
    ) {
        self.core = core
        unsafe self.daemon = daemon
        self.address = address
        self.unixPath = unixPath
    }

    /// Listens from now on.
    package static func start(
        on place: ListenPlace, limits: HTTPLimits = HTTPLimits(), handler: any HTTPHandler
    ) throws(ListenError) -> HTTPListener {
        let socket = try place.open()
        guard let address = ListenAddress(of: socket) else {
            close(socket)
            throw ListenError(place: place.name, cause: "the socket has no address")
        }
        let core: ListenerCore
        do {
            core = try ListenerCore(handler: handler, limits: limits)
        } catch {
            close(socket)
            throw ListenError(place: place.name, cause: error.description)
        }
        var settings = sluice_httpd_settings(
            listener: socket, threads: 2,
            // Room for those that were told to go and have not gone; who has to is decided here.
            connections: UInt32(clamping: max(2, limits.connections) + 1024),
            connections_per_address: 0,
            idle_seconds: UInt32(clamping: max(1, limits.idleTime.components.seconds)),
            memory: max(4096, limits.headBytes))
        guard let daemon = unsafe sluice_httpd_start(&settings, core.callbacks) else {
            close(socket)
            throw ListenError(place: place.name, cause: "libmicrohttpd does not start")
        }
        do {
            try ServiceThread.start(named: "http-watch") { core.watch() }
        } catch {
            unsafe sluice_httpd_stop(daemon)
            throw ListenError(place: place.name, cause: error.description)
        }
        var unixPath: String?
        if case .unix(let path, _) = place { unixPath = path }
        return unsafe HTTPListener(core, daemon, address, unixPath)
    }

    /// Connections that are open now.
    package var connections: Int { core.connections }
    /// Requests that are being answered now, streams among them.
    package var requestsUnderWay: Int { core.working }
    package var isDraining: Bool { core.isDraining }

    /// Refuses new requests with 503 and `Retry-After`, ends streams, and waits for what is under way.
    ///
    /// - Returns: whether everything was answered in time. `stop` must follow.
    package func drain(within time: Duration) async -> Bool {
        core.drain()
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                while !Task.isCancelled, self.core.working > 0 {
                    try? await Task.sleep(for: .milliseconds(20))
                }
                return true
            }
            group.addTask {
                try? await Task.sleep(for: time)
                return false
            }
            let isIdle = await group.next() ?? true
            group.cancelAll()
            return isIdle
        }
    }

    /// Cancels what is under way and closes every connection.
    package func stop() async {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return }
        core.abortAll()
        await withCheckedContinuation { continuation in
            do {
                try ServiceThread.start(named: "http-stop") { [self] in
                    end()
                    continuation.resume()
                }
            } catch {
                end()
                continuation.resume()
            }
        }
    }

    /// Waits for the daemon's threads.
    private func end() {
        let socket = unsafe sluice_httpd_quiesce(daemon)
        if socket >= 0 { close(socket) }
        if let unixPath { unsafe _ = unlink(unixPath) }
        unsafe sluice_httpd_stop(daemon)
        core.endWatch()
    }
}
