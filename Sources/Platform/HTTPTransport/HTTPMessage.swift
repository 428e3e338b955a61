/// One header; names are compared without case.
package struct HTTPHeader: Sendable, Hashable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension [HTTPHeader] {
    /// The value of the first header of that name.
    package func first(_ name: String) -> String? {
        first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The values of all headers of that name, in order.
    package func all(_ name: String) -> [String] {
        filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}

/// One request; redirects that its rule allows are followed.
package struct HTTPRequest: Sendable {
    package enum RedirectRule: Sendable, Hashable {
        /// A 3xx is an answer like any other.
        case none
        /// As a browser does (RFC 9110 §15.4), at most so many.
        case follow(atMost: Int)
    }

    /// Upper case letters.
    package var method: String
    package var url: HTTPURL
    package var headers: [HTTPHeader]
    /// Sent to the origin of `url` alone; dropped for good at the first redirect elsewhere.
    package var credentials: [HTTPHeader]
    package var body: [UInt8]?
    package var redirects: RedirectRule
    package var timeouts: HTTPTimeouts
    /// Bytes of the answer's body after decompression.
    package var responseLimit: Int
    package var egress: EgressPolicy
    /// Whether sending it twice does no harm.
    ///
    /// When false, it goes out on a connection of its own: libcurl silently sends a request again
    /// when a pooled connection turns out to be dead, and nobody knows what the first one did.
    package var isRepeatable: Bool

    package init(
        method: String = "GET", url: HTTPURL, headers: [HTTPHeader] = [],
        credentials: [HTTPHeader] = [], body: [UInt8]? = nil, redirects: RedirectRule = .none,
        timeouts: HTTPTimeouts = HTTPTimeouts(), responseLimit: Int = 16 << 20,
        egress: EgressPolicy = .publicOnly, isRepeatable: Bool? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.credentials = credentials
        self.body = body
        self.redirects = redirects
        self.timeouts = timeouts
        self.responseLimit = responseLimit
        self.egress = egress
        self.isRepeatable = isRepeatable ?? ["GET", "HEAD", "OPTIONS"].contains(method)
    }
}

/// How long each part of an exchange may take.
package struct HTTPTimeouts: Sendable, Hashable {
    /// Name look-up, connection and TLS.
    package var connect: Duration
    /// From the connection's being ready until the first byte of the answer.
    package var firstByte: Duration
    /// Between two pieces of the answer.
    package var idle: Duration
    /// Everything, redirects included.
    package var total: Duration

    package init(
        connect: Duration = .seconds(10), firstByte: Duration = .seconds(60),
        idle: Duration = .seconds(60), total: Duration = .seconds(300)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
        self.total = total
    }
}

package struct HTTPResponse: Sendable {
    package var status: Int
    /// In the order in which they came.
    package var headers: [HTTPHeader]
    package var body: [UInt8]
    /// Where the answer came from, after redirects.
    package var url: HTTPURL

    package init(status: Int, headers: [HTTPHeader], body: [UInt8], url: HTTPURL) {
        self.status = status
        self.headers = headers
        self.body = body
        self.url = url
    }
}
