import Connectors
import Cryptography
import JSONValue
import Testing

@Suite struct RedactorTests {
    private let value = "glpat/Zö+\"x\\y 9?&="

    private func redactor(_ value: String) throws -> Redactor {
        Redactor([Secret(name: try SecretName("GL"), value: value)])
    }

    @Test func `the value itself is replaced wherever it stands`() throws {
        let text = try redactor("tok-123456").redact("a tok-123456, tok-123456tok-123456 tok-12345")

        #expect(text == "a [secret GL], [secret GL][secret GL] tok-12345")
    }

    @Test func `base64 is found whatever stands around the value`() throws {
        let redactor = try redactor("tok-123456")
        for before in 0..<7 {
            for after in 0..<7 {
                for alphabet in [Base64.Alphabet.standard, .urlSafe] {
                    let bytes =
                        [UInt8](repeating: 0xff, count: before) + Array("tok-123456".utf8)
                        + [UInt8](repeating: 0xfe, count: after)

                    let text = redactor.redact(Base64.encode(bytes, alphabet: alphabet))

                    #expect(text.contains("[secret GL]"), "\(before) before, \(after) after")
                }
            }
        }
    }

    @Test(arguments: [
        "glpat%2FZ%C3%B6%2B%22x%5Cy%209%3F%26%3D", "glpat%2fZ%c3%b6%2b%22x%5cy%209%3f%26%3d",
        "glpat%2FZ%C3%B6%2B%22x%5Cy+9%3F%26%3D", "glpat/Zö+\\\"x\\\\y 9?&=",
        "glpat\\/Zö+\\\"x\\\\y 9?&=", "glpat/Z\\u00f6+\\\"x\\\\y 9?&=",
        "glpat/Z\\u00F6+\\\"x\\\\y 9?&=",
    ])
    func `percent-encoded and JSON-escaped forms are replaced`(_ form: String) throws {
        #expect(try redactor(value).redact("<\(form)>") == "<[secret GL]>")
    }

    @Test func `texts inside JSON are replaced, keys and numbers too`() throws {
        let document: JSON = [
            "a": ["tok-12345678", 12_345_678, true, nil], "x12345678": ["b": "-12345678-"],
        ]

        let clean = try redactor("12345678").redact(document)

        #expect(
            clean.text
                == #"{"a":["tok-[secret GL]","[secret GL]",true,null],"x[secret GL]":{"b":"-[secret GL]-"}}"#
        )
    }

    @Test func `each line of a key with several lines is replaced`() throws {
        let text = try redactor("-----BEGIN KEY-----\nMIIEowIBAAKCAQEA\n-----END KEY-----")
            .redact("line: MIIEowIBAAKCAQEA.")

        #expect(text == "line: [secret GL].")
    }

    @Test func `a value too short to be told from innocent text is left alone`() throws {
        #expect(try redactor("abc").redact("abc") == "abc")
        #expect(try redactor("abcd").redact("abcd") == "[secret GL]")
        #expect(try redactor("abcd").redact("YWJjZA==") == "YWJjZA==")
    }

    @Test func `of two secrets the longer one wins`() throws {
        let redactor = Redactor([
            Secret(name: try SecretName("A"), value: "12345678"),
            Secret(name: try SecretName("B"), value: "1234567890"),
        ])

        #expect(redactor.redact("1234567890 12345678") == "[secret B] [secret A]")
    }

    @Test func `text without a secret stays as it is, byte for byte`() throws {
        let bytes: [UInt8] = Array(0...255)

        #expect(try redactor("tok-123456").redact(bytes) == bytes)
    }
}
