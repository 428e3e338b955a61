/// The list of contents of a wheel (a ZIP archive), read before anything is unpacked.
///
/// SECURITY: an archive that two readers could understand differently is refused: everything must be
/// where the list says, and nothing before, between or after it.
struct WheelArchive: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        let path: String
        let isFolder: Bool
        let unpackedSize: Int
    }

    let entries: [Entry]

    var unpackedSize: Int { entries.reduce(0) { $0 + $1.unpackedSize } }

    private static let entryLimit = 50_000

    /// Throws in words what is wrong with it.
    init(_ bytes: [UInt8]) throws(WheelFault) {
        let end = try Self.end(of: bytes)
        var entries: [Entry] = []
        var seen: Set<String> = []
        var place = end.listStart
        for _ in 0..<end.count {
            let (entry, next) = try Self.entry(in: bytes, at: place, before: end.place)
            guard seen.insert(entry.path).inserted else {
                throw WheelFault("it holds '\(entry.path)' twice")
            }
            entries.append(entry)
            place = next
        }
        guard place == end.place else { throw WheelFault("its list of contents is damaged") }
        self.entries = entries
    }

    private struct End {
        let place: Int
        let listStart: Int
        let count: Int
    }

    /// The record at the end that says where the list is: the only one, and with nothing behind it.
    private static func end(of bytes: [UInt8]) throws(WheelFault) -> End {
        let length = 22
        guard bytes.count >= length else { throw WheelFault("it is no ZIP archive") }
        let place = bytes.count - length
        guard number(bytes, place, 4) == 0x0605_4b50, number(bytes, place + 20, 2) == 0 else {
            throw WheelFault("it does not end as a ZIP archive does, or has a comment")
        }
        let (count, size, start) = (
            number(bytes, place + 10, 2), number(bytes, place + 12, 4), number(bytes, place + 16, 4)
        )
        guard number(bytes, place + 4, 4) == 0, number(bytes, place + 8, 2) == count,
            count < 0xFFFF, count <= entryLimit, start + size == place
        else { throw WheelFault("its list of contents is damaged or too long") }
        return End(place: place, listStart: start, count: count)
    }

    private static func entry(
        in bytes: [UInt8], at place: Int, before end: Int
    ) throws(WheelFault) -> (Entry, next: Int) {
        guard end - place >= 46, number(bytes, place, 4) == 0x0201_4b50 else {
            throw WheelFault("its list of contents is damaged")
        }
        let nameLength = number(bytes, place + 28, 2)
        let next =
            place + 46 + nameLength + number(bytes, place + 30, 2) + number(bytes, place + 32, 2)
        guard next <= end else { throw WheelFault("its list of contents is damaged") }
        let nameBytes = Array(bytes[(place + 46)..<(place + 46 + nameLength)])
        let path = try WheelPath.checked(nameBytes)
        guard number(bytes, place + 8, 2) & 1 == 0 else {
            throw WheelFault("'\(path)' is encrypted")
        }
        guard [0, 8].contains(number(bytes, place + 10, 2)) else {
            throw WheelFault("'\(path)' is packed in a way that wheels do not use")
        }
        let isFolder = path.hasSuffix("/")
        try checkMode(number(bytes, place + 38, 4) >> 16, of: path, isFolder: isFolder)
        let (packed, size) = (number(bytes, place + 20, 4), number(bytes, place + 24, 4))
        guard packed < 0xFFFF_FFFF, size < 0xFFFF_FFFF, number(bytes, place + 34, 2) == 0 else {
            throw WheelFault("'\(path)' is too large")
        }
        try checkName(nameBytes, of: path, in: bytes, at: number(bytes, place + 42, 4))
        return (Entry(path: path, isFolder: isFolder, unpackedSize: size), next)
    }

    /// The name that stands before the file's bytes must be the one in the list.
    private static func checkName(
        _ name: [UInt8], of path: String, in bytes: [UInt8], at place: Int
    ) throws(WheelFault) {
        let start = place + 30
        guard start + name.count <= bytes.count, number(bytes, place, 4) == 0x0403_4b50,
            number(bytes, place + 26, 2) == name.count,
            bytes[start..<(start + name.count)].elementsEqual(name)
        else { throw WheelFault("'\(path)' is not where the list of contents says") }
    }

    /// `mode` is the `st_mode` of the system that packed it; 0 when it had none.
    private static func checkMode(
        _ mode: Int, of path: String, isFolder: Bool
    ) throws(WheelFault) {
        switch mode & 0o170_000 {
        case 0: break
        case 0o100_000 where !isFolder: break
        case 0o040_000 where isFolder: break
        case 0o120_000: throw WheelFault("'\(path)' is a symbolic link")
        default: throw WheelFault("'\(path)' is no ordinary file")
        }
        guard mode & 0o7000 == 0 else {
            throw WheelFault("'\(path)' has a set-user-id, set-group-id or sticky bit")
        }
    }

    /// Little endian; 0 beyond the end, which no caller accepts.
    private static func number(_ bytes: [UInt8], _ place: Int, _ length: Int) -> Int {
        guard place >= 0, place + length <= bytes.count else { return 0 }
        return (0..<length).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) }
    }
}

struct WheelFault: Error, Sendable, Hashable {
    let message: String
    init(_ message: String) { self.message = message }
}

/// A path inside a wheel.
enum WheelPath {
    /// The path as text, a folder with `/` at its end; throws for one that leaves the wheel or that
    /// systems read differently.
    static func checked(_ bytes: [UInt8]) throws(WheelFault) -> String {
        guard let path = String(validating: bytes, as: UTF8.self), !path.isEmpty else {
            throw WheelFault("it holds a name that is not UTF-8")
        }
        let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
        guard isPlain, path.utf8.count <= 1024 else {
            throw WheelFault(
                "it holds a name with control characters or backslashes, or too long a one")
        }
        let body = path.hasSuffix("/") ? path.dropLast() : path[...]
        let parts = body.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains("..") else {
            throw WheelFault("'\(path)' leads out of the package's folder")
        }
        guard !path.hasPrefix("/") else {
            throw WheelFault("'\(path)' is an absolute path")
        }
        guard !parts.contains(where: { $0.isEmpty || $0 == "." }) else {
            throw WheelFault("'\(path)' has an empty part")
        }
        return path
    }
}
