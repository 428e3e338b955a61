import Cryptography
import Testing

@Suite struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `SHA-256 gives the digests of FIPS 180-4`(_ text: String, _ digest: String) {
        #expect(Hexadecimal.encode(Digest.sha256(text)) == digest)
    }

    @Test func `SHA-1 gives the digest of FIPS 180-4`() {
        let digest = Digest.sha1(Array("abc".utf8))

        #expect(Hexadecimal.encode(digest) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }

    @Test(arguments: [
        // RFC 4231, test cases 2 and 6.
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
    func `HMAC-SHA256 gives the codes of RFC 4231`(
        _ key: [UInt8], _ message: String, _ code: String
    ) {
        let answer = Digest.hmacSHA256(key: key, message: Array(message.utf8))

        #expect(Hexadecimal.encode(answer) == code)
    }

    @Test func `random bytes have the length asked for and differ`() {
        let first = Randomness.bytes(32)
        let second = Randomness.bytes(32)

        #expect(first.count == 32)
        #expect(first != second)
        #expect(Randomness.bytes(0).isEmpty)
    }

    @Test func `bytes are compared by value and length`() {
        #expect(isEqualInConstantTime([1, 2, 3], [1, 2, 3]))
        #expect(isEqualInConstantTime([], []))
        #expect(!isEqualInConstantTime([1, 2, 3], [1, 2, 4]))
        #expect(!isEqualInConstantTime([1, 2, 3], [1, 2]))
    }
}
