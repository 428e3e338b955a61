internal import HTTPTransport

/// Why a message is no HTTP that the broker speaks.
struct HeadFault: Error, Equatable {
    let cause: String
}

/// The lines before a body, read without mercy.
///
/// SECURITY: whatever two readers could understand differently (RFC 9112 §11.2) is refused: a bare CR
/// or LF, a folded line, a space before a colon, a control character.
struct HeadText {
    /// Bytes of a head, and lines in it.
    static let most = 64 << 10
    private static let mostLines = 200

    let first: String
    let headers: [HTTPHeader]
    /// How many bytes it took, the empty line included.
    let length: Int

    /// Nil when there is no end of a head in `bytes` yet.
    ///
    /// SECURITY: `searched` bytes were looked at before and are not looked at again, so that a head that
    /// arrives byte by byte costs no more than one that comes whole.
    init?(_ bytes: [UInt8], searched: Int = 0) throws(HeadFault) {
        guard let end = Self.end(of: bytes, from: searched) else {
            if bytes.count > Self.most { throw HeadFault(cause: "its head is too long") }
            return nil
        }
        guard end <= Self.most else { throw HeadFault(cause: "its head is too long") }
        length = end
        var lines = try Self.lines(of: bytes[..<(end - 2)])
        guard !lines.isEmpty, lines.count <= Self.mostLines else {
            throw HeadFault(cause: "its head has too many lines")
        }
        first = String(decoding: lines.removeFirst(), as: UTF8.self)
        headers = try lines.map(Self.header)
    }

    /// Behind the first empty line, of which no more than the beginning is among the first `searched` bytes.
    private static func end(of bytes: [UInt8], from searched: Int) -> Int? {
        let start = max(3, searched)
        guard start < bytes.count else { return nil }
        for index in start..<bytes.count
        where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10
            && bytes[index - 3] == 13
        {
            return index + 1
        }
        return nil
    }

    private static func lines(
        of bytes: ArraySlice<UInt8>
    ) throws(HeadFault) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            if bytes[index] == 13 {
                guard index + 1 < bytes.endIndex, bytes[index + 1] == 10 else {
                    throw HeadFault(cause: "it holds a carriage return alone")
                }
                lines.append(bytes[start..<index])
                index += 2
                start = index
            } else if bytes[index] == 10 {
                throw HeadFault(cause: "it holds a line feed alone")
            } else if bytes[index] < 32 && bytes[index] != 9 || bytes[index] == 127 {
                throw HeadFault(cause: "it holds a control character")
            } else {
                index += 1
            }
        }
        guard start == bytes.endIndex else { throw HeadFault(cause: "its head has no end") }
        return lines
    }

    private static func header(_ line: ArraySlice<UInt8>) throws(HeadFault) -> HTTPHeader {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
            throw HeadFault(cause: "a line of its head is no header")
        }
        let name = line[..<colon]
        guard name.allSatisfy(isToken) else {
            throw HeadFault(cause: "the name of a header holds what no name may hold")
        }
        var value = line[(colon + 1)...]
        while let byte = value.first, byte == 32 || byte == 9 { value.removeFirst() }
        while let byte = value.last, byte == 32 || byte == 9 { value.removeLast() }
        return HTTPHeader(
            String(decoding: name, as: UTF8.self), Self.latin(value))
    }

    /// Values may hold any byte above 127 (RFC 9110 §5.5): kept one to one, and written so again.
    private static func latin(_ bytes: ArraySlice<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }

    static func bytes(ofLatin text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }

    /// RFC 9110 §5.6.2.
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension [HTTPHeader] {
    /// Headers that belong to one connection alone: those of the standard, and those that
    /// `Connection` names.
    var withoutConnection: [HTTPHeader] {
        var dropped: Set<String> = [
            "connection", "keep-alive", "proxy-connection", "proxy-authorization",
            "proxy-authenticate", "te", "trailer", "upgrade", "expect",
        ]
        for value in all("connection") {
            for name in value.split(separator: ",") {
                dropped.insert(
                    name.lowercased().trimming { $0 == " " || $0 == "\t" })
            }
        }
        return filter { !dropped.contains($0.name.lowercased()) }
    }
}

extension String {
    func trimming(_ isDropped: (Character) -> Bool) -> String {
        var rest = self[...]
        while let first = rest.first, isDropped(first) { rest.removeFirst() }
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return String(rest)
    }
}
