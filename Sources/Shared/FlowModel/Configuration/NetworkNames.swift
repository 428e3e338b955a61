/// `host:port`, as `network` and `egress` write it.
package enum HostAndPort {
    /// Why `text` is none, nil when it is one.
    package static func fault(of text: String) -> String? {
        let host: Substring
        let port: Substring
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.hasPrefix(":") else { return "the port is missing; write HOST:PORT" }
            port = rest.dropFirst()
            if !IPNetwork.isVersion6(host) { return "'\(host)' is no address" }
        } else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                return parts.count < 2
                    ? "the port is missing; write HOST:PORT" : "write an IPv6 address in brackets"
            }
            (host, port) = (parts[0], parts[1])
            if let fault = hostFault(host) { return fault }
        }
        guard port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(port), (1...65_535).contains(number)
        else { return "'\(port)' is no port" }
        return nil
    }

    static func hostFault(_ host: Substring) -> String? {
        if host.contains("*") { return "a host is named whole, without '*'" }
        guard !host.isEmpty, host.utf8.count <= 253 else { return "the host is missing" }
        for label in host.split(separator: ".", omittingEmptySubsequences: false) {
            let isLabel =
                !label.isEmpty && label.utf8.count <= 63 && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
            guard isLabel else { return "'\(host)' is no host name" }
        }
        return nil
    }
}

/// An address, or a network as `address/length`.
enum IPNetwork {
    static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first, parts.count <= 2 else { return false }
        let bits: Int
        if isVersion4(address) {
            bits = 32
        } else if isVersion6(address) {
            bits = 128
        } else {
            return false
        }
        guard parts.count == 2 else { return true }
        return number(parts[1], atMost: bits) != nil
    }

    static func isVersion4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { number($0, atMost: 255) != nil }
    }

    static func isVersion6(_ text: Substring) -> Bool {
        var groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count >= 3, groups.count <= 9 else { return false }
        if let last = groups.last, last.contains(".") {
            guard isVersion4(last) else { return false }
            groups.removeLast()
            groups += ["0", "0"]
        }
        // `::` shows as an empty group; at an end it shows as two.
        if groups.first?.isEmpty ?? false, groups.dropFirst().first?.isEmpty ?? false {
            groups.removeFirst()
        }
        if groups.last?.isEmpty ?? false, groups.dropLast().last?.isEmpty ?? false {
            groups.removeLast()
        }
        let empty = groups.count { $0.isEmpty }
        guard empty == 0 ? groups.count == 8 : empty == 1 && groups.count <= 8 else { return false }
        return groups.allSatisfy { group in
            group.utf8.count <= 4 && group.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit)
        }
    }

    /// A decimal number without a leading zero, which some systems would read as octal.
    private static func number(_ text: Substring, atMost limit: Int) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 3, text == "0" || !text.hasPrefix("0"),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(text), number <= limit
        else { return nil }
        return number
    }
}

/// An absolute `http` or `https` URL in a configuration.
struct ConfiguredURL {
    /// Scheme, host and port: what a secret is bound to.
    let origin: String

    /// Why `text` is none.
    struct Fault: Error {
        let message: String
        var holdsCredential = false
    }

    init(_ text: String) throws(Fault) {
        let scheme: String
        if text.hasPrefix("https://") {
            scheme = "https"
        } else if text.hasPrefix("http://") {
            scheme = "http"
        } else {
            throw Fault(message: "a URL begins with https:// or http://")
        }
        let isPlain = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
        guard isPlain, !text.contains("\\") else {
            throw Fault(message: "the URL has a character that must be encoded")
        }
        let rest = text.dropFirst(scheme.utf8.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // SECURITY: a credential in a URL would be printed wherever the URL is.
        guard !authority.contains("@") else {
            throw Fault(message: "the URL holds a user or password", holdsCredential: true)
        }
        let hasPort = authority.hasPrefix("[") ? authority.contains("]:") : authority.contains(":")
        let full = hasPort ? String(authority) : "\(authority):\(scheme == "https" ? 443 : 80)"
        if let fault = HostAndPort.fault(of: full) { throw Fault(message: fault) }
        origin = "\(scheme)://\(full.lowercased())"
    }
}
