/// Status and headers of an answer, gathered line by line.
struct ResponseHead {
    /// Bytes of all header lines together.
    static let limit = 256 << 10

    private(set) var status = 0
    private(set) var headers: [HTTPHeader] = []
    private var size = 0

    /// Takes one line as libcurl gives it, with its line end; false when the head grows too large.
    mutating func take(_ line: [UInt8]) -> Bool {
        size += line.count
        guard size <= Self.limit else { return false }
        let text = trimmed(line[...])
        if text.starts(with: Array("HTTP/".utf8)) {
            // An interim answer (100, 103) is followed by another head.
            headers = []
            let parts = text.split(separator: UInt8(ascii: " "))
            status = parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            headers.append(
                HTTPHeader(
                    String(decoding: text[..<colon], as: UTF8.self),
                    String(decoding: trimmed(text[(colon + 1)...]), as: UTF8.self)))
        }
        return true
    }

    private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0d, 0x0a].contains(byte) }
        let start = bytes.drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return [] }
        return start[...last]
    }
}
