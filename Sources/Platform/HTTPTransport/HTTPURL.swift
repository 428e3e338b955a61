internal import CCurl

/// An absolute `http` or `https` URL, read by libcurl's own parser.
///
/// What is judged here is therefore what is connected to. User and password are refused, a
/// fragment is dropped, a host is lower case ASCII.
package struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
    /// `http` or `https`.
    package let scheme: String
    /// Without the brackets of an IPv6 address.
    package let host: String
    package let port: Int
    /// Begins with `/`; still encoded.
    package let path: String
    /// Without the `?`; nil when there is none.
    package let query: String?

    package init(_ text: String) throws(HTTPURLError) {
        self = try Self.parse([text])
    }

    /// What `reference` (of a `Location` or a `Link`) means when this URL gave it.
    package func resolving(_ reference: String) throws(HTTPURLError) -> HTTPURL {
        try Self.parse([description, reference])
    }

    /// This URL with `path`, already encoded, put behind its own path, and `query` instead of its own.
    ///
    /// A slash too many or too few between the two does not matter.
    package func appending(path suffix: String, query: String? = nil) throws(HTTPURLError)
        -> HTTPURL
    {
        var joined = path
        while joined.hasSuffix("/") { joined.removeLast() }
        joined += suffix.hasPrefix("/") ? suffix : "/" + suffix
        return try HTTPURL(origin.description + joined + (query.map { "?" + $0 } ?? ""))
    }

    package var origin: Origin { Origin(scheme: scheme, host: host, port: port) }

    package var description: String { origin.description + target }

    /// Path and query: what stands in the request line.
    package var target: String { path + (query.map { "?" + $0 } ?? "") }
}

/// Scheme, host and port: what a credential is bound to.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    package let scheme: String
    package let host: String
    package let port: Int

    package init(scheme: String, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    package var description: String {
        let hostText = host.contains(":") ? "[\(host)]" : host
        let isDefault = port == (scheme == "https" ? 443 : 80)
        return "\(scheme)://\(hostText)" + (isDefault ? "" : ":\(port)")
    }
}

package struct HTTPURLError: Error, Sendable, Hashable, CustomStringConvertible {
    package let text: String
    package let cause: String

    package init(text: String, cause: String) {
        self.text = text
        self.cause = cause
    }

    package var description: String { "cannot use the URL '\(text)': \(cause)" }
}

extension HTTPURL {
    /// The first text must be absolute, each further one is resolved against those before.
    private static func parse(_ texts: [String]) throws(HTTPURLError) -> HTTPURL {
        let shown = texts.last ?? ""
        guard let handle = unsafe curl_url() else {
            throw HTTPURLError(text: shown, cause: "no memory")
        }
        defer { unsafe curl_url_cleanup(handle) }
        for text in texts {
            // libcurl would percent-encode or drop some of these; a URL that holds one is no URL.
            guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") })
            else {
                throw HTTPURLError(
                    text: printable(text),
                    cause: "it holds a space, a control character or a letter that is not ASCII")
            }
            let flags = UInt32(CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME)
            let code = unsafe curl_url_set(handle, CURLUPART_URL, text, flags)
            guard code == CURLUE_OK else {
                let isUser = code == CURLUE_USER_NOT_ALLOWED
                throw HTTPURLError(
                    text: isUser ? "…" : printable(text),
                    cause: isUser
                        ? "it holds a user or password; put the credential into a secret"
                        : unsafe String(cString: curl_url_strerror(code)))
            }
        }
        func part(_ which: CURLUPart, _ flags: UInt32 = 0) -> String? {
            var pointer: UnsafeMutablePointer<CChar>?
            guard unsafe curl_url_get(handle, which, &pointer, flags) == CURLUE_OK,
                let found = unsafe pointer
            else { return nil }
            defer { unsafe curl_free(found) }
            return unsafe String(cString: found)
        }
        let scheme = part(CURLUPART_SCHEME)?.lowercased() ?? ""
        guard scheme == "http" || scheme == "https" else {
            throw HTTPURLError(text: printable(shown), cause: "only http and https are spoken")
        }
        guard var host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty,
            let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap({ Int($0) }),
            (1...65535).contains(port)
        else { throw HTTPURLError(text: printable(shown), cause: "it names no host or port") }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.contains("%") else {
            throw HTTPURLError(text: printable(shown), cause: "its host is percent-encoded")
        }
        return HTTPURL(
            scheme: scheme, host: host, port: port, path: part(CURLUPART_PATH) ?? "/",
            query: part(CURLUPART_QUERY))
    }

    private init(scheme: String, host: String, port: Int, path: String, query: String?) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query = query
    }

    private static func printable(_ text: String) -> String {
        String(
            decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7f ? UInt8(ascii: "?") : $0 },
            as: UTF8.self)
    }
}
