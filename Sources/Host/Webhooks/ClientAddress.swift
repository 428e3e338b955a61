package import HTTPTransport

/// The proxies whose word on where a request came from is believed (`trusted-proxies`).
package struct TrustedProxies: Sendable, Hashable {
    private let networks: [IPNetwork]
    private let trustsUnixSocket: Bool

    /// - Parameter texts: addresses, networks, and `unix` for whoever speaks through a unix socket.
    package init(_ texts: [String]) {
        networks = texts.compactMap { IPNetwork($0) }
        trustsUnixSocket = texts.contains("unix")
    }

    fileprivate func trusts(_ address: IPAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }

    /// Where a request came from.
    ///
    /// SECURITY: `X-Forwarded-For` counts only when the connection itself is a trusted proxy's, and
    /// is read from its end, where that proxy wrote: what stands before the first address that is no
    /// trusted proxy may be the sender's invention.
    package func client(of request: WebhookRequest) -> ClientAddress {
        let forwarded = request.values(of: "x-forwarded-for")
        let isForwarded = !forwarded.isEmpty || !request.values(of: "forwarded").isEmpty
        switch request.peer {
        case .unixSocket where !trustsUnixSocket:
            return isForwarded ? .unknown : .thisMachine
        case .address(let address) where !trusts(address.unmapped):
            if address.unmapped.isLoopback, isForwarded { return .unknown }
            return .address(address.unmapped)
        default: break
        }
        let hops = forwarded.joined(separator: ",").split(separator: ",").map {
            $0.drop { $0 == " " || $0 == "\t" }
        }
        for hop in hops.reversed() {
            var text = String(hop)
            while text.hasSuffix(" ") || text.hasSuffix("\t") { text.removeLast() }
            guard let address = IPAddress(text)?.unmapped else { return .unknown }
            if !trusts(address) { return .address(address) }
        }
        // Only trusted proxies are named, or none at all: one of them is the sender itself.
        switch request.peer {
        case .unixSocket: return isForwarded ? .unknown : .thisMachine
        case .address(let address):
            let isHidden = forwarded.isEmpty && isForwarded
            return isHidden ? .unknown : .address(address.unmapped)
        }
    }
}

/// Where a request came from, as far as it can be known.
package enum ClientAddress: Sendable, Hashable, CustomStringConvertible {
    case address(IPAddress)
    /// Through a unix socket.
    case thisMachine
    /// A proxy stands between, and it is not one of those that are believed.
    case unknown

    package var isThisMachine: Bool {
        switch self {
        case .address(let address): address.isLoopback
        case .thisMachine: true
        case .unknown: false
        }
    }

    package var description: String {
        switch self {
        case .address(let address): address.description
        case .thisMachine: "unix"
        case .unknown: "unknown"
        }
    }
}

extension IPAddress {
    /// An IPv4 address that was written as an IPv6 one (`::ffff:192.0.2.7`) as itself.
    var unmapped: IPAddress {
        let prefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        guard bytes.count == 16, bytes.starts(with: prefix) else { return self }
        return IPAddress(bytes: Array(bytes[12...])) ?? self
    }

    var isLoopback: Bool {
        bytes.count == 4
            ? bytes[0] == 127
            : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }
}
