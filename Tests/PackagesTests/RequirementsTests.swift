import Testing

@testable import Packages

/// What a requirements file may say; what pip makes of it is shown by the tests in Python.
struct RequirementsTests {
    private static func read(_ text: String) throws -> RequirementsFile {
        try RequirementsFile.read(Array(text.utf8), file: "r.txt")
    }

    @Test func `lines are joined, comments dropped and places kept`() throws {
        let file = try Self.read(
            """
            # a comment \\
            Jinja2[i18n] >= 3, < 4 ; python_version > "3" # why
              a_b.c==1 \\
                --hash=sha256:00 \\
                --hash=sha256:11

            --pre
            last  #1
            """)

        #expect(file.requirements.map(\.line) == [2, 3, 8])
        #expect(file.requirements.map(\.project) == ["jinja2", "a-b-c", "last"])
        #expect(file.requirements[1].text.contains("--hash=sha256:11"))
        #expect(file.options == ["--pre"])
        #expect(file.line(of: "A-B_C") == 3)
        #expect(
            file.normalised.split(separator: "\n", omittingEmptySubsequences: false)[2].hasPrefix(
                "a_b.c==1"))
    }

    @Test(arguments: [
        "x @ file:///tmp/x.tar.gz", "x@https://example.com/x.zip", "file:x", "/tmp/x.whl", "..",
        ".",
        "x/y", "http://example.com/x.whl", "x ${A}", "--no-binary :all:", "--no-binary=x", "-e.",
        "-e .",
        "x --config-settings=a=b", "--index-url=x", "-ix", "-rmore", "x==1 \\\n --no-binary x",
        "x y",
        "-", "\u{0}", "é==1", "x#1",
    ])
    func `what could run code or leave the index is refused`(text: String) {
        #expect(throws: PackageError.self) { try Self.read("good==1\n\(text)\n") }
    }

    @Test(arguments: ["", "\n\n# nothing\n", "--pre\n"])
    func `a file without a requirement is a mistake`(text: String) {
        #expect(throws: PackageError.self) { try Self.read(text) }
    }
}
