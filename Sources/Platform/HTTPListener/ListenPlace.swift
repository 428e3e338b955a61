internal import CMicroHTTPDShims
internal import Glibc
internal import LinuxSystem

/// Where a listener takes connections.
package enum ListenPlace: Sendable, Hashable {
    /// A name or address, nil for every one, and a port; port 0 lets the system choose.
    case tcp(host: String?, port: UInt16)
    /// A socket file with these permissions, such as `0o660`; one that nobody listens to is replaced.
    case unix(path: String, mode: UInt32)
    /// A listening socket that was handed over, by systemd for instance.
    case inherited(Int32)
}

/// Where a listener does listen.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    case tcp(HTTPPeer, port: UInt16)
    case unix(path: String)

    /// `127.0.0.1:8080`, `[2001:db8:0:0:0:0:0:1]:8080` or `unix:/run/sluice.sock`.
    package var description: String {
        switch self {
        case .unix(let path): return "unix:\(path)"
        case .tcp(let host, let port):
            if case .address(let bytes) = host, bytes.count == 16 { return "[\(host)]:\(port)" }
            return "\(host):\(port)"
        }
    }

    /// Whether only this machine can connect.
    package var isLocal: Bool {
        switch self {
        case .unix: true
        case .tcp(let host, _): host.isLoopback
        }
    }

    package var port: UInt16? {
        if case .tcp(_, let port) = self { return port }
        return nil
    }
}

/// The listener did not start.
package struct ListenError: Error, Sendable, Hashable, CustomStringConvertible {
    package let place: String
    package let cause: String
    package var description: String {
        "cannot listen on \(place): \(cause); name another place with --listen"
    }
}

extension ListenPlace {
    var name: String {
        switch self {
        case .tcp(let host, let port): "\(host ?? "*"):\(port)"
        case .unix(let path, _): "unix:\(path)"
        case .inherited(let number): "descriptor \(number)"
        }
    }

    /// A listening socket, which the caller closes.
    func open() throws(ListenError) -> Int32 {
        var fault: String?
        let descriptor: Int32
        switch self {
        case .tcp(let host, let port):
            (descriptor, fault) = Self.openTCP(host, port)
        case .unix(let path, let mode):
            descriptor = unsafe sluice_httpd_listen_unix(path, mode)
        case .inherited(let number):
            descriptor = sluice_httpd_adopt(number) == 0 ? number : -1
        }
        guard descriptor < 0 else { return descriptor }
        let failure = Errno(errno)
        throw ListenError(place: name, cause: fault ?? failure.description)
    }

    private static func openTCP(_ host: String?, _ port: UInt16) -> (Int32, String?) {
        var fault: UnsafePointer<CChar>?
        let number = unsafe String(port).withCString { port in
            guard let host else { return unsafe sluice_httpd_listen_tcp(nil, port, &fault) }
            return unsafe host.withCString { unsafe sluice_httpd_listen_tcp($0, port, &fault) }
        }
        let failure = errno
        let text = unsafe fault.map { unsafe String(cString: $0) }
        errno = failure
        return (number, text)
    }
}

extension ListenAddress {
    /// Nil when the kernel does not say.
    init?(of descriptor: Int32) {
        var peer = sluice_httpd_peer()
        var port: UInt16 = 0
        var path = [CChar](repeating: 0, count: 256)
        let room = path.count
        let result = unsafe path.withUnsafeMutableBufferPointer { space -> Int32 in
            guard let base = space.baseAddress else { return -1 }
            return unsafe sluice_httpd_listens_at(descriptor, &peer, &port, base, room)
        }
        guard result == 0 else { return nil }
        if peer.count == 0 {
            let bytes = path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            self = .unix(path: String(decoding: bytes, as: UTF8.self))
        } else {
            let bytes = unsafe withUnsafeBytes(of: peer.bytes) {
                unsafe Array($0.prefix(peer.count))
            }
            self = .tcp(HTTPPeer(bytes: bytes), port: port)
        }
    }
}
