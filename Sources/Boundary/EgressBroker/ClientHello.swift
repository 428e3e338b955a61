/// The first message of TLS, as far as it says whom the client means (RFC 8446 §4.1.2, RFC 6066 §3).
enum ClientHello: Equatable {
    /// More bytes are needed.
    case incomplete
    /// No TLS, or a TLS that hides or doubles the name.
    case invalid(String)
    /// The name it asks for; nil when it names none.
    case complete(serverName: String?)

    private static let mostBytes = 64 << 10
    /// SECURITY: what is there is read again with each piece that arrives; records of one byte each must
    /// not make that long.
    private static let mostRecords = 64

    init(_ bytes: [UInt8]) {
        switch Self.message(in: bytes) {
        case .incomplete: self = .incomplete
        case .invalid(let cause): self = .invalid(cause)
        case .complete(let message): self = Self.read(message)
        }
    }

    private enum Message {
        case incomplete
        case invalid(String)
        case complete([UInt8])
    }

    /// The handshake message, put together from its records.
    private static func message(in bytes: [UInt8]) -> Message {
        var pieces: [Range<Int>] = []
        var held = 0
        var place = 0
        while true {
            if let first = bytes.dropFirst(place).first, first != 22 {
                return .invalid("it does not begin with TLS")
            }
            guard bytes.count <= mostBytes else { return .invalid("its first message is too long") }
            guard pieces.count < mostRecords else {
                return .invalid("its first message is in too many records")
            }
            guard place + 5 <= bytes.count else { return .incomplete }
            let length = Int(bytes[place + 3]) << 8 | Int(bytes[place + 4])
            guard bytes[place + 1] == 3, (1...16_384).contains(length) else {
                return .invalid("it does not begin with TLS")
            }
            guard place + 5 + length <= bytes.count else { return .incomplete }
            pieces.append((place + 5)..<(place + 5 + length))
            held += length
            place += 5 + length
            let message = pieces.lazy.flatMap { bytes[$0] }
            guard message.first == 1 else {
                return .invalid("it does not begin with a ClientHello")
            }
            guard held >= 4 else { continue }
            let whole = message.dropFirst().prefix(3).reduce(0) { $0 << 8 | Int($1) }
            guard whole <= mostBytes else { return .invalid("its first message is too long") }
            if held >= 4 + whole { return .complete(Array(message.dropFirst(4).prefix(whole))) }
        }
    }

    private static func read(_ message: [UInt8]) -> ClientHello {
        var reader = Fields(message)
        guard reader.skip(34), reader.vector(lengthBytes: 1) != nil,
            reader.vector(lengthBytes: 2) != nil, reader.vector(lengthBytes: 1) != nil
        else { return .invalid("its first message is damaged") }
        guard !reader.isAtEnd else { return .complete(serverName: nil) }
        guard let extensions = reader.vector(lengthBytes: 2), reader.isAtEnd else {
            return .invalid("its first message is damaged")
        }
        var list = Fields(extensions)
        var name: String?
        var seen: Set<Int> = []
        while !list.isAtEnd {
            guard let kind = list.number(bytes: 2), let body = list.vector(lengthBytes: 2) else {
                return .invalid("its first message is damaged")
            }
            guard seen.insert(kind).inserted else {
                return .invalid("its first message says something twice")
            }
            // SECURITY: with an encrypted name nobody could tell which host is meant.
            if kind == 0xfe0d { return .invalid("it hides the name of the host (ECH)") }
            if kind == 0 {
                guard let found = serverName(in: body) else {
                    return .invalid("it names no host in a way that can be read")
                }
                name = found
            }
        }
        return .complete(serverName: name)
    }

    private static func serverName(in body: [UInt8]) -> String? {
        var outer = Fields(body)
        guard let list = outer.vector(lengthBytes: 2), outer.isAtEnd else { return nil }
        var names = Fields(list)
        guard names.number(bytes: 1) == 0, let name = names.vector(lengthBytes: 2), names.isAtEnd,
            !name.isEmpty, name.allSatisfy({ $0 > 32 && $0 < 127 })
        else { return nil }
        return String(decoding: name, as: UTF8.self).lowercased()
    }

    private struct Fields {
        private let bytes: [UInt8]
        private var place = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { place == bytes.count }

        mutating func skip(_ count: Int) -> Bool {
            guard place + count <= bytes.count else { return false }
            place += count
            return true
        }

        mutating func number(bytes count: Int) -> Int? {
            guard place + count <= bytes.count else { return nil }
            defer { place += count }
            return bytes[place..<(place + count)].reduce(0) { $0 << 8 | Int($1) }
        }

        mutating func vector(lengthBytes: Int) -> [UInt8]? {
            guard let length = number(bytes: lengthBytes), place + length <= bytes.count else {
                return nil
            }
            defer { place += length }
            return Array(bytes[place..<(place + length)])
        }
    }
}
