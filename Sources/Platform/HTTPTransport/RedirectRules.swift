/// What RFC 9110 §15.4 and the guard make of a redirect: pure, so that a table can test it.
package enum RedirectRules {
    private static let sensitiveNames: Set<String> = [
        "authorization", "proxy-authorization", "cookie", "private-token", "job-token", "x-api-key",
        "api-key", "x-goog-api-key",
    ]

    /// The request that follows `response`, nil when the answer is no redirect.
    ///
    /// 303 turns everything but HEAD into a GET, 301 and 302 turn a POST into one, 307 and 308 keep
    /// method and body. Credentials are dropped when the origin changes, and a redirect from https
    /// to http is refused.
    package static func next(
        after response: HTTPResponse, to request: HTTPRequest
    ) throws(RedirectFault) -> HTTPRequest? {
        guard [301, 302, 303, 307, 308].contains(response.status),
            let location = response.headers.first("location")
        else { return nil }
        let target: HTTPURL
        do {
            target = try request.url.resolving(location)
        } catch {
            throw RedirectFault(cause: "it was redirected, but \(error)")
        }
        guard !(request.url.scheme == "https" && target.scheme == "http") else {
            throw RedirectFault(cause: "it was redirected from https to \(target.origin)")
        }
        var next = request
        next.url = target
        let becomesGet =
            response.status == 303 && request.method != "HEAD"
            || [301, 302].contains(response.status) && request.method == "POST"
        if becomesGet {
            next.method = "GET"
            next.body = nil
            next.headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
        }
        if target.origin != request.url.origin {
            // SECURITY: a credential belongs to one origin, and never follows a redirect to another.
            next.credentials = []
            next.headers.removeAll { sensitiveNames.contains($0.name.lowercased()) }
        }
        return next
    }
}

package struct RedirectFault: Error, Sendable, Hashable {
    package let cause: String
}
