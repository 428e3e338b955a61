import EgressBroker
import FlowModel
import Foundation
import HTTPTransport
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import TestSupport
import Testing

extension ScriptRuns {
    /// Scripts of the profile `fetch` that take too much, or speak HTTP and TLS as an attacker does.
    @Suite struct FetchLimitTests {
        private func run(
            _ source: String, in sandbox: Sandbox, at server: ServerProcess,
            hosts: [String]? = nil, timeout: Duration? = nil
        ) async throws -> StepReport {
            try await sandbox.run(
                FetchRefusalTests.raw + source,
                input: ["origin": .string(server.origin), "port": .integer(Int64(server.port))],
                profile: "fetch", timeout: timeout,
                hosts: hosts ?? ["127.0.0.1:\(server.port)"])
        }

        @Test func `what is smuggled behind a request never arrives`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await run(
                        """
                        def main(origin, port):
                            url = f'{origin}/document'
                            inner = f'GET /hidden HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\n\\r\\n'
                            def post(lines, body):
                                return status('\\r\\n'.join([f'POST {origin}/echo HTTP/1.1', key(), *lines, '', body]))
                            answers = [
                                post(['Content-Length: 0'], inner),
                                post([f'Content-Length: {len(inner)}', 'Transfer-Encoding: chunked'], '0\\r\\n\\r\\n' + inner),
                                post(['Transfer-Encoding: chunked'], '0\\r\\n\\r\\n' + inner),
                                post(['Transfer-Encoding: xchunked'], inner),
                                status(get(url) + inner),
                                status(get(url, 'X: y\\nGET /hidden HTTP/1.1')),
                                status(get(url, ' folded: yes')),
                                status(get(f'{url}?a=\\rb')),
                            ]
                            return [answers, say(get(f'{origin}/counts?of=/hidden')).split('\\r\\n')[-1].split(' ')[0]]
                        """, in: sandbox, at: server)

