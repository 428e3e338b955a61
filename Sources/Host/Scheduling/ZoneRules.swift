/// The offsets of one time zone, from its file of the tz database (tzfile(5), RFC 8536).
///
/// Offsets are seconds to be added to UTC, moments seconds since 1970.
package struct ZoneRules: Sendable {
    /// In rising order; from each on, its offset holds.
    private let transitions: [(at: Int64, offset: Int64)]
    private let first: Int64
    /// For the time behind the last transition.
    private let rule: PosixZone?

    package static let utc = ZoneRules(transitions: [], first: 0, rule: nil)

    private init(transitions: [(at: Int64, offset: Int64)], first: Int64, rule: PosixZone?) {
        self.transitions = transitions
        self.first = first
        self.rule = rule
    }

    /// Nil when the bytes are no such file of version 2 or later.
    package init?(file bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard let old = reader.header(), old.version >= 2,
            reader.skip(old.size(ofTime: 4)), let header = reader.header()
        else { return nil }
        var moments: [Int64] = []
        for _ in 0..<header.times {
            guard let moment = reader.integer(8) else { return nil }
            moments.append(moment)
        }
        guard let kinds = reader.bytes(header.times) else { return nil }
        var offsets: [Int64] = []
        for _ in 0..<header.types {
            guard let offset = reader.integer(4), reader.skip(2) else { return nil }
            offsets.append(offset)
        }
        guard reader.skip(header.names + header.leaps * 12 + header.standards + header.universals),
            let start = offsets.first, kinds.allSatisfy({ Int($0) < offsets.count }),
            zip(moments, moments.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        let footer = reader.rest.split(separator: UInt8(ascii: "\n")).first ?? []
        self.init(
            transitions: zip(moments, kinds).map { ($0, offsets[Int($1)]) }, first: start,
            rule: PosixZone(String(decoding: footer, as: UTF8.self)))
    }

    /// The offset that holds at a moment.
    package func offset(at moment: Int64) -> Int64 {
        guard let last = transitions.last, moment >= (transitions.first?.at ?? .max) else {
            // A zone without any transition has its rule for all times.
            return transitions.isEmpty ? rule?.offset(at: moment) ?? first : first
        }
        if moment >= last.at, let rule { return rule.offset(at: moment) }
        var (low, high) = (0, transitions.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if transitions[middle].at <= moment { low = middle } else { high = middle - 1 }
        }
        return transitions[low].offset
    }

    /// What a wall clock's time means: none when the clocks skip it, two when they show it twice.
    ///
    /// - Parameter local: the time on the wall, as if it were UTC.
    package func moments(ofLocal local: Int64) -> [Int64] {
        candidates(local).filter { $0 + offset(at: $0) == local }
    }

    /// The moment at which clocks jump over `local`; nil when they do not.
    package func jump(over local: Int64) -> Int64? {
        let found = candidates(local)
        guard moments(ofLocal: local).isEmpty, var low = found.first, var high = found.last,
            low < high
        else { return nil }
        let before = offset(at: low)
        guard offset(at: high) != before else { return nil }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == before { low = middle } else { high = middle }
        }
        return high
    }

    /// With the offsets that hold a day before and after: rising, without repetition.
    private func candidates(_ local: Int64) -> [Int64] {
        let near = [-86_400, -43_200, 0, 43_200, 86_400].map { offset(at: local + $0) }
        return Set(near).map { local - $0 }.sorted()
    }
}

/// Reads the big-endian numbers of a tz file; nil past its end.
private struct ByteReader {
    struct Header {
        let version: Int
        let universals: Int
        let standards: Int
        let leaps: Int
        let times: Int
        let types: Int
        let names: Int

        func size(ofTime width: Int) -> Int {
            times * (width + 1) + types * 6 + names + leaps * (width + 4) + standards + universals
        }
    }

    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func skip(_ count: Int) -> Bool { bytes(count) != nil }

    mutating func integer(_ width: Int) -> Int64? {
        guard let bytes = bytes(width), let first = bytes.first else { return nil }
        let sign: Int64 = first >= 0x80 ? -1 : 0
        return bytes.reduce(sign) { $0 << 8 | Int64($1) }
    }

    mutating func header() -> Header? {
        guard bytes(4) == Array("TZif".utf8), let version = bytes(1)?.first, skip(15) else {
            return nil
        }
        var counts: [Int] = []
        for _ in 0..<6 {
            guard let count = integer(4), (0...100_000).contains(count) else { return nil }
            counts.append(Int(count))
        }
        return Header(
            version: version == 0 ? 1 : Int(version) - 48, universals: counts[0],
            standards: counts[1], leaps: counts[2], times: counts[3], types: counts[4],
            names: counts[5])
    }
}
