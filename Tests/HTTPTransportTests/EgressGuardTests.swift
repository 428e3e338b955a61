import HTTPTransport
import LinuxSystem
import TestSupport
import Testing

@Suite struct EgressGuardTests {
    private func refusal(_ error: HTTPError?) -> EgressRefusal? {
        guard case .egressRefused(let refusal)? = error?.kind else { return nil }
        return refusal
    }

    @Test(arguments: [
        "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f000001", "2130706433", "0",
        "127.1", "017700000001", "169.254.169.254", "10.0.0.1", "[fd00::1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ])
    func `every spelling of a private address is refused before a socket exists`(
        _ host: String
    ) async throws {
        try await Bench.run { bench in
            var request = try bench.request("/echo")
            request.url = try HTTPURL("http://\(host):\(bench.server.port)/echo")
            request.egress = .publicOnly

            let error = await bench.failure(request)

            #expect(refusal(error)?.port == bench.server.port)
            #expect(error?.mayHaveArrived == false)
            #expect(try await bench.text(bench.request("/counts?of=/echo")) == "0 connections 1")
        }
    }

    @Test func `a redirect to a private address is refused`() async throws {
        try await Bench.run { bench in
            var request = try bench.request(
                "/redirect?to=http://localhost:\(bench.server.port)/echo")
            request.redirects = .follow(atMost: 5)
            request.egress = try EgressPolicy(allow: ["127.0.0.1:\(bench.server.port)"])

            let error = await bench.failure(request)

            #expect(refusal(error)?.host == "localhost")
            #expect(refusal(error)?.rule == .loopback)
            #expect(try await bench.count(of: "/echo") == 0)
        }
    }

    @Test func `a pooled connection does not serve a request with another allow-list`() async throws
    {
        try await Bench.run { bench in
            _ = try await bench.text(bench.request("/echo"))
            var request = try bench.request("/echo")
            request.egress = .publicOnly

            let error = await bench.failure(request)

            #expect(refusal(error)?.rule == .loopback)
            #expect(error?.mayHaveArrived == false)
            #expect(try await bench.text(bench.request("/counts?of=/echo")).hasPrefix("1 "))
        }
    }

    @Test func `a name allowed with its port is reached`() async throws {
        try await Bench.run { bench in
            var request = try bench.request("/echo")
            request.url = try HTTPURL("http://localhost:\(bench.server.port)/echo")
            request.egress = try EgressPolicy(allow: ["localhost:\(bench.server.port)"])

            #expect(try await bench.transport.send(request).status == 200)
        }
    }

    @Test func `no proxy of the environment is used`() async {
        await #expect(processExitsWith: .success) {
            for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
                ProcessSurroundings.setEnvironment(name, "http://127.0.0.1:1")
            }
            try await Bench.run { bench in
                guard try await bench.transport.send(bench.request("/echo")).status == 200 else {
                    throw HTTPURLError(text: "", cause: "not answered")
                }
            }
        }
    }

    @Test func `a configured proxy carries the request, and may itself be private`() async throws {
        try await ServerProcess.run("faults.py") { proxy in
            try await Bench.run(.init(proxy: proxy.origin)) { bench in
                var request = try bench.request("/echo")
                request.url = try HTTPURL("http://example.invalid/echo")
                request.egress = .publicOnly

                // The stand-in proxy sees the absolute URL, which it does not serve.
                let response = try await bench.transport.send(request)

                #expect(response.status == 200)
                #expect(
                    String(decoding: response.body, as: UTF8.self).hasPrefix(
                        "GET http://example.invalid/echo\n"))
            }
        }
    }

    @Test(arguments: ["http://10.0.0.1/", "http://localhost/", "http://[::1]/"])
    func `behind a proxy a private address in the URL is still refused`(_ url: String) async throws
    {
        try await Bench.run(.init(proxy: "http://127.0.0.1:1")) { bench in
            let error = await bench.failure(HTTPRequest(url: try HTTPURL(url)))

            #expect(refusal(error) != nil)
        }
    }
}

@Suite struct RedirectTests {
    @Test func `redirects are followed up to the limit`() async throws {
        try await Bench.run { bench in
            var request = try bench.request("/redirect?to=/redirect%3Fto%3D/echo")
            request.redirects = .follow(atMost: 2)

            let response = try await bench.transport.send(request)

            #expect(response.status == 200)
            #expect(response.url.path == "/echo")
        }
    }

    @Test func `endless redirects are left after five`() async throws {
        try await Bench.run { bench in
            var request = try bench.request("/loop")
            request.redirects = .follow(atMost: 5)

            let error = await bench.failure(request)

            #expect(error?.kind == .redirectRefused("it was redirected more than 5 times"))
            #expect(try await bench.count(of: "/loop") == 6)
        }
    }

    @Test func `without a rule a redirect is an answer`() async throws {
        try await Bench.run { bench in
            let response = try await bench.transport.send(bench.request("/redirect?to=/echo"))

            #expect(response.status == 302)
            #expect(try await bench.count(of: "/echo") == 0)
        }
    }

    @Test func `a credential does not follow to another origin`() async throws {
        try await ServerProcess.run("faults.py") { other in
            try await Bench.run { bench in
                var request = try bench.request("/redirect?to=\(other.origin)/echo")
                request.redirects = .follow(atMost: 5)
                request.credentials = [HTTPHeader("PRIVATE-TOKEN", "t0ken")]
                request.headers = [
                    HTTPHeader("Authorization", "Bearer t0ken"), HTTPHeader("X-Kept", "1"),
                ]

                let text = try await bench.text(request)

                #expect(text.contains("X-Kept: 1"))
                #expect(!text.contains("t0ken"))
            }
        }
    }

    @Test(arguments: ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/"])
    func `a redirect to another protocol is refused`(_ target: String) async throws {
        try await Bench.run { bench in
            var request = try bench.request("/redirect?to=\(target)")
            request.redirects = .follow(atMost: 5)

            guard case .redirectRefused = await bench.failure(request)?.kind else {
                Issue.record("\(target) was followed")
                return
            }
        }
    }
}
