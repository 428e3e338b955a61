/// A request as it came: nothing in it is decoded but the framing of its body and the query's escapes.
package struct HTTPRequest: Sendable {
    /// As the client wrote it, such as `GET`; methods have case.
    package var method: String
    /// The request target (RFC 9112 §3.2), with its escapes.
    package var target: String
    /// The target's path, with its escapes: begins with `/`, or is `*`.
    package var path: String
    package var query: [HTTPQueryItem]
    package var headers: HTTPFields
    /// Empty while only the head is there.
    package var body: [UInt8]
    package var peer: HTTPPeer
    /// Names the request in its answer (`X-Request-Id`) and in logs; made here, never the client's.
    package var id: String

    package init(
        method: String, target: String, path: String, query: [HTTPQueryItem] = [],
        headers: HTTPFields = HTTPFields(), body: [UInt8] = [], peer: HTTPPeer = .unix, id: String
    ) {
        self.method = method
        self.target = target
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
        self.id = id
    }

    /// The value of the first item of that name; nil when there is none.
    package func queryValue(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// `name=value` of a query, both decoded (`+` is a blank); the value is empty without a `=`.
package struct HTTPQueryItem: Sendable, Hashable {
    package var name: String
    package var value: String
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// The headers of a message, in order; names are compared without case.
package struct HTTPFields: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }

    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Puts the value in the place of all of that name.
    package mutating func set(_ name: String, _ value: String) {
        let name = name.lowercased()
        fields.removeAll { $0.name.lowercased() == name }
        append(name, value)
    }

    /// The value of the first one of that name.
    package subscript(name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name.lowercased() == name }?.value
    }

    /// The values of all of that name, in order.
    package func all(_ name: String) -> [String] {
        let name = name.lowercased()
        return fields.filter { $0.name.lowercased() == name }.map(\.value)
    }
}

/// Who is at the other end of the connection, which a proxy may be.
package enum HTTPPeer: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes in network order; an IPv4 address inside IPv6 has 4.
    case address([UInt8])
    case unix

    init(bytes: [UInt8]) {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        if bytes.isEmpty {
            self = .unix
        } else if bytes.count == 16, Array(bytes.prefix(12)) == mapped {
            self = .address(Array(bytes.suffix(4)))
        } else {
            self = .address(bytes)
        }
    }

    package var isLoopback: Bool {
        switch self {
        case .unix: true
        case .address(let bytes):
            bytes.count == 4
                ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
        }
    }

    /// `192.0.2.7`, `2001:db8:0:0:0:0:0:1` or `unix`.
    package var description: String {
        switch self {
        case .unix: "unix"
        case .address(let bytes):
            bytes.count == 4
                ? bytes.map(String.init).joined(separator: ".")
                : stride(from: 0, to: bytes.count - 1, by: 2).map {
                    String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
                }.joined(separator: ":")
        }
    }
}
