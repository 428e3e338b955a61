import Glibc

/// What a program or shared library says about itself in its file (elf(5)); nothing is run.
package struct ProgramFile: Sendable, Hashable {
    /// The loader that starts it; nil for a shared library.
    package private(set) var loader: String?
    /// Names of the shared libraries that it needs, such as `libc.so.6`.
    package private(set) var libraries: [String] = []
    /// Where it wants them looked for first; `$ORIGIN` is its own folder.
    package private(set) var folders: [String] = []

    /// Throws `notSupported` for a file that is no 64-bit little-endian ELF file.
    package init(_ path: String) throws(Errno) {
        let file = try Descriptor.open(path)
        let head = try file.readRange(from: 0, upTo: 64)
        guard head.count == 64, head[0..<4] == [0x7f, 0x45, 0x4c, 0x46], head[4] == 2, head[5] == 1
        else { throw .notSupported }
        let entrySize = Int(Self.number(head, at: 54, bytes: 2))
        let count = Int(Self.number(head, at: 56, bytes: 2))
        guard entrySize >= 56, count <= 256 else { throw .notSupported }
        let table = try file.readRange(
            from: Int(clamping: Self.number(head, at: 32, bytes: 8)), upTo: entrySize * count)
        guard table.count == entrySize * count else { throw .notSupported }
        let segments = (0..<count).map { Segment(table, at: $0 * entrySize) }
        if let segment = segments.first(where: { $0.kind == Segment.loader }) {
            let text = try file.readRange(from: segment.offset, upTo: min(segment.size, 4096))
            loader = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        try readDynamic(segments, file)
    }

    private struct Segment {
        static let loaded: UInt64 = 1
        static let dynamic: UInt64 = 2
        static let loader: UInt64 = 3

        let kind: UInt64
        let offset: Int
        let address: UInt64
        let size: Int

        init(_ table: [UInt8], at place: Int) {
            kind = number(table, at: place, bytes: 4)
            offset = Int(clamping: number(table, at: place + 8, bytes: 8))
            address = number(table, at: place + 16, bytes: 8)
            size = Int(clamping: number(table, at: place + 32, bytes: 8))
        }
    }

    /// Tags of the dynamic section: needed library, old and new list of folders, and where names stand.
    private enum Tag: UInt64 {
        case needed = 1
        case names = 5
        case oldFolders = 15
        case folders = 29
    }

    private mutating func readDynamic(
        _ segments: [Segment], _ file: borrowing Descriptor
    ) throws(Errno) {
        guard let dynamic = segments.first(where: { $0.kind == Segment.dynamic }) else { return }
        let bytes = try file.readRange(from: dynamic.offset, upTo: min(dynamic.size, 1 << 16))
        var entries: [(tag: Tag, value: UInt64)] = []
        for place in stride(from: 0, to: bytes.count - 15, by: 16) {
            guard let tag = Tag(rawValue: Self.number(bytes, at: place, bytes: 8)) else { continue }
            entries.append((tag, Self.number(bytes, at: place + 8, bytes: 8)))
        }
        guard let names = entries.first(where: { $0.tag == .names })?.value,
            let segment = segments.first(where: {
                $0.kind == Segment.loaded && names >= $0.address
                    && names - $0.address < UInt64(clamping: $0.size)
            })
        else { return }
        let start = segment.offset + Int(names - segment.address)
        for entry in entries where entry.tag != .names {
            let text = try file.readRange(from: start + Int(clamping: entry.value), upTo: 4096)
            let name = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            if entry.tag == .needed {
                libraries.append(name)
            } else {
                folders += name.split(separator: ":").map(String.init)
            }
        }
    }

    private static func number(_ bytes: [UInt8], at place: Int, bytes count: Int) -> UInt64 {
        bytes[place..<(place + count)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
