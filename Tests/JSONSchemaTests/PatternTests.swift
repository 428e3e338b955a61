import Testing

@testable import JSONSchema

@Suite struct PatternTests {
    @Test(arguments: [
        ("", "anything"), ("b", "abc"), ("^abc$", "abc"), ("a.c", "a😀c"), ("^a*$", ""),
        ("^a{2,3}$", "aaa"), ("^a{2}$", "aa"), ("^a{2,}$", "aaaaa"), ("^(ab|cd)+$", "abcdab"),
        ("^(?:a|b)?c$", "c"), ("^(?<year>\\d{4})-\\d\\d$", "2026-11"), ("^[^a-c]+$", "xyz"),
        ("^[\\w-]+$", "a_b-9"), ("^[\\]\\\\]$", "]"), ("\\bword\\b", "a word here"),
        ("^\\S+@\\S+$", "a@b"), ("^\\u00e9\\x41\\u{1F600}$", "éA😀"), ("^a|b$", "xb"),
        ("^(a*)*$", "aaaa"), ("^(|a)+$", "aa"), ("\\.", "a.b"), ("^[a-]$", "-"), ("^a+?$", "aaa"),
        ("^[\\D]$", "x"), ("^\\/$", "/"), ("\\Bb", "ab"),
    ])
    func `a pattern is found`(pattern: String, text: String) throws {
        #expect(try Pattern(pattern).isFound(in: text))
    }

    @Test(arguments: [
        ("^abc$", "abcd"), ("a.c", "a\nc"), ("^a{2,3}$", "aaaa"), ("^a{2}$", "a"),
        ("^(ab|cd)+$", "aba"), ("[^a-c]", "abc"), ("\\bword\\b", "swords"), ("^\\s$", "x"),
        ("a^b", "ab"), ("$a", "a"), ("[]", "a"), ("^[\\D]$", "5"), ("^a$", "a\n"), ("\\Bb", "b"),
    ])
    func `a pattern is not found`(pattern: String, text: String) throws {
        #expect(try !Pattern(pattern).isFound(in: text))
    }

    @Test(arguments: [
        "(", ")", "[", "a{", "a{2", "a{3,2}", "*a", "a**", "(?=a)", "(?!a)", "(?<=a)", "(?<n",
        "\\1", "\\p{L}", "\\q", "\\", "\\u12", "\\uD83D", "[z-a]", "[\\d-z]", "^*", "}", "]",
        "((((a{500}){500}){500}){500})", "(?i)a",
    ])
    func `what is malformed or not supported is refused`(pattern: String) {
        #expect(throws: PatternError.self) { try Pattern(pattern) }
    }

    @Test(.timeLimit(.minutes(1)))
    func `no pattern takes exponential time`() throws {
        let text = String(repeating: "a", count: 5_000) + "!"

        for source in ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*a){12}$", "^(\\w*)*$"] {
            #expect(try !Pattern(source).isFound(in: text))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `repeating nothing takes no time`() throws {
        #expect(try Pattern("(((){100000}){100000}){100000}").isFound(in: ""))
    }
}
