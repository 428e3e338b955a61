import HTTPTransport
import Testing

@Suite struct HTTPURLTests {
    @Test(arguments: [
        ("http://Example.COM", "http://example.com/"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:8080/a?b=c#d", "http://example.com:8080/a?b=c"),
        ("http://[::1]:80/", "http://[::1]/"),
        ("https://h/a%2Fb/%2E%2E?x=%20", "https://h/a%2Fb/%2E%2E?x=%20"),
    ])
    func `a URL is read and written back`(_ text: String, _ written: String) throws {
        #expect(try HTTPURL(text).description == written)
    }

    @Test func `the host of an IPv6 URL has no brackets`() throws {
        #expect(try HTTPURL("http://[::1]:8080/").host == "::1")
    }

    @Test(arguments: [
        "", "example.com", "/a", "ftp://h/", "file:///etc/passwd", "gopher://h/", "http://",
        "http://user@h/", "http://user:word@h/", "http://h:0/", "http://h:99999/", "http://h/a b",
        "http://h/a\r\nb", "http://h\\@other/", "javascript:alert(1)",
        "http://höst/",
    ])
    func `what is no plain http URL is refused`(_ text: String) {
        #expect(throws: HTTPURLError.self) { try HTTPURL(text) }
    }

    @Test func `a refused URL does not print the password that it holds`() {
        let error = #expect(throws: HTTPURLError.self) { try HTTPURL("http://me:hunter2@h/") }

        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.description.contains("put the credential into a secret") == true)
    }

    @Test(arguments: [
        ("/x", "https://h/x"), ("x", "https://h/a/x"), ("../x?y", "https://h/x?y"),
        ("//other/x", "https://other/x"), ("http://o/x", "http://o/x"), ("?q", "https://h/a/b?q"),
    ])
    func `a reference is resolved against the URL that gave it`(
        _ reference: String, _ target: String
    ) throws {
        #expect(try HTTPURL("https://h/a/b").resolving(reference).description == target)
    }

    @Test(arguments: [
        ("https://h/v1", "chat/completions"), ("https://h/v1/", "/chat/completions"),
        ("https://h/v1", "/chat/completions"),
    ])
    func `a path is put behind the base path`(_ base: String, _ path: String) throws {
        let url = try HTTPURL(base).appending(path: path, query: "a=b")

        #expect(url.description == "https://h/v1/chat/completions?a=b")
    }

    @Test func `an appended path cannot change the origin`() throws {
        let base = try HTTPURL("https://h")

        #expect(try base.appending(path: "//evil/x").origin == base.origin)
        #expect(try base.appending(path: "@evil/x").origin == base.origin)
        #expect(try base.appending(path: ":1@evil/x").origin == base.origin)
    }
}
