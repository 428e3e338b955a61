import Cryptography
import Testing

@Suite struct SealingTests {
    private let key: SealingKey
    private let context = Array("input api-token".utf8)

    init() throws {
        key = try SealingKey([UInt8](repeating: 7, count: 32))
    }

    @Test(arguments: [0, 1, 15, 16, 17, 100_000])
    func `what is sealed can be opened again`(_ count: Int) throws {
        let plaintext = Randomness.bytes(count)

        let envelope = try key.seal(plaintext, context: context)

        #expect(try key.open(envelope, context: context) == plaintext)
        #expect(envelope.count == count + 37)
    }

    @Test func `the same text is sealed differently each time`() throws {
        let first = try key.seal([1, 2, 3], context: context)
        let second = try key.seal([1, 2, 3], context: context)

        #expect(first != second)
    }

    @Test func `a change of any one bit is noticed`() throws {
        let envelope = try key.seal([1, 2, 3], context: context)

        for place in envelope.indices {
            var changed = envelope
            changed[place] ^= 1
            #expect(throws: SealingError.self) { try key.open(changed, context: context) }
        }
        for count in envelope.indices {
            #expect(throws: SealingError.self) {
                try key.open(Array(envelope[..<count]), context: context)
            }
        }
    }

    @Test func `an envelope cannot be carried to another place`() throws {
        let envelope = try key.seal([1, 2, 3], context: context)

        #expect(throws: SealingError.notAuthentic) {
            try key.open(envelope, context: Array("input other".utf8))
        }
    }

    @Test func `another key says so instead of guessing`() throws {
        let envelope = try key.seal([1, 2, 3], context: context)
        let other = try SealingKey([UInt8](repeating: 8, count: 32))

        #expect(throws: SealingError.otherKey) { try other.open(envelope, context: context) }
    }

    @Test func `a key of another size is refused`() {
        #expect(throws: SealingError.wrongKeySize(31)) {
            try SealingKey([UInt8](repeating: 7, count: 31))
        }
    }
}
