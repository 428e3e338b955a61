import Testing

@testable import Packages

/// The list of contents of an archive, byte by byte.
struct WheelArchiveTests {
    @Test func `every file is found with its size`() throws {
        let archive = try WheelArchive(
            TestArchive.bytes(["a.py": "x = 1\n", "b/": "", "b/c.txt": "hello"]))

        #expect(archive.entries.map(\.path) == ["a.py", "b/", "b/c.txt"])
        #expect(archive.unpackedSize == 11)
    }

    @Test func `an archive without one of its bytes is none`() throws {
        let whole = TestArchive.bytes(["a.py": "x = 1\n", "b.py": ""])
        _ = try WheelArchive(whole)

        for length in 0..<whole.count {
            #expect(throws: WheelFault.self) { try WheelArchive(Array(whole[..<length])) }
        }
        #expect(throws: WheelFault.self) { try WheelArchive(whole + [0]) }
        #expect(throws: WheelFault.self) { try WheelArchive([0] + whole) }
    }

    @Test func `no change of a byte stops the reader or leads out of the folder`() throws {
        let whole = TestArchive.bytes(["a.py": "x = 1\n", "b.py": ""])
        for place in whole.indices {
            for value in [0, 0x2E, 0x2F, 0x5C, 0x7F, 0xFF] as [UInt8] {
                var changed = whole
                changed[place] = value
                guard let archive = try? WheelArchive(changed) else { continue }
                for entry in archive.entries {
                    #expect(
                        !entry.path.hasPrefix("/")
                            && !entry.path.split(separator: "/").contains(".."))
                }
            }
        }
    }

    @Test(arguments: [
        "../a", "a/../b", "/a", "a//b", "./a", "a/.", "a\\b", "a\nb", "a\u{0}b", "", "a/../",
    ])
    func `a path that leaves the folder or can be read in two ways is refused`(path: String) {
        #expect(throws: WheelFault.self) { try WheelArchive(TestArchive.bytes([path: ""])) }
    }
}

/// Archives with stored files, as ZIP writes them.
private enum TestArchive {
    static func bytes(_ files: KeyValuePairs<String, String>) -> [UInt8] {
        var (local, list): ([UInt8], [UInt8]) = ([], [])
        for (name, text) in files {
            let (path, content) = (Array(name.utf8), Array(text.utf8))
            let sizes = number(content.count, 4) + number(content.count, 4)
            list += number(0x0201_4b50, 4) + number(0x0314, 2) + number(20, 2) + number(0, 12)
            list += sizes + number(path.count, 2) + number(0, 8)
            list += number(0, 2) + number(name.hasSuffix("/") ? 0o040_755 : 0o100_644, 2)
            list += number(local.count, 4) + path
            local += number(0x0403_4b50, 4) + number(20, 2) + number(0, 12) + sizes
            local += number(path.count, 2) + number(0, 2) + path + content
        }
        let count = number(files.count, 2)
        return local + list + number(0x0605_4b50, 4) + number(0, 4) + count + count
            + number(list.count, 4) + number(local.count, 4) + number(0, 2)
    }

    private static func number(_ value: Int, _ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
