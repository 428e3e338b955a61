internal import JSONValue

/// Gets the JSON out of what a model wrote around it.
///
/// Nothing is ever evaluated.
enum JSONRepair {
    /// The first reading that is JSON, nil when none is.
    ///
    /// The text itself, then without what models put around it, at last without trailing commas.
    static func value(in content: String) -> JSON? {
        let bytes = Array(content.utf8)
        let plain = ModelText.withoutThoughts(bytes)
        let readings = [trimmed(bytes), trimmed(plain), fenced(plain)].compactMap(\.self)
        for reading in readings {
            if let value = parse(reading) { return value }
        }
        // Among several balanced pieces the first one that is JSON counts; prose has braces too.
        for start in plain.indices
        where plain[start] == UInt8(ascii: "{") || plain[start] == UInt8(ascii: "[") {
            guard let end = balancedEnd(plain, from: start) else { continue }
            let piece = Array(plain[start..<end])
            if let value = parse(piece) ?? parse(withoutTrailingCommas(piece)) { return value }
        }
        return nil
    }

    private static func parse(_ bytes: [UInt8]) -> JSON? {
        try? JSON.parse(bytes, limits: JSONLimits(size: 16 << 20, depth: 128))
    }

    /// Without a byte order mark and white space around it.
    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
        while let first = rest.first {
            if isBlank(first) {
                rest.removeFirst()
            } else if rest.starts(with: [0xef, 0xbb, 0xbf]) {
                rest.removeFirst(3)
            } else {
                break
            }
        }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return Array(rest)
    }

    /// What stands in the first block between two lines of three backticks.
    private static func fenced(_ bytes: [UInt8]) -> [UInt8]? {
        let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        func isFence(_ line: ArraySlice<UInt8>) -> Bool {
            line.drop { $0 == 0x20 }.starts(with: "```".utf8)
        }
        guard let open = lines.firstIndex(where: isFence),
            let close = lines[(open + 1)...].firstIndex(where: isFence)
        else { return nil }
        return trimmed(Array(lines[(open + 1)..<close].joined(separator: [0x0a])))
    }

    /// The place behind the bracket that closes the one at `start`; brackets in strings do not count.
    static func balancedEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        var closers: [UInt8] = []
        var isInString = false
        var place = start
        while place < bytes.count {
            let byte = bytes[place]
            if isInString {
                if byte == UInt8(ascii: "\\") { place += 1 }
                if byte == UInt8(ascii: "\"") { isInString = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"): closers.append(UInt8(ascii: "}"))
                case UInt8(ascii: "["): closers.append(UInt8(ascii: "]"))
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    guard closers.popLast() == byte else { return nil }
                    if closers.isEmpty { return place + 1 }
                default: break
                }
                if closers.count > 128 { return nil }
            }
            place += 1
        }
        return nil
    }

    /// Without commas that only white space parts from a closing bracket; strings stay as they are.
    static func withoutTrailingCommas(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var isInString = false
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            if isInString, byte == UInt8(ascii: "\\"), place + 1 < bytes.count {
                output += bytes[place...(place + 1)]
                place += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isInString.toggle() }
            if !isInString, byte == UInt8(ascii: ",") {
                let next = bytes[(place + 1)...].first {
                    !($0 == 0x20 || (0x09...0x0d).contains($0))
                }
                if next == UInt8(ascii: "}") || next == UInt8(ascii: "]") {
                    place += 1
                    continue
                }
            }
            output.append(byte)
            place += 1
        }
        return output
    }
}

/// Marks that models leave in their text.
enum ModelText {
    /// Without `<think>…</think>` and the channel marks of models that think aloud.
    static func withoutThoughts(_ bytes: [UInt8]) -> [UInt8] {
        let final = Array("<|channel|>final<|message|>".utf8)
        var text = bytes
        if let start = firstRange(of: final, in: text) {
            text = Array(text[(start + final.count)...])
        }
        for end in ["<|return|>", "<|end|>"] {
            if let place = firstRange(of: Array(end.utf8), in: text) {
                text = Array(text[..<place])
            }
        }
        // The opening tag is often part of the prompt, so only the closing one is sure to be there.
        for name in ["think", "thinking", "reasoning"] {
            let close = Array("</\(name)>".utf8)
            if let place = lastRange(of: close, in: text) {
                text = Array(text[(place + close.count)...])
            }
        }
        return text
    }

    /// What stands inside the first `<think>` block, if anything.
    static func thoughts(_ bytes: [UInt8]) -> String? {
        let close = Array("</think>".utf8)
        guard let end = lastRange(of: close, in: bytes) else { return nil }
        let open = Array("<think>".utf8)
        let start = firstRange(of: open, in: bytes).map { $0 + open.count } ?? 0
        return start < end ? String(decoding: bytes[start..<end], as: UTF8.self) : nil
    }

    private static func firstRange(of piece: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= piece.count else { return nil }
        return (0...(bytes.count - piece.count)).first { bytes[$0...].starts(with: piece) }
    }

    private static func lastRange(of piece: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= piece.count else { return nil }
        return (0...(bytes.count - piece.count)).last { bytes[$0...].starts(with: piece) }
    }
}