                    #expect(
                        report.outcome
                            == .returned([
                                ["200", "400", "200", "400", "200", "400", "400", "400"],
                                "0",
                            ]), "\(report)")
                }
            }
        }

        @Test func `a tunnel carries TLS or HTTP for its own host and nothing else`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with(
                    { _ in },
                    adjust: {
                        $0.egress.allow = ["127.0.0.1"]
                        $0.egress.resolve = { _ in [IPAddress("127.0.0.1")].compactMap(\.self) }
                    }
                ) { sandbox in
                    let report = try await run(
                        """
                        def hello(name):
                            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
                            context = ssl._create_unverified_context()
                            side = context.wrap_bio(incoming, outgoing, server_hostname=name)
                            try:
                                side.do_handshake()
                            except ssl.SSLWantReadError:
                                return outgoing.read()
                        def through(data):
                            answer = say(tunnel(f'api.test:{port_of}').encode() + data)
                            return answer.split('\\r\\n\\r\\n', 1)[1][:12]
                        def main(origin, port):
                            global port_of
                            port_of = port
                            plain = f'GET /document HTTP/1.1\\r\\nHost: %s\\r\\n\\r\\n'
                            return {
                                'own': through((plain % f'api.test:{port}').encode()),
                                'other host': through((plain % 'other.test').encode()),
                                'other name': through(hello('other.test')),
                                'no name': through(hello(None)),
                                'own name': through(hello('api.test')) != '',
                                'ssh': through(b'SSH-2.0-OpenSSH_9.2\\r\\n\\r\\n'),
                            }
                        """, in: sandbox, at: server, hosts: ["api.test:\(server.port)"])

                    // The server does not speak TLS: what it answers shows that the message arrived.
                    #expect(
                        report.outcome
                            == .returned([
                                "own": "HTTP/1.1 200", "other host": "HTTP/1.1 400",
                                "other name": "", "no name": "", "own name": true,
                                "ssh": "HTTP/1.1 400",
                            ]), "\(report)")
                    #expect(
                        report.denials.contains {
                            $0.meaning.hasSuffix("the TLS inside its tunnel names 'other.test'")
                        }, "\(report.denials)")
                }
            }
        }

        @Test func `connections and bytes are counted, and each limit is named`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with(
                    { _ in },
                    adjust: {
                        $0.egress.limits.connectionsAtOnce = 4
                        $0.egress.limits.connections = 12
                        $0.egress.limits.sent = 1 << 20
                        $0.egress.limits.received = 2 << 20
                    }
                ) { sandbox in
                    let atOnce = try await run(
                        """
                        def main(origin, port):
                            held = [dial() for _ in range(5)]
                            for one in held:
                                one.sendall(get(f'{origin}/silent').encode())
                            return held[4].recv(12).decode()[-3:]
                        """, in: sandbox, at: server)
                    let sent = try await run(
                        """
                        def main(origin, port):
                            body = 'x' * (2 << 20)
                            head = f'POST {origin}/echo HTTP/1.1\\r\\n{key()}\\r\\nContent-Length: {len(body)}'
                            try:
                                return say(f'{head}\\r\\n\\r\\n{body}')
                            except OSError:
                                return ''
                        """, in: sandbox, at: server)
                    let received = try await run(
                        """
                        def main(origin, port):
                            connection, count = dial(), 0
                            connection.sendall(get(f'{origin}/endless').encode())
                            try:
                                while piece := connection.recv(65536):
                                    count += len(piece)
                            except ConnectionResetError:
                                return 'not all of it'
                            return count
                        """, in: sandbox, at: server)
                    let total = try await run(
                        "def main(origin, port): return [status(get(f'{origin}/document')) for _ in range(13)][-1]",
                        in: sandbox, at: server)

                    let expected: [(StepReport, JSON, String)] = [
                        (atOnce, "403", "a run has at most 4 connections at once"),
                        (sent, "", "a run sends at most 1 MiB"),
                        (received, "not all of it", "a run receives at most 2 MiB"),
                        (total, "403", "a run opens at most 12 connections"),
                    ]
                    for (report, value, rule) in expected {
                        #expect(report.outcome == .returned(value), "\(report)")
                        #expect(report.denials.contains { $0.meaning.hasSuffix(rule) }, "\(report)")
                    }
                }
            }
        }

        @Test func `who goes away gives its place back, however silent the host is`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with(
                    { _ in }, adjust: { $0.egress.limits.connectionsAtOnce = 2 }
                ) { sandbox in
                    let report = try await run(
                        """
                        def main(origin, port):
                            for _ in range(20):
                                one = dial()
                                one.sendall(get(f'{origin}/silent').encode())
                                one.close()
                            while status(get(f'{origin}/document')) != '200':
                                pass
                            return 'served'
                        """, in: sandbox, at: server)

                    #expect(report.outcome == .returned("served"), "\(report)")
                }
            }
        }

        @Test func `a slow host ends with the run, and with it its connections`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await run(
                        "def main(origin, port): say(get(f'{origin}/dripping'))", in: sandbox,
                        at: server, timeout: .milliseconds(700))
                    let next = try await run(
                        "def main(origin, port): return status(get(f'{origin}/document'))",
                        in: sandbox, at: server)

                    #expect(report.outcome == .exceeded(.wallTime))
                    #expect(next.outcome == .returned("200"))
                }
            }
        }

        @Test func `a script that floods the broker harms no other run`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    async let flood = run(
                        """
                        import time
                        def main(origin, port):
                            end = time.monotonic() + 3
                            held = []
                            while time.monotonic() < end:
                                try:
                                    held.append(dial())
                                    held[-1].send(b'GET ')
                                except OSError:
                                    held = held[8:]
                            return 'done'
                        """, in: sandbox, at: server)
                    for _ in 0..<8 {
                        let honest = try await run(
                            "def main(origin, port): return status(get(f'{origin}/document'))",
                            in: sandbox, at: server)
                        #expect(honest.outcome == .returned("200"), "\(honest)")
                    }
                    #expect(try await flood.outcome == .returned("done"))
                }
            }
        }

        @Test func `many runs side by side each get their own answers and no more`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await ServerProcess.run("faults.py") { other in
                    try await Sandbox.with { sandbox in
                        let source = """
                            def main(origin, port):
                                return [status(get(f'http://127.0.0.1:{number}/document'))
                                        for number in (\(server.port), \(other.port))]
                            """
                        try await withThrowingTaskGroup(of: (Bool, StepReport).self) { group in
                            for number in 0..<16 {
                                let isFirst = number % 2 == 0
                                group.addTask {
                                    let port = isFirst ? server.port : other.port
                                    return (
                                        isFirst,
                                        try await run(
                                            source, in: sandbox, at: server,
                                            hosts: ["127.0.0.1:\(port)"])
                                    )
                                }
                            }
                            for try await (isFirst, report) in group {
                                #expect(
                                    report.outcome
                                        == .returned(isFirst ? ["200", "403"] : ["403", "200"]),
                                    "\(report)")
                            }
                        }
                    }
                }
            }
        }
    }
}
