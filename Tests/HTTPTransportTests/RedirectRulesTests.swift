import HTTPTransport
import Testing

@Suite struct RedirectRulesTests {
    private func next(
        _ status: Int, _ method: String, to location: String = "/next", body: [UInt8]? = nil
    ) throws -> HTTPRequest? {
        let request = HTTPRequest(
            method: method, url: try HTTPURL("https://one/a"),
            headers: [
                HTTPHeader("Content-Type", "a/b"), HTTPHeader("X-Api-Key", "k"),
                HTTPHeader("Accept", "c/d"),
            ],
            credentials: [HTTPHeader("PRIVATE-TOKEN", "t")], body: body)
        let response = HTTPResponse(
            status: status, headers: [HTTPHeader("Location", location)], body: [], url: request.url)
        return try RedirectRules.next(after: response, to: request)
    }

    @Test(arguments: [
        (301, "POST", "GET"), (302, "POST", "GET"), (303, "POST", "GET"), (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"), (301, "PUT", "PUT"), (302, "DELETE", "DELETE"),
        (307, "POST", "POST"), (308, "POST", "POST"), (302, "GET", "GET"), (308, "GET", "GET"),
    ])
    func `each status keeps or changes the method`(
        _ status: Int, _ method: String, _ expected: String
    ) throws {
        let body: [UInt8]? = ["GET", "HEAD"].contains(method) ? nil : [1]

        let request = try #require(try next(status, method, body: body))

        #expect(request.method == expected)
        #expect(request.body == (expected == method ? body : nil))
        #expect(request.headers.first("content-type") == (expected == method ? "a/b" : nil))
        #expect(request.credentials.count == 1)
    }

    @Test(arguments: ["https://two/", "https://one:444/", "//two/"])
    func `credentials are dropped when the origin changes`(_ location: String) throws {
        let request = try #require(try next(307, "POST", to: location, body: [1]))

        #expect(request.credentials.isEmpty)
        #expect(request.headers.first("x-api-key") == nil)
        #expect(request.headers.first("accept") == "c/d")
    }

    @Test(arguments: ["http://one/", "ftp://one/", "file:///etc/passwd", "http://a b/"])
    func `a redirect to another kind of place is refused`(_ location: String) {
        #expect(throws: RedirectFault.self) { try next(302, "GET", to: location) }
    }

    @Test(arguments: [200, 300, 304, 400])
    func `other statuses are no redirects`(_ status: Int) throws {
        #expect(try next(status, "GET") == nil)
    }
}
