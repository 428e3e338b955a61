import FuzzChecks
import SandboxPolicy
import TestSupport
import Testing

/// What seeds the fuzzers, and what they found: the same checks as plain tests.
@Suite struct UntrustedBytesTests {
    @Test func `whatever a script writes to descriptor 3 is a value or no result`() throws {
        let check = try Self.profiles().frameCheck()

        for (name, bytes) in try Self.corpus("frame", atLeast: 20) {
            #expect(check.faults(bytes) == [], "\(name)")
        }
    }

    @Test func `whatever calls a script makes are refused, counted and named`() throws {
        let check = try Self.profiles().callsCheck()

        for (name, bytes) in try Self.corpus("calls", atLeast: 10) {
            #expect(check.faults(bytes) == [], "\(name)")
        }
    }

    @Test func `whatever a profile's file holds, its filter allows what it says and no more`()
        throws
    {
        let check = try Self.profiles().profileCheck()

        for (name, bytes) in try Self.corpus("profile", atLeast: 15) {
            #expect(check.faults(bytes) == [], "\(name)")
        }
    }

    private static func profiles() throws -> ShippedProfiles {
        ShippedProfiles(
            files: try RepositoryFiles.files(in: "sandbox-profiles")
                .filter {
                    ["base/python.yaml", "base/javascript.yaml", "pure.yaml"].contains($0.path)
                }
                .map { ProfileCatalogue.File(path: $0.path, bytes: $0.bytes) })
    }

    private static func corpus(
        _ name: String, atLeast count: Int
    ) throws -> [(path: String, bytes: [UInt8])] {
        let files = try RepositoryFiles.files(in: "Tests/Fixtures/corpus/\(name)")
        try #require(files.count >= count)
        return files
    }
}
