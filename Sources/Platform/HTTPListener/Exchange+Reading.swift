internal import CMicroHTTPDShims
internal import LinuxSystem
internal import Synchronization

/// Bodies of refused requests up to this are read and dropped, so that the answer is not lost in a reset.
private let discardLimit = 1 << 20

extension Exchange {
    /// The daemon's call for a request: the head, the body's pieces, and then again until it is answered.
    ///
    /// - Returns: how many of the bytes were taken, -1 to close the connection.
    @unsafe func access(
        _ handle: OpaquePointer, _ head: RawHead, _ bytes: UnsafePointer<UInt8>?, _ size: Int
    ) -> Int {
        let handle = unsafe ConnectionHandle(pointer: handle)
        let (phase, request) = state.withLock { state in
            state.handle = handle
            return (state.phase, state.request)
        }
        switch phase {
        case .head:
            return unsafe takeHead(handle, head)
        case .body(let limit):
            guard let request else { return -1 }
            if size > 0, let bytes = unsafe bytes {
                return unsafe takeBody(UnsafeBufferPointer(start: bytes, count: size), limit)
            }
            startAnswering(request, handle)
            return 0
        case .discarding(let answer, let left):
            if size > 0 {
                guard size <= left else { return -1 }
                setPhase(.discarding(answer, left: left - size))
                return size
            }
            return send(answer, handle)
        case .ready(let answer):
            return send(answer, handle)
        case .answering, .sent:
            return size
        }
    }

    func setPhase(_ phase: Phase) { state.withLock { $0.phase = phase } }

    // MARK: Head

    @unsafe private func takeHead(_ handle: ConnectionHandle, _ raw: RawHead) -> Int {
        let request: HTTPRequest
        let length: Int?
        do throws(HTTPRefusal) {
            (request, length) = try unsafe read(handle, raw)
        } catch {
            core.countMalformed()
            state.withLock { $0.closes = true }
            return send(error.answer(id: id), handle)
        }
        state.withLock { $0.request = request }
        if core.isDraining {
            state.withLock { $0.closes = true }
            return refuse(HTTPRefusal.stopping.answer(id: id), length, request, handle)
        }
        guard ["", "100-continue"].contains(request.headers["expect"]?.lowercased() ?? "") else {
            let refusal = HTTPRefusal(
                status: 417, code: "expectation-failed",
                message: "the only expectation is 100-continue")
            return refuse(refusal.answer(id: id), length, request, handle)
        }
        switch core.handler.admit(request) {
        case .refuse(let answer): return refuse(answer, length, request, handle)
        case .accept(let routeLimit):
            let limit = min(routeLimit, core.limits.bodyBytes)
            guard (length ?? 0) <= limit else {
                return refuse(
                    HTTPRefusal.tooLarge(limit).answer(id: id), length, request, handle)
            }
            guard hold(length ?? 0) else {
                return refuse(HTTPRefusal.full.answer(id: id), length, request, handle)
            }
            state.withLock { state in
                state.phase = .body(limit: limit)
                state.request?.body.reserveCapacity(min(length ?? 0, 1 << 20))
            }
            connection.setDeadline(.now + core.limits.bodyTime)
            return 0
        }
    }

    @unsafe private func read(
        _ handle: ConnectionHandle, _ raw: RawHead
    ) throws(HTTPRefusal) -> (HTTPRequest, Int?) {
        let fault = unsafe sluice_httpd_head_fault(
            handle.pointer, raw.method, raw.url, target.utf8.count, raw.version)
        if let fault = unsafe fault { throw .malformed(unsafe String(cString: fault)) }
        let headers = unsafe HTTPFields(of: handle)
        let method = unsafe String(cString: raw.method)
        let reading = try HeadRules(limits: core.limits).read(
            method: method, target: target, version: unsafe String(cString: raw.version),
            headers: headers)
        let request = HTTPRequest(
            method: method, target: target, path: reading.path, query: reading.query,
            headers: headers, peer: connection.peer, id: id)
        return (request, reading.bodyLength)
    }

    /// Answers without the body: at once where the client sends none before it hears, or far too much;
    /// otherwise after dropping it.
    private func refuse(
        _ answer: HTTPAnswer, _ length: Int?, _ request: HTTPRequest, _ handle: ConnectionHandle
    ) -> Int {
        if length == 0 {
            // libmicrohttpd closes a connection that is answered in the first call.
            setPhase(.discarding(answer, left: 0))
            return 0
        }
        guard request.headers["expect"] == nil, (length ?? 0) <= discardLimit else {
            state.withLock { $0.closes = true }
            return send(answer, handle)
        }
        connection.setDeadline(.now + core.limits.bodyTime)
        setPhase(.discarding(answer, left: length ?? discardLimit))
        return 0
    }

    // MARK: Body

    @unsafe private func takeBody(_ bytes: UnsafeBufferPointer<UInt8>, _ limit: Int) -> Int {
        let count = bytes.count
        let (total, held) = state.withLock { state in
            state.received += count
            return (state.received, state.held)
        }
        // Only a chunked body can come to this: a length was judged with the head.
        var refusal: HTTPRefusal?
        if total > limit {
            refusal = .tooLarge(limit)
        } else if total > held, !hold(total - held) {
            refusal = .full
        }
        state.withLock { state in
            if let refusal {
                state.request?.body = []
                state.closes = true
                state.phase = .discarding(refusal.answer(id: id), left: discardLimit)
            } else {
                unsafe state.request?.body.append(contentsOf: bytes)
            }
        }
        return count
    }

    /// Whether so many more bytes may be held.
    func hold(_ count: Int) -> Bool {
        guard core.hold(count) else { return false }
        state.withLock { $0.held += count }
        return true
    }
}

/// Where libmicrohttpd keeps the first line, until the call returns.
@unsafe struct RawHead {
    let method: UnsafePointer<CChar>
    let url: UnsafePointer<CChar>
    let version: UnsafePointer<CChar>
}

private final class FieldCollector {
    var fields = HTTPFields()
}

extension HTTPFields {
    /// Values without the blanks around them.
    @unsafe fileprivate init(of handle: ConnectionHandle) {
        let collector = FieldCollector()
        unsafe sluice_httpd_headers(
            handle.pointer, Unmanaged.passUnretained(collector).toOpaque()
        ) { context, name, nameSize, value, valueSize in
            let collector = unsafe Unmanaged<FieldCollector>.fromOpaque(context)
                .takeUnretainedValue()
            let name = unsafe UnsafeBufferPointer(start: name, count: nameSize)
            var value = unsafe UnsafeBufferPointer(start: value, count: valueSize)[...]
            while let last = unsafe value.last, last == 32 || last == 9 {
                unsafe value = value.dropLast()
            }
            unsafe collector.fields.append(
                String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
        }
        self = collector.fields
    }
}
