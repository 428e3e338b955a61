/// Texts from scripts, models, diffs and callers, on their way into a URL.
enum ResourceText {
    /// One path segment, with everything but unreserved characters percent-encoded.
    ///
    /// SECURITY: a segment cannot end the path, climb out of it or become an option of a tool.
    static func segment(_ text: String, of argument: String) throws(ConnectorFailure) -> String {
        guard !text.isEmpty else {
            throw ConnectorFailure(.invalidArguments, "argument '\(argument)' is empty")
        }
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard part != "..", part != "." else {
                throw ConnectorFailure(
                    .invalidArguments,
                    "argument '\(argument)' holds '\(part)': write the name itself")
            }
        }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
            throw ConnectorFailure(
                .invalidArguments, "argument '\(argument)' holds a control character")
        }
        guard !text.hasPrefix("-") else {
            throw ConnectorFailure(.invalidArguments, "argument '\(argument)' begins with '-'")
        }
        return encode(text)
    }

    /// `name=value&…` with everything but unreserved characters encoded.
    static func query(_ pairs: [(name: String, value: String)]) -> String? {
        if pairs.isEmpty { return nil }
        return pairs.map { encode($0.name) + "=" + encode($0.value) }.joined(separator: "&")
    }

    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                output.append(byte)
            default:
                output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
