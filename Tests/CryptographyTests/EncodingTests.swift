import Cryptography
import Testing

@Suite struct EncodingTests {
    @Test(arguments: [
        // RFC 4648 §10.
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `base64 follows RFC 4648 both ways`(_ text: String, _ encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test func `the URL-safe alphabet has neither plus nor slash nor padding`() {
        let bytes: [UInt8] = [0xfb, 0xff, 0xfe, 0xff]

        #expect(Base64.encode(bytes) == "+//+/w==")
        #expect(Base64.encode(bytes, alphabet: .urlSafe) == "-__-_w")
        #expect(Base64.decode("-__-_w", alphabet: .urlSafe) == bytes)
        #expect(Base64.decode("-__-_w==", alphabet: .urlSafe) == bytes)
    }

    @Test(arguments: [
        "Zg", "Zg=", "Z===", "Zh==", "Zm9v\n", "Zm 9v", "-__-_w==", "====", "Zg==Zg==",
    ])
    func `malformed base64 is refused`(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `every length of random bytes survives both encodings`() {
        for count in 0..<70 {
            let bytes = Randomness.bytes(count)

            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(
                Base64.decode(
                    Base64.encode(bytes, alphabet: .urlSafe), alphabet: .urlSafe) == bytes)
            #expect(Hexadecimal.decode(Hexadecimal.encode(bytes)) == bytes)
        }
    }

    @Test(arguments: ["0", "0g", " 00", "0x00"])
    func `malformed hexadecimal is refused`(_ text: String) {
        #expect(Hexadecimal.decode(text) == nil)
    }

    @Test func `hexadecimal is written in lower case and read in both`() {
        #expect(Hexadecimal.encode([0x00, 0xab, 0xff]) == "00abff")
        #expect(Hexadecimal.decode("00ABff") == [0x00, 0xab, 0xff])
    }
}
