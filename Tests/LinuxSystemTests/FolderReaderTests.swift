import Foundation
import LinuxSystem
import Testing

struct FolderReaderTests {
    /// Runs `body` with a folder that holds a file, a folder and links.
    private func withFolder(_ body: (FolderReader) throws -> Void) throws {
        let manager = FileManager.default
        let base = manager.temporaryDirectory.appending(path: UUID().uuidString)
        let folder = base.appending(path: "flow")
        try manager.createDirectory(
            at: folder.appending(path: "lib/.hidden"), withIntermediateDirectories: true)
        defer { try? manager.removeItem(at: base) }
        try Data("secret".utf8).write(to: base.appending(path: "outside"))
        try Data("one".utf8).write(to: folder.appending(path: "a.py"))
        try Data("two".utf8).write(to: folder.appending(path: "lib/b.py"))
        try Data("no".utf8).write(to: folder.appending(path: "lib/.hidden/c.py"))
        try manager.createSymbolicLink(
            at: folder.appending(path: "link.py"),
            withDestinationURL: base.appending(path: "outside"))
        try manager.createSymbolicLink(at: folder.appending(path: "up"), withDestinationURL: base)
        try body(FolderReader(folder.path(percentEncoded: false)))
    }

    @Test func `regular files are read and listed, hidden ones and links are not`() throws {
        try withFolder { (reader) throws in
            #expect(try reader.read("a.py", limit: 100) == Array("one".utf8))
            #expect(try reader.read("lib/b.py", limit: 3) == Array("two".utf8))
            #expect(try reader.paths() == ["a.py", "lib/b.py"])
        }
    }

    @Test(arguments: [
        ("link.py", FolderReadError.symbolicLink), ("up/outside", .symbolicLink),
        ("../outside", .invalidPath), ("lib/../../outside", .invalidPath),
        ("/etc/passwd", .invalidPath),
        ("", .invalidPath), ("lib//b.py", .invalidPath), ("none.py", .missing),
        ("a.py/b", .missing), ("lib", .notARegularFile),
    ])
    func `nothing outside the folder is read`(path: String, expected: FolderReadError) throws {
        try withFolder { (reader) throws in
            #expect(throws: expected) { try reader.read(path, limit: 100) }
        }
    }

    @Test func `sizes and numbers of files are limited`() throws {
        try withFolder { (reader) throws in
            #expect(throws: FolderReadError.tooLarge(limit: 2)) {
                try reader.read("a.py", limit: 2)
            }
            #expect(throws: FolderReadError.tooManyFiles(limit: 1)) { try reader.paths(limit: 1) }
            #expect(throws: FolderReadError.notARegularFile) {
                try FolderReader("/dev").read("zero", limit: 2)
            }
            #expect(throws: FolderReadError.missing) {
                try FolderReader("/no/such/folder").paths()
            }
        }
    }
}
