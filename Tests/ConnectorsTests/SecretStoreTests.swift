import Connectors
import Foundation
import TestSupport
import Testing

@Suite struct SecretStoreTests {
    private func store(
        _ folder: String, _ environment: [String: String] = [:]
    ) -> SecretStore {
        SecretStore(dataFolder: folder, environment: { environment[$0] })
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func `a written secret is read again and only its owner may read it`() async throws {
        try await withTemporaryFolder { folder in
            let data = folder + "/not/yet/there"
            let name = try SecretName("GL_TOKEN")

            try store(data).set(name, to: Array("s3cret-value\n".utf8))

            #expect(try store(data).secret(name).reveal() == "s3cret-value")
            #expect(try mode(data + "/secrets/GL_TOKEN") == 0o600)
            #expect(try mode(data + "/secrets") == 0o700)
            #expect(try store(data).names() == [name])
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: data + "/secrets") == [
                    "GL_TOKEN"
                ])
        }
    }

    @Test func `the first of three places counts`() async throws {
        try await withTemporaryFolder { folder in
            let name = try SecretName("A")
            let environment = [
                "SLUICE_SECRET_A": "from-env", "CREDENTIALS_DIRECTORY": folder + "/creds",
            ]
            #expect(try store(folder, environment).secret(name).reveal() == "from-env")

            try store(folder).set(name, to: Array("from-data".utf8))
            #expect(try store(folder, environment).secret(name).reveal() == "from-data")

            try FileManager.default.createDirectory(
                atPath: folder + "/creds", withIntermediateDirectories: true)
            try "from-creds\r\n".write(
                toFile: folder + "/creds/A", atomically: true, encoding: .utf8)
            #expect(try store(folder, environment).secret(name).reveal() == "from-creds")
        }
    }

    @Test func `a removed secret is gone`() async throws {
        try await withTemporaryFolder { folder in
            let name = try SecretName("A")
            try store(folder).set(name, to: [65, 66, 67])

            #expect(try store(folder).remove(name))
            #expect(try !store(folder).remove(name))
            #expect(throws: SecretError.missing(name)) { try store(folder).secret(name) }
        }
    }

    @Test func `a missing secret says how to give it`() async throws {
        try await withTemporaryFolder { folder in
            let error = #expect(throws: SecretError.self) {
                try store(folder).secret(SecretName("GL"))
            }

            let words = try #require(error).description
            #expect(words.contains("sluice secrets set GL"))
            #expect(words.contains("SLUICE_SECRET_GL"))
        }
    }

    @Test(arguments: [
        "", "-A", "../A", "A/B", ".A", "A B", "A\n", "É", String(repeating: "A", count: 129),
    ])
    func `a name that is no plain word is refused`(_ text: String) {
        #expect(throws: SecretError.badName(text)) { try SecretName(text) }
    }

    @Test(arguments: [[], [10], [65, 0, 66], [0xff, 0xfe]] as [[UInt8]])
    func `a value that is empty or no text is refused and nothing is written`(
        _ value: [UInt8]
    ) async throws {
        try await withTemporaryFolder { folder in
            #expect(throws: SecretError.self) { try store(folder).set(SecretName("A"), to: value) }
            let names = try store(folder).names()
            #expect(names.isEmpty)
        }
    }

    @Test func `a file that cannot be read is named`() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(
                atPath: folder + "/secrets/A", withIntermediateDirectories: true)

            let error = #expect(throws: SecretError.self) {
                try store(folder).secret(SecretName("A"))
            }

            #expect(error?.description.contains(folder + "/secrets/A") == true)
        }
    }

    @Test func `a secret never shows its value`() throws {
        let secret = Secret(name: try SecretName("A"), value: "s3cret-value")

        #expect("\(secret)" == "[secret A]")
        #expect(String(reflecting: secret) == "[secret A]")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("s3cret-value"))
    }

    @Test func `the host key is made once and kept`() async throws {
        try await withTemporaryFolder { folder in
            let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<20 {
                    group.addTask { try HostKey.load(dataFolder: folder + "/data").bytes }
                }
                return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
            }

            #expect(keys.count == 1)
            #expect(keys.first?.count == 32)
            #expect(try mode(folder + "/data/host.key") == 0o600)
        }
    }

    @Test func `a damaged host key is not replaced`() async throws {
        try await withTemporaryFolder { folder in
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder + "/host.key"))

            #expect(throws: SecretError.self) { try HostKey.load(dataFolder: folder) }
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: folder + "/host.key")) == Data([1, 2, 3]))
        }
    }
}
