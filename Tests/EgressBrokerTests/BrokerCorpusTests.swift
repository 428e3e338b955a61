import FuzzChecks
import TestSupport
import Testing

@testable import EgressBroker

/// What seeds the fuzzer of the broker, and what it found: the same checks as plain tests.
@Suite struct BrokerCorpusTests {
    @Test func `whatever a script or a host says is read in one way or refused`() throws {
        let files = try RepositoryFiles.files(in: "Tests/Fixtures/corpus/broker")
        try #require(files.count >= 25)

        for (name, bytes) in files { #expect(BrokerCheck().faults(bytes) == [], "\(name)") }
    }

    @Test func `a first message in records of one byte is not read for ever`() {
        let record: [UInt8] = [22, 3, 1, 0, 1]
        let hello = [UInt8]([1, 0, 0xff, 0xff]) + [UInt8](repeating: 0, count: 40_000)
        let bytes = hello.flatMap { record + [$0] }

        #expect(BrokerBytes.hello(bytes) == .refused("its first message is too long"))
    }
}
