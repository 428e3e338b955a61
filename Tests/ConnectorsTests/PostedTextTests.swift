@testable import Connectors
import Testing

@Suite struct PostedTextTests {
    private let gap = "\u{200B}"

    @Test(arguments: [
        ("/merge", "\\/merge"), ("a\n/close now", "a\n\\/close now"),
        ("  /approve", "  \\/approve"),
        ("\r\n/merge\r/close", "\n\\/merge\n\\/close"), ("/ 2", "/ 2"), ("a /merge", "a /merge"),
        ("/usr/bin is fine", "\\/usr/bin is fine"), ("//comment", "//comment"),
    ])
    func `a line is never a command`(_ text: String, _ expected: String) {
        #expect(PostedText.harmless(text) == expected)
    }

    @Test(arguments: [
        ("@user", "@|user"), ("ask @all, @group/sub and (@x)", "ask @|all, @|group/sub and (@|x)"),
        ("안녕@user", "안녕@|user"), ("mail a@example.org", "mail a@example.org"), ("a @ b", "a @ b"),
        ("`@property` is", "`@|property` is"), ("@.dot", "@|.dot"),
        ("`` @user ```\u{301}", "`` @|user ```\u{301}"),
    ])
    func `nobody is mentioned`(_ text: String, _ expected: String) {
        #expect(PostedText.harmless(text) == expected.replacing("|", with: gap))
    }

    @Test(arguments: [
        ("Closes #1", "Closes| #1"), ("this FIXES: !12", "this FIXES|: !12"),
        ("resolved group/project#3", "resolved| group/project#3"),
        (
            "Implements https://gitlab.example/a/-/issues/1",
            "Implements| https://gitlab.example/a/-/issues/1"
        ),
        ("fix\n#1", "fix|\n#1"), ("closes issues #1 and #2", "closes| issues #1 and #2"),
        ("Closes PROJ-12", "Closes| PROJ-12"),
        ("it closes the file #hash", "it closes the file #hash"),
        ("prefix #1", "prefix #1"), ("fix the bug in #parse", "fix the bug in #parse"),
        ("see #1", "see #1"),
    ])
    func `no issue is closed`(_ text: String, _ expected: String) {
        #expect(PostedText.harmless(text) == expected.replacing("|", with: gap))
    }

    @Test(arguments: [
        ("![a](http://x/y.png)", "!|[a](http://x/y.png)"), ("!![a](u)", "!!|[a](u)"),
        ("<img src=x>", "<|img src=x>"), ("a < b && c<d>", "a < b && c<|d>"),
        ("<!-- hidden -->", "<|!-- hidden -->"), ("</details>", "<|/details>"), ("<?x", "<|?x"),
        ("`vec![1]` and Vec<u8>", "`vec!|[1]` and Vec<|u8>"),
    ])
    func `nothing is fetched or hidden`(_ text: String, _ expected: String) {
        #expect(PostedText.harmless(text) == expected.replacing("|", with: gap))
    }

    @Test func `a plain block of code is left as it is`() {
        let text =
            "Try:\n```python\n@property\n/usr/bin/env\n![a](b) <img> Closes #1\n```\nthen @me"

        #expect(PostedText.harmless(text) == text.replacing("@me", with: "@\(gap)me"))
    }

    @Test(arguments: [
        "- ```\n  ```\n@victim\n```", "~~~\n@victim\n~~~", "````\n```\n@victim\n````",
        "---\n```\n---\n@victim\n```", "> ```\n```\n@victim\n```", "```\n@victim",
        " ```\n@victim\n ```",
        "x ``` y\n```\n@victim\n```",
    ])
    func `what may be code or not is treated as text`(_ text: String) {
        #expect(PostedText.harmless(text).contains("@\(gap)victim"))
    }

    @Test func `a command in a doubtful block is moved from the beginning of its line`() {
        #expect(PostedText.harmless("~~~\n/merge\n~~~") == "~~~\n /merge\n~~~")
    }

    @Test func `a block of code that is left open is closed`() {
        #expect(PostedText.harmless("```swift\nlet a = 1") == "```swift\nlet a = 1\n```")
        #expect(PostedText.harmless("~~~~\na\n~~~") == "~~~~\na\n~~~\n~~~~")
    }

    @Test func `our own marks are taken apart, in code too`() {
        let mark = "<!-- sluice:\(String(repeating: "ab", count: 32)) -->"

        #expect(!PostedText.harmless(mark).contains("<!--"))
        #expect(!PostedText.harmless("```\n\(mark)\n```").contains("<!--"))
        #expect(BodyMark.read(PostedText.harmless("a\n\(mark)")) == nil)
        #expect(BodyMark.read("a\n" + mark + " \n") == String(repeating: "ab", count: 32))
    }

    @Test func `control characters and reversals are taken out`() {
        #expect(PostedText.harmless("a\u{0}b\u{202E}c\u{2066}d\u{85}e\tf") == "abcde\tf")
    }

    @Test func `ordinary prose stays as it is`() {
        let text =
            "**off-by-one** (major): `i <= n` reads past the end.\n\n- use `<`\n- see [docs](https://x/y)\n\n1/2 + a*b"

        #expect(PostedText.harmless(text) == text)
    }
}
