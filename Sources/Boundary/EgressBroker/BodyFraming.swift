internal import HTTPTransport

/// How a request says where its body ends.
enum BodyFraming: Equatable {
    case none
    case length(Int)
    case chunked

    init(_ headers: [HTTPHeader], isOldVersion: Bool) throws(HeadFault) {
        let lengths = headers.all("content-length")
        let encodings = headers.all("transfer-encoding")
        // SECURITY: two answers to where a body ends are how one request is smuggled in another.
        guard lengths.count <= 1, encodings.count <= 1, lengths.isEmpty || encodings.isEmpty else {
            throw HeadFault(cause: "it says twice where its body ends")
        }
        if let encoding = encodings.first {
            guard encoding.lowercased() == "chunked", !isOldVersion else {
                throw HeadFault(cause: "the only transfer encoding is 'chunked'")
            }
            self = .chunked
        } else if let length = lengths.first {
            guard (1...15).contains(length.utf8.count),
                length.utf8.allSatisfy({ (48...57).contains($0) }), let count = Int(length)
            else { throw HeadFault(cause: "its content length is no number") }
            self = .length(count)
        } else {
            self = .none
        }
    }
}

/// Takes a body apart as it comes and gives what is in it.
struct BodyReader {
    private enum State: Equatable {
        case bytes(left: Int)
        case size
        case chunk(left: Int)
        case chunkEnd
        case trailer
        case done
    }

    private let isChunked: Bool
    private var state: State
    /// Of a line that is not whole yet.
    private var line: [UInt8] = []

    init(_ framing: BodyFraming) {
        isChunked = framing == .chunked
        switch framing {
        case .none, .length(0): state = .done
        case .length(let count): state = .bytes(left: count)
        case .chunked: state = .size
        }
    }

    var isDone: Bool { state == .done }

    /// What of `bytes` belongs to the body; what is behind its end is left out.
    mutating func take(_ bytes: [UInt8]) throws(HeadFault) -> [UInt8] {
        var found: [UInt8] = []
        var place = 0
        while place < bytes.count, state != .done {
            switch state {
            case .bytes(let left), .chunk(let left):
                let count = min(left, bytes.count - place)
                found += bytes[place..<(place + count)]
                place += count
                pass(count, of: left)
            case .size, .chunkEnd, .trailer:
                let byte = bytes[place]
                place += 1
                try takeLineByte(byte)
            case .done: break
            }
        }
        return found
    }

    private mutating func pass(_ count: Int, of left: Int) {
        if isChunked {
            state = left == count ? .chunkEnd : .chunk(left: left - count)
        } else {
            state = left == count ? .done : .bytes(left: left - count)
        }
    }

    private mutating func takeLineByte(_ byte: UInt8) throws(HeadFault) {
        guard byte == 10 else {
            line.append(byte)
            guard line.count <= 4096 else {
                throw HeadFault(cause: "a line of a chunk is too long")
            }
            return
        }
        guard line.popLast() == 13, !line.contains(13) else {
            throw HeadFault(cause: "a line of a chunk ends oddly")
        }
        let text = String(decoding: line, as: UTF8.self)
        line = []
        switch state {
        case .size:
            let digits = text.prefix { $0 != ";" }
            guard (1...8).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit),
                digits.utf8.count == digits.count, let size = Int(digits, radix: 16)
            else { throw HeadFault(cause: "the size of a chunk is no number") }
            state = size == 0 ? .trailer : .chunk(left: size)
        case .chunkEnd:
            guard text.isEmpty else { throw HeadFault(cause: "a chunk is longer than it says") }
            state = .size
        default: if text.isEmpty { state = .done }
        }
    }
}
