/// One named value of a form.
struct FormField: Hashable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    // MARK: application/x-www-form-urlencoded

    /// Nil when an escape is none.
    static func pairs(of body: [UInt8]) -> [FormField]? {
        var fields: [FormField] = []
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let at = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = decoded(pair[..<at]), let value = decoded(pair[at...].dropFirst())
            else { return nil }
            fields.append(FormField(name, value))
        }
        return fields
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): result.append(32)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit),
                    let low = rest.popFirst().flatMap(digit)
                else { return nil }
                result.append(high << 4 | low)
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }

    // MARK: multipart/form-data

    /// The boundary that a header of several parts names.
    static func boundary(in header: String) -> [UInt8]? {
        for part in header.split(separator: ";").dropFirst() {
            guard let value = parameter("boundary", in: part), (1...70).contains(value.utf8.count)
            else { continue }
            return Array(value.utf8)
        }
        return nil
    }

    /// The value of `name=value` or `name="value"`.
    private static func parameter(_ name: String, in part: Substring) -> String? {
        let text = part.drop { $0 == " " || $0 == "\t" }
        let at = text.firstIndex(of: "=") ?? text.endIndex
        guard text[..<at].lowercased() == name else { return nil }
        var value = text[at...].dropFirst()
        while value.last == " " || value.last == "\t" { value.removeLast() }
        if value.count >= 2, value.first == "\"", value.last == "\"" {
            value = value.dropFirst().dropLast()
        }
        return String(value)
    }

    /// The parts that are no files; nil when the body does not end as it should.
    static func parts(of body: [UInt8], boundary: [UInt8]) -> [FormField]? {
        let mark = Array("\r\n--".utf8) + boundary
        // The first one may stand at the very beginning.
        let text = [13, 10] + body
        var fields: [FormField] = []
        guard var at = find(mark, in: text, from: 0) else { return nil }
        while true {
            at += mark.count
            let rest = text[at...]
            if rest.starts(with: "--".utf8) { return fields }
            guard rest.starts(with: "\r\n".utf8), let end = find(mark, in: text, from: at) else {
                return nil
            }
            if let field = field(in: text[(at + 2)..<max(at + 2, end)]) { fields.append(field) }
            at = end
        }
    }

    private static func field(in part: ArraySlice<UInt8>) -> FormField? {
        let blank = Array("\r\n\r\n".utf8)
        guard let end = find(blank, in: Array(part), from: 0) else { return nil }
        let head = String(decoding: part.prefix(end), as: UTF8.self)
        for line in head.split(separator: "\r\n")
        where line.lowercased().hasPrefix("content-disposition:") {
            let parameters = line.split(separator: ";").dropFirst()
            guard !parameters.contains(where: { parameter("filename", in: $0) != nil }),
                let name = parameters.compactMap({ parameter("name", in: $0) }).first
            else { return nil }
            let value = part.dropFirst(end + blank.count)
            return FormField(name, String(decoding: value, as: UTF8.self))
        }
        return nil
    }

    private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = wanted.first, bytes.count >= wanted.count else { return nil }
        var at = start
        while at <= bytes.count - wanted.count {
            if bytes[at] == first, bytes[at..<(at + wanted.count)].elementsEqual(wanted) {
                return at
            }
            at += 1
        }
        return nil
    }
}
