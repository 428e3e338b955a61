import FlowModel
import Foundation
import HTTPTransport
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import TestSupport
import Testing

extension ScriptRuns {
    /// Honest scripts of the profile `fetch` against real servers.
    @Suite struct FetchTests {
        @Test func `requests, httpx, urllib3, urllib and http.client work as they are`()
            async throws
        {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await sandbox.fetch(
                        """
                        import asyncio, http.client, urllib.request
                        import httpx, requests, urllib3

                        async def together(url):
                            async with httpx.AsyncClient() as client:
                                answers = await asyncio.gather(*(client.get(url) for _ in range(3)))
                            return [answer.status_code for answer in answers]

                        def main(origin, port):
                            url = origin + '/document?a=b'
                            connection = http.client.HTTPConnection('127.0.0.1', port)
                            connection.request('GET', '/document')
                            posted = requests.post(origin + '/echo', json={'name': 'Ada'})
                            streamed = requests.post(origin + '/pieces', data=iter([b'a', b'b']))
                            return {
                                'requests': requests.get(url).json(),
                                'session': requests.Session().get(url).json(),
                                'httpx': httpx.get(url).json(),
                                'urllib3': urllib3.PoolManager().request('GET', url).status,
                                'urllib': urllib.request.urlopen(url).status,
                                'http.client': connection.getresponse().status,
                                'together': asyncio.run(together(url)),
                                'posted': posted.text.endswith('{"name": "Ada"}'),
                                'credentials': 'roxy' in posted.text,
                                'streamed': streamed.status_code,
                                'head': requests.head(url).headers['Content-Length'],
                            }
                        """, at: server)

                    #expect(
                        report.outcome
                            == .returned([
                                "requests": ["a": [1]], "session": ["a": [1]], "httpx": ["a": [1]],
                                "urllib3": 200, "urllib": 200, "http.client": 200,
                                "together": [200, 200, 200], "posted": true, "credentials": false,
                                "streamed": 200, "head": "10",
                            ]), "\(report)")
                    #expect(report.denials == [])
                }
            }
        }

        @Test func `what streams arrives while it is sent, and a cut is an error`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await sandbox.fetch(
                        """
                        import http.client, urllib.request
                        import requests
                        def main(origin, port):
                            with requests.get(origin + '/endless', stream=True) as answer:
                                first = next(answer.iter_content(5))
                            try:
                                urllib.request.urlopen(origin + '/cut').read()
                                cut = 'whole'
                            except http.client.HTTPException as error:
                                cut = type(error).__name__
                            large = requests.get(origin + '/large?bytes=3000000').content
                            return [len(first), cut, len(large)]
                        """, at: server)

                    guard case .returned(let value) = report.outcome else {
                        Issue.record("\(report)")
                        return
                    }
                    #expect(value.arrayValue?.first == 5)
                    #expect(value.arrayValue?[1] == "IncompleteRead")
                    #expect(value.arrayValue?[2] == 3_000_000)
                }
            }
        }

        @Test func `threads share the way out`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await sandbox.fetch(
                        """
                        import asyncio
                        from concurrent.futures import ThreadPoolExecutor
                        import requests

                        async def later(url):
                            return (await asyncio.to_thread(requests.get, url)).status_code

                        def main(origin, port):
                            url = origin + '/document'
                            with ThreadPoolExecutor(8) as pool:
                                answers = list(pool.map(lambda _: requests.get(url).json(), range(16)))
                            return [answers == [{'a': [1]}] * 16, asyncio.run(later(url))]
                        """, at: server)

                    #expect(report.outcome == .returned([true, 200]), "\(report)")
                    #expect(report.denials == [])
                }
            }
        }

        @Test func `TLS goes from end to end, with the certificates of the host's owner`()
            async throws
        {
            try await SecureServer.run(naming: "api.test") { server, certificate in
                let port = server.port
                try await Sandbox.with(
                    { _ in },
                    adjust: {
                        $0.egress.caFile = certificate
                        $0.egress.allow = ["127.0.0.1"]
                        $0.egress.resolve = { _ in [IPAddress("127.0.0.1")].compactMap(\.self) }
                    }
                ) { sandbox in
                    let report = try await sandbox.run(
                        """
                        import http.client, ssl, urllib.request
                        import httpx, requests

                        def main(port):
                            origin = f'https://api.test:{port}'
                            def failure(call):
                                try:
                                    return str(call())
                                except Exception as error:
                                    return str(error)
                            context = ssl.create_default_context()
                            connection = http.client.HTTPSConnection('api.test', port, context=context)
                            connection.request('GET', '/document')
                            unnamed = ssl._create_unverified_context()
                            return {
                                'requests': requests.get(origin + '/document').json(),
                                'httpx': httpx.get(origin + '/document').json(),
                                'urllib': urllib.request.urlopen(origin + '/document').status,
                                'http.client': connection.getresponse().status,
                                'other name': 'other.test' in failure(
                                    lambda: requests.get(f'https://other.test:{port}/')),
                            }
                        """, input: ["port": .integer(Int64(port))], profile: "fetch",
                        hosts: ["api.test:\(port)"])

                    #expect(
                        report.outcome
                            == .returned([
                                "requests": ["a": [1]], "httpx": ["a": [1]], "urllib": 200,
                                "http.client": 200, "other name": true,
                            ]), "\(report)")
                    #expect(
                        report.denials.map(\.meaning) == [
                            "asked the egress broker for other.test:\(port): it is not in the run's "
                                + "list of hosts (network.hosts of the node, --allow-host, or "
                                + "sandbox.network of the host)"
                        ])
                }
            }
        }

        @Test func `without namespaces the profile is refused, whatever may be degraded`()
            async throws
        {
            try await Sandbox.with(
                { _ in },
                adjust: {
                    $0.leftOut = [.namespaces]
                    $0.allowsDegraded = true
                }
            ) { sandbox in
                await #expect(throws: SandboxSetupError.self) {
                    try await sandbox.run("def main(): return 1", profile: "fetch")
                }
            }
        }
    }
}

extension Sandbox {
    /// Runs a script that gets `origin` and `port` of the one server that it may reach.
    func fetch(
        _ source: String, at server: ServerProcess, language: ScriptLanguage = .python
    ) async throws -> StepReport {
        try await run(
            source,
            input: ["origin": .string(server.origin), "port": .integer(Int64(server.port))],
            language: language, profile: "fetch", hosts: ["127.0.0.1:\(server.port)"])
    }
}
