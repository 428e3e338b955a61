internal import HTTPTransport

/// Where a script wants to go: `api.example.com:443`.
package struct EgressDestination: Sendable, Hashable, CustomStringConvertible {
    /// Lower case and without a dot at the end; an address in its one canonical spelling.
    package let host: String
    package let port: Int

    /// Reads `HOST:PORT` or `[ADDRESS]:PORT`; nil for everything else.
    ///
    /// There are no patterns: a name stands for itself alone, since whoever gets a name below a
    /// shared domain would be reached too.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(Self.isDigit),
            let port = Int(digits)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), IPAddress(String(host)) != nil else { return nil }
        } else if host.contains(":") {
            return nil
        }
        self.init(host: String(host), port: port)
    }

    /// An IPv6 address comes without its brackets.
    package init?(host: String, port: Int) {
        guard (1...65_535).contains(port) else { return nil }
        if let address = IPAddress(host) {
            self.host = address.description
        } else {
            var name = host.lowercased()
            if name.hasSuffix(".") { name.removeLast() }
            guard Self.isName(name) else { return nil }
            self.host = name
        }
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether it is written as an address, which needs no name server.
    package var isAddress: Bool { IPAddress(host) != nil }

    private static func isName(_ name: String) -> Bool {
        guard (1...253).contains(name.utf8.count) else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
