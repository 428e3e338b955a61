internal import Synchronization

/// The way out of an answer that is written piece by piece.
///
/// What a slow client has not taken is never more than one piece and what the kernel holds: `write`
/// waits for it.
package final class HTTPStream: Sendable {
    fileprivate enum Wait {
        case none
        /// The connection is suspended until there is something to send.
        case connection(@Sendable () -> Void)
        /// The producer waits until its piece has been taken.
        case producer(CheckedContinuation<Void, any Error>)
    }

    fileprivate struct State {
        var bytes: [UInt8] = []
        var sent = 0
        var wait = Wait.none
        var isEnded = false
        var isBroken = false
    }

    fileprivate let state = Mutex(State())

    init() {}

    /// Hands over bytes and returns once the connection has taken them.
    ///
    /// Throws `CancellationError` when the client has gone or the listener stops.
    package func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                let resume = state.withLock { state -> (@Sendable () -> Void)? in
                    guard !state.isBroken, !state.isEnded, !Task.isCancelled else {
                        return { continuation.resume(throwing: CancellationError()) }
                    }
                    state.bytes = bytes
                    state.sent = 0
                    var wake: (@Sendable () -> Void)?
                    if case .connection(let resume) = state.wait { wake = resume }
                    state.wait = .producer(continuation)
                    return wake
                }
                resume?()
            }
        } onCancel: {
            breakOff()
        }
    }

    package func write(_ text: String) async throws { try await write(Array(text.utf8)) }

    /// The producer has returned: what is there still goes out.
    func end() { finish { $0.isEnded = true } }

    /// Nothing more goes out.
    func breakOff() { finish { $0.isBroken = true } }

    private func finish(_ change: (inout State) -> Void) {
        let wait = state.withLock { state in
            change(&state)
            let wait = state.wait
            if case .producer = wait, !state.isBroken { return Wait.none }
            state.wait = .none
            return wait
        }
        switch wait {
        case .none: break
        case .connection(let resume): resume()
        case .producer(let continuation): continuation.resume(throwing: CancellationError())
        }
    }

    enum Piece {
        case bytes([UInt8])
        /// Nothing is there; `resume` will be called once, when there is.
        case later
        case end
        case broken
    }

    /// At most `limit` bytes.
    ///
    /// Called by the connection's thread; `suspend` is called under the lock when nothing is there, so
    /// that the resumption cannot come before it.
    func take(upTo limit: Int, suspend: () -> Void, resume: @escaping @Sendable () -> Void) -> Piece
    {
        var taken: CheckedContinuation<Void, any Error>?
        let piece = state.withLock { state -> Piece in
            if state.isBroken { return .broken }
            if state.sent < state.bytes.count {
                let end = min(state.bytes.count, state.sent + limit)
                let piece = Array(state.bytes[state.sent..<end])
                state.sent = end
                if end == state.bytes.count, case .producer(let continuation) = state.wait {
                    state.bytes = []
                    state.sent = 0
                    state.wait = .none
                    taken = continuation
                }
                return .bytes(piece)
            }
            if state.isEnded { return .end }
            suspend()
            state.wait = .connection(resume)
            return .later
        }
        taken?.resume()
        return piece
    }
}

extension HTTPStream {
    func breakOffUnlessEnded() {
        if !state.withLock({ $0.isEnded }) { breakOff() }
    }
}
