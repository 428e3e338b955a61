internal import CCurl
internal import CCurlShims

/// Everything that is set on an easy handle before it runs.
struct TransferOptions {
    let plan: TransferPlan

    /// Owns nothing: the transfer frees the list.
    @safe struct HeaderList {
        let pointer: UnsafeMutablePointer<curl_slist>?
    }

    /// Sets every option; nil when libcurl refuses one.
    func apply(to easy: UnsafeMutableRawPointer) -> HeaderList? {
        guard unsafe setProtocol(easy), unsafe setPrivacy(easy), unsafe setMethod(easy) else {
            return nil
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in headerLines() {
            guard let longer = unsafe curl_slist_append(list, line) else {
                unsafe curl_slist_free_all(list)
                return nil
            }
            unsafe list = longer
        }
        unsafe _ = sluice_curl_set_pointer(easy, Int32(CURLOPT_HTTPHEADER.rawValue), list)
        return unsafe HeaderList(pointer: list)
    }

    private func setProtocol(_ easy: UnsafeMutableRawPointer) -> Bool {
        // Redirects are followed by HTTPTransport, so that each hop is judged and credentials drop.
        unsafe set(easy, CURLOPT_URL, plan.request.url.description)
            && set(easy, CURLOPT_PROTOCOLS_STR, "http,https")
            && set(easy, CURLOPT_FOLLOWLOCATION, 0)
            && set(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
            && set(easy, CURLOPT_HTTP09_ALLOWED, 0)
            && set(easy, CURLOPT_NOSIGNAL, 1)
            && set(easy, CURLOPT_PATH_AS_IS, 1)
            && set(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
            && set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
            && set(easy, CURLOPT_FRESH_CONNECT, plan.request.isRepeatable ? 0 : 1)
            // The loop keeps all deadlines; libcurl's own 300 s for connecting must not be first.
            && set(easy, CURLOPT_CONNECTTIMEOUT_MS, 86_400_000)
            && set(easy, CURLOPT_USERAGENT, plan.userAgent)
    }

    private func setPrivacy(_ easy: UnsafeMutableRawPointer) -> Bool {
        // SECURITY: an empty proxy is the only way to keep the environment's proxies out.
        unsafe set(easy, CURLOPT_PROXY, plan.proxy ?? "")
            && set(easy, CURLOPT_NOPROXY, "")
            && set(easy, CURLOPT_NETRC, 0)
            && set(easy, CURLOPT_SSL_VERIFYPEER, 1)
            && set(easy, CURLOPT_SSL_VERIFYHOST, 2)
            && set(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
            && (plan.caFile.map { unsafe set(easy, CURLOPT_CAINFO, $0) } ?? true)
    }

    private func setMethod(_ easy: UnsafeMutableRawPointer) -> Bool {
        let method = plan.request.method
        if method == "GET" { return true }
        if method == "HEAD" { return unsafe set(easy, CURLOPT_NOBODY, 1) }
        let hasBody = plan.request.body != nil || ["POST", "PUT", "PATCH"].contains(method)
        if hasBody {
            let body = plan.request.body ?? []
            let bytes = body.isEmpty ? [0] : body
            guard unsafe sluice_curl_set_body(easy, bytes, body.count) == 0 else { return false }
        }
        return unsafe set(easy, CURLOPT_CUSTOMREQUEST, method)
    }

    private func headerLines() -> [String] {
        let own = plan.request.headers + plan.request.credentials
        // `Name;` is how libcurl spells a header without a value, `Name:` how it drops its own.
        var lines = own.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        lines.append("Expect:")
        if own.first("content-type") == nil { lines.append("Content-Type:") }
        return lines
    }

    private func set(
        _ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ value: Int
    ) -> Bool {
        unsafe sluice_curl_set_long(easy, Int32(option.rawValue), value) == 0
    }

    private func set(
        _ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ value: String
    ) -> Bool {
        unsafe sluice_curl_set_string(easy, Int32(option.rawValue), value) == 0
    }
}

/// What libcurl's codes mean here.
enum TransferFailure {
    static func kind(of code: CURLcode) -> HTTPError.Kind {
        let words = unsafe String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return .unresolved
        case CURLE_COULDNT_RESOLVE_PROXY: return .unreachable("the proxy has no address")
        case CURLE_COULDNT_CONNECT, CURLE_OUT_OF_MEMORY, CURLE_PROXY: return .unreachable(words)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_CACERT_BADFILE, CURLE_USE_SSL_FAILED:
            return .tls(words)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            return .invalidAnswer(words)
        default: return .cut(words)
        }
    }
}
