import Foundation
import SandboxPolicy
import TestSupport
import Testing

@Suite struct ProfileTableTests {
    @Test func `the tables in the README are those of the profiles`() throws {
        let path = RepositoryFiles.path("sandbox-profiles/README.md")
        let readme = try String(contentsOfFile: path, encoding: .utf8)
        let start = try #require(readme.range(of: "<!-- generated: profiles -->\n"))
        let end = try #require(readme.range(of: "<!-- end generated -->"))

        let table = ProfileTable.markdown(of: try PolicyFixtures.shipped())

        let isFresh = readme[start.upperBound..<end.lowerBound] == table
        if !isFresh, ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
            let fresh = readme.replacingCharacters(
                in: start.upperBound..<end.lowerBound, with: table)
            try fresh.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(isFresh, "run the tests with RECORD_GOLDEN=1 and look at what changed")
    }

    @Test func `an explanation says what a script may do, may not do and needs`() throws {
        let text = try #require(
            ProfileExplanation.text(try PolicyFixtures.shipped(), ProfileName("pure")))

        for phrase in [
            "profile pure", "5 s from start to end", "256 MiB of memory", "network: none",
            "A Python script may", "A JavaScript script may", "use memory that is never executable",
            "mprotect (protection & ~(PROT_READ|PROT_WRITE) == 0)", "answered EPERM", "clone3",
            "ptrace",
            "seccomp: required", "namespaces: used where the kernel gives it",
        ] {
            #expect(text.contains(phrase), "\(phrase)")
        }
        for line in text.split(separator: "\n") where line.contains(",") && !line.contains(".") {
            #expect(line.count <= 400)
        }
        #expect(ProfileExplanation.text(try PolicyFixtures.shipped(), ProfileName("nope")) == nil)
    }
}
