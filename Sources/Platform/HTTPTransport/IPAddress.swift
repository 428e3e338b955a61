/// An IPv4 or IPv6 address: 4 or 16 bytes in network order.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Nil unless there are 4 or 16 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads a dotted quad or an RFC 4291 address, without brackets, zone or prefix length.
    ///
    /// Nil for everything else, also for the spellings that some resolvers take as addresses
    /// (`127.1`, `0x7f.1`, `017700000001`): the guard sees what those resolve to.
    package init?(_ text: String) {
        guard let bytes = Self.parseIPv4(text.utf8[...]) ?? Self.parseIPv6(text) else { return nil }
        self.bytes = bytes
    }

    package var isIPv4: Bool { bytes.count == 4 }

    /// RFC 5952 for IPv6, without the dotted form of embedded addresses.
    package var description: String {
        if isIPv4 { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map {
            UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
        }
        let texts = groups.map { String($0, radix: 16) }
        guard let zeros = Self.longestZeroRun(groups) else { return texts.joined(separator: ":") }
        return texts[..<zeros.lowerBound].joined(separator: ":") + "::"
            + texts[zeros.upperBound...].joined(separator: ":")
    }

    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        for index in 0...groups.count where index == groups.count || groups[index] != 0 {
            if index - start >= 2, index - start > best?.count ?? 0 { best = start..<index }
            start = index + 1
        }
        return best
    }

    private static func parseIPv4(_ text: Substring.UTF8View) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
                part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func parseIPv6(_ text: String) -> [UInt8]? {
        let halves = splitAtDoubleColon(Array(text.utf8))
        guard let head = parseGroups(halves.head, mayEndInIPv4: halves.tail == nil) else {
            return nil
        }
        guard let tailText = halves.tail else { return head.count == 16 ? head : nil }
        guard let tail = parseGroups(tailText, mayEndInIPv4: true), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func splitAtDoubleColon(_ text: [UInt8]) -> (head: [UInt8], tail: [UInt8]?) {
        let colon = UInt8(ascii: ":")
        guard
            let place = text.indices.dropLast().first(where: {
                text[$0] == colon && text[$0 + 1] == colon
            })
        else { return (text, nil) }
        return (Array(text[..<place]), Array(text[(place + 2)...]))
    }

    /// The bytes of `a:b:c` or `a:b:1.2.3.4`; none for an empty text, nil when malformed.
    private static func parseGroups(_ text: [UInt8], mayEndInIPv4: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            let partText = String(decoding: part, as: UTF8.self)
            if mayEndInIPv4, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let four = parseIPv4(partText.utf8[...]) else { return nil }
                bytes += four
                continue
            }
            guard (1...4).contains(part.count), part.allSatisfy(isHexadecimal),
                let group = UInt16(partText, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 255)]
        }
        return bytes.count <= 16 ? bytes : nil
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

/// All addresses that share a prefix, such as `10.0.0.0/8`.
package struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    package let address: IPAddress
    /// In bits: 0 to 32 or 128.
    package let prefixLength: Int

    /// Reads CIDR notation or one address; nil when malformed or when bits beyond the prefix are set.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
        let size = address.bytes.count * 8
        guard parts.count == 2 else {
            self.init(address, size)
            return
        }
        guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), parts[1].utf8.count <= 3,
            let length = Int(parts[1]), length <= size
        else { return nil }
        self.init(address, length)
        guard contains(address), address.bytes == maskedBytes else { return nil }
    }

    private init(_ address: IPAddress, _ prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let whole = prefixLength / 8
        guard other.bytes[..<whole] == address.bytes[..<whole] else { return false }
        let rest = prefixLength % 8
        guard rest > 0 else { return true }
        let mask = ~(UInt8.max >> UInt8(rest))
        return other.bytes[whole] & mask == address.bytes[whole] & mask
    }

    package var description: String { "\(address)/\(prefixLength)" }

    private var maskedBytes: [UInt8] {
        address.bytes.enumerated().map { index, byte in
            let kept = min(max(prefixLength - index * 8, 0), 8)
            return kept == 0 ? 0 : byte & ~(kept == 8 ? 0 : UInt8.max >> UInt8(kept))
        }
    }
}
