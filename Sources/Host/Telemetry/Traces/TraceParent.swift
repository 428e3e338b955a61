internal import Cryptography

/// Where a trace comes from, by the header `traceparent` (W3C Trace Context, level 1).
package struct TraceParent: Sendable, Hashable {
    /// 32 hexadecimal digits in lower case, not all zero.
    package let trace: String
    /// 16 hexadecimal digits in lower case, not all zero.
    package let span: String
    package let isSampled: Bool

    /// Nil for what is no such header; a newer version counts as far as this one reads it.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let dashes = [2, 35, 52]
        guard bytes.count >= 55, bytes.count <= 512,
            dashes.allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            bytes.count == 55 || bytes[55] == UInt8(ascii: "-")
        else { return nil }
        func digits(_ range: Range<Int>) -> String? {
            let isHexadecimal = bytes[range].allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
            return isHexadecimal ? String(decoding: bytes[range], as: UTF8.self) : nil
        }
        guard let version = digits(0..<2), version != "ff", version != "00" || bytes.count == 55,
            let trace = digits(3..<35), trace.contains(where: { $0 != "0" }),
            let span = digits(36..<52), span.contains(where: { $0 != "0" }),
            let flags = digits(53..<55).flatMap({ UInt8($0, radix: 16) })
        else { return nil }
        self.trace = trace
        self.span = span
        isSampled = flags & 1 == 1
    }
}

/// The trace of one run.
///
/// The same in every process that drives the run: all names are made of the run's own.
struct RunTrace: Sendable, Hashable {
    let run: String
    let trace: String
    /// The span of somebody else that the run continues.
    let parent: String?

    /// Nil when the run is not among those that are traced.
    ///
    /// - Parameter share: how many of the traces that begin here are kept, from 0 to 1; one that
    ///   continues another is kept when that one is.
    init?(run: String, parent: TraceParent?, share: Double) {
        self.run = run
        if let parent {
            guard parent.isSampled else { return nil }
            trace = parent.trace
            self.parent = parent.span
            return
        }
        var name = Self.digest(["trace", run])
        name[0] |= 1
        trace = Hexadecimal.encode(Array(name.prefix(16)))
        self.parent = nil
        // The last bytes decide, as collectors that sample by the trace's name expect.
        let place = name[8..<15].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard Double(place) < share * Double(UInt64(1) << 56) else { return nil }
    }

    var runSpan: String { span(["run"]) }
    func step(_ path: String) -> String { span(["step", path]) }
    func attempt(_ path: String, _ number: Int) -> String {
        span(["attempt", path, String(number)])
    }

    func span(_ parts: [String]) -> String {
        var name = Self.digest([run] + parts)
        name[0] |= 1
        return Hexadecimal.encode(Array(name.prefix(8)))
    }

    /// The span that the span of the step at `path` is part of.
    func parentOfStep(at path: String) -> String {
        StepParents.parent(of: path).map(step) ?? runSpan
    }

    private static func digest(_ parts: [String]) -> [UInt8] {
        Digest.sha256(parts.joined(separator: "\u{0}"))
    }
}

/// Which step a step is part of, by its path.
enum StepParents {
    /// `review[a]` is part of `review`, `each[web]/deploy` of `each[web]`; nil: of the run itself.
    static func parent(of path: String) -> String? {
        var ends: [String.UTF8View.Index] = []
        var isInKey = false
        let bytes = path.utf8
        for index in bytes.indices {
            switch (bytes[index], isInKey) {
            case (UInt8(ascii: "]"), true): isInKey = false
            case (UInt8(ascii: "["), false):
                isInKey = true
                ends.append(index)
            case (UInt8(ascii: "/"), false): ends.append(index)
            default: break
            }
        }
        guard let last = ends.popLast() else { return nil }
        // A sub-flow's later tries stand below the same step.
        if let before = ends.last, path[before..<last].hasPrefix("/again:") {
            return String(path[..<before])
        }
        return String(path[..<last])
    }
}
