internal import CMicroHTTPDShims
internal import LinuxSystem
internal import Synchronization

/// Answers up to this are not counted among the bytes that are held.
private let freeBytes = 64 << 10

extension Exchange {
    /// Queues the answer; gives what `access` returns.
    func send(_ given: HTTPAnswer, _ handle: ConnectionHandle) -> Int {
        let answer = held(given)
        core.noteAnswering(connection)
        let closes = state.withLock { state in
            state.phase = .sent
            state.status = answer.status
            return state.closes || core.isDraining
        }
        switch answer.body {
        case .bytes(let bytes):
            // SECURITY: whoever takes an answer more slowly than this is cut off.
            connection.setDeadline(.now + core.limits.time(toTake: bytes.count))
            let made = unsafe bytes.withUnsafeBufferPointer {
                unsafe sluice_httpd_answer_bytes($0.baseAddress, $0.count)
            }
            return unsafe queue(made, answer, handle, closes)
        case .events(let produce):
            connection.setDeadline(nil)
            return sendStream(produce, answer, handle, closes)
        }
    }

    /// The answer, or that there is no room for it: a slow client makes the host hold what it asked for.
    private func held(_ answer: HTTPAnswer) -> HTTPAnswer {
        guard case .bytes(let bytes) = answer.body, bytes.count > freeBytes else { return answer }
        if hold(bytes.count) { return answer }
        return HTTPRefusal.full.answer(id: id)
    }

    private func sendStream(
        _ produce: @escaping @Sendable (HTTPStream) async throws -> Void, _ answer: HTTPAnswer,
        _ handle: ConnectionHandle, _ closes: Bool
    ) -> Int {
        let stream = HTTPStream()
        let made = unsafe sluice_httpd_answer_stream(
            core.callbacks, Unmanaged.passUnretained(self).toOpaque())
        state.withLock { state in
            state.stream = stream
            state.task = Task {
                do {
                    try await produce(stream)
                    stream.end()
                } catch {
                    stream.breakOffUnlessEnded()
                }
            }
        }
        if core.isStopping { stream.breakOff() } else if connection.isGone { abandon() }
        if core.isDraining { endStream() }
        return unsafe queue(made, answer, handle, closes)
    }

    @unsafe private func queue(
        _ made: OpaquePointer?, _ answer: HTTPAnswer, _ handle: ConnectionHandle, _ closes: Bool
    ) -> Int {
        guard let made = unsafe made else { return -1 }
        for field in answer.headers.fields {
            unsafe _ = sluice_httpd_answer_header(made, field.name, field.value)
        }
        unsafe _ = sluice_httpd_answer_header(made, "X-Request-Id", id)
        if closes { unsafe _ = sluice_httpd_answer_header(made, "Connection", "close") }
        let status = UInt32((200...599).contains(answer.status) ? answer.status : 500)
        return unsafe sluice_httpd_answer_queue(made, handle.pointer, status) ? 0 : -1
    }

    /// The daemon's call for more of a stream.
    @unsafe func produce(_ space: UnsafeMutablePointer<UInt8>, _ size: Int) -> Int {
        let (stream, handle) = state.withLock { ($0.stream, $0.handle) }
        guard let stream, let handle else { return -2 }
        let piece = stream.take(upTo: size) {
            unsafe sluice_httpd_suspend(handle.pointer)
        } resume: {
            unsafe sluice_httpd_resume(handle.pointer)
        }
        noteTaken(piece)
        switch piece {
        case .bytes(let bytes):
            for (index, byte) in bytes.enumerated() { unsafe space[index] = byte }
            return bytes.count
        case .later: return 0
        case .end: return -1
        case .broken: return -2
        }
    }

    /// Moves the moment at which a client is cut off that does not take what the stream gives.
    private func noteTaken(_ piece: HTTPStream.Piece) {
        let deadline = state.withLock { state -> MonotonicInstant? in
            switch piece {
            case .later:
                state.taking = nil
                return nil
            case .bytes(let bytes):
                var taking = state.taking ?? (since: .now, bytes: 0)
                taking.bytes += bytes.count
                state.taking = taking
                return taking.since + core.limits.time(toTake: taking.bytes)
            case .end, .broken: return .now + core.limits.answerTime
            }
        }
        connection.setDeadline(deadline)
    }

    /// The daemon is done with the request, well or not.
    func complete(isComplete: Bool) {
        connection.setDeadline(.now + core.limits.idleTime)
        core.noteWaiting(connection)
        let ended = state.withLock { state in
            let ended = state
            state.held = 0
            state.handle = nil
            state.stream = nil
            state.phase = .sent
            return ended
        }
        ended.stream?.breakOff()
        ended.task?.cancel()
        core.release(ended.held)
        if ended.isWorking { core.countWorking(-1) }
        guard ended.status != 0 || ended.request != nil else { return }
        core.handler.completed(
            HTTPExchangeRecord(
                id: id, peer: connection.peer, method: ended.request?.method ?? "-",
                path: ended.request?.path ?? "-", status: ended.status,
                requestBytes: max(ended.received, ended.request?.body.count ?? 0),
                duration: .now - startedAt, isComplete: isComplete))
    }
}
