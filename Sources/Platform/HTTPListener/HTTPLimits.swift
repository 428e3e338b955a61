/// What one listener takes from clients.
package struct HTTPLimits: Sendable, Hashable {
    /// Connections at once; further ones are closed as they come.
    package var connections: Int
    /// Connections at once from one address; 0: as many as from all.
    package var connectionsPerPeer: Int
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
    /// Bytes of all bodies together that are held at once; more is answered with 503.
    package var heldBytes: Int

    package init(
        connections: Int = 4096, connectionsPerPeer: Int = 0, headBytes: Int = 32 << 10,
        headers: Int = 100, targetBytes: Int = 8 << 10, headTime: Duration = .seconds(20),
        bodyTime: Duration = .seconds(60), idleTime: Duration = .seconds(75),
        heldBytes: Int = 512 << 20
    ) {
        self.connections = connections
        self.connectionsPerPeer = connectionsPerPeer
        self.headBytes = headBytes
        self.headers = headers
        self.targetBytes = targetBytes
        self.headTime = headTime
        self.bodyTime = bodyTime
        self.idleTime = idleTime
        self.heldBytes = heldBytes
    }
}
