/// What one listener takes from clients.
package struct HTTPLimits: Sendable {
    /// Connections at once.
    ///
    /// For a further one the connection is closed that has been read from for longest without a whole
    /// request; where every one is being answered, the new one is.
    package var connections: Int
    /// Connections at once from one address, in the same way; 0: as many as from all.
    package var connectionsPerPeer: Int
    /// Peers of whom there may be as many as from all: proxies, behind whom are many.
    ///
    /// Unix sockets have no address and are such peers always.
    package var isExempt: @Sendable (HTTPPeer) -> Bool
    /// Bytes of a request line and its headers together; more is answered with 431 or 414.
    package var headBytes: Int
    /// Headers of one request; more is answered with 431.
    package var headers: Int
    /// Bytes of a target; more is answered with 414.
    package var targetBytes: Int
    /// From the connection's beginning, or the end of the answer before, to the end of a head.
    ///
    /// Absolute: a client that sends a byte now and then is cut off too.
    package var headTime: Duration
    /// From the end of the head to the end of the body, absolute.
    package var bodyTime: Duration
    /// How long a connection may stand still while its answer is written or the next request awaited.
    package var idleTime: Duration
    /// Bytes of all bodies and large answers together that are held at once; more is answered with 503.
    package var heldBytes: Int
    /// Bytes of a body, where its route allows more.
    package var bodyBytes: Int
    /// An answer must be taken within this time and what its bytes take at `answerRate`, absolute; of a
    /// stream that holds for what is there to be taken at one time.
    package var answerTime: Duration
    /// In bytes a second.
    package var answerRate: Int

    package init(
        connections: Int = 4096, connectionsPerPeer: Int = 1024,
        isExempt: @escaping @Sendable (HTTPPeer) -> Bool = { _ in false },
        headBytes: Int = 32 << 10,
        headers: Int = 100, targetBytes: Int = 8 << 10, headTime: Duration = .seconds(20),
        bodyTime: Duration = .seconds(60), idleTime: Duration = .seconds(75),
        heldBytes: Int = 512 << 20, bodyBytes: Int = .max, answerTime: Duration = .seconds(60),
        answerRate: Int = 16 << 10
    ) {
        self.connections = connections
        self.connectionsPerPeer = connectionsPerPeer
        self.isExempt = isExempt
        self.headBytes = headBytes
        self.headers = headers
        self.targetBytes = targetBytes
        self.headTime = headTime
        self.bodyTime = bodyTime
        self.idleTime = idleTime
        self.heldBytes = heldBytes
        self.bodyBytes = bodyBytes
        self.answerTime = answerTime
        self.answerRate = max(1, answerRate)
    }

    /// How long so many bytes may take to be taken.
    func time(toTake bytes: Int) -> Duration {
        answerTime + .milliseconds(Int64(bytes) * 1000 / Int64(answerRate))
    }
}
