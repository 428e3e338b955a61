/// Takes numbers from the bytes of a fuzzer; behind the end there are zeroes.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    mutating func number(bytes count: Int) -> UInt64 {
        (0..<count).reduce(0) { value, place in value | UInt64(byte()) << (8 * UInt64(place)) }
    }

    /// Up to so many bytes.
    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func remainder() -> [UInt8] { bytes(rest.count) }
}
