package import HTTPTransport
package import Journal

/// One HTTP request to a webhook, with the bytes as they came.
package struct WebhookRequest: Sendable {
    /// Who is at the other end of the connection; what headers say of it comes later.
    package enum Peer: Sendable, Hashable {
        case address(IPAddress)
        /// A process of this machine, through a unix socket.
        case unixSocket
    }

    package struct Header: Sendable, Hashable {
        /// As it was sent.
        package let name: String
        /// The name in lower case, for comparing.
        let key: String
        package var value: String
        package init(name: String, value: String) {
            self.name = name
            key = name.lowercased()
            self.value = value
        }
    }

    package var method: String
    /// Percent-decoded, without the query.
    package var path: String
    /// Without the `?`, as it was sent.
    package var query: String
    /// In the order of the request; a name may come several times.
    package var headers: [Header]
    package var body: [UInt8]
    package var peer: Peer
    package var receivedAt: Moment

    package init(
        method: String, path: String, query: String, headers: [Header], body: [UInt8], peer: Peer,
        receivedAt: Moment
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
        self.receivedAt = receivedAt
    }

    /// Every value of a header.
    ///
    /// - Parameter name: in lower case.
    func values(of name: String) -> [String] {
        headers.filter { $0.key == name }.map(\.value)
    }

    /// The value of a header that must come once; nil when it does not come, or more than once.
    ///
    /// SECURITY: of two signatures or two timestamps nobody can say which one was meant.
    func single(_ name: String) -> String? {
        let values = values(of: name)
        return values.count == 1 ? values[0] : nil
    }
}
