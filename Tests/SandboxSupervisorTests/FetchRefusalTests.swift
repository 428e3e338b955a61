import EgressBroker
import FlowModel
import Foundation
import HTTPTransport
import JSONValue
import Synchronization
import SandboxSupervisor
import TestSupport
import Testing

extension ScriptRuns {
    /// Scripts of the profile `fetch` that want more than they were given.
    @Suite struct FetchRefusalTests {
        /// Speaks to the broker byte by byte, past every library.
        static let raw = """
            import _socket, base64, os, ssl, struct, urllib.parse
            proxy = urllib.parse.urlsplit(os.environ['HTTP_PROXY'])
            def key(user=None, password=None):
                pair = f'{user or proxy.username}:{password or proxy.password}'
                return 'Proxy-Authorization: Basic ' + base64.b64encode(pair.encode()).decode()
            def dial():
                connection = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
                connection.settimeout(20)
                connection.connect(('127.0.0.1', proxy.port))
                return connection
            def say(data):
                connection = dial()
                connection.sendall(data if isinstance(data, bytes) else data.encode('latin-1'))
                answer = b''
                try:
                    while piece := connection.recv(65536):
                        answer += piece
                except ConnectionResetError:
                    pass
                return answer.decode('latin-1')
            def status(data):
                return say(data)[9:12]
            def get(target, *lines):
                return '\\r\\n'.join([f'GET {target} HTTP/1.1', key(), *lines, '', ''])
            def tunnel(target):
                return '\\r\\n'.join([f'CONNECT {target} HTTP/1.1', key(), '', ''])

            """

        private func run(
            _ source: String, in sandbox: Sandbox, at server: ServerProcess,
            hosts: [String]? = nil, trusts: Bool = true
        ) async throws -> StepReport {
            try await sandbox.run(
                Self.raw + source,
                input: ["origin": .string(server.origin), "port": .integer(Int64(server.port))],
                profile: "fetch", hosts: hosts ?? ["127.0.0.1:\(server.port)"],
                trustsWrittenAddresses: trusts)
        }

        private func value(of report: StepReport) -> JSON? {
            guard case .returned(let value) = report.outcome else {
                Issue.record("\(report)")
                return nil
            }
            return value
        }

        @Test func `nothing but the broker's port can be reached, and no socket of another kind`()
            async throws
        {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await run(
                        """
                        import socket
                        def attempt(call):
                            try:
                                call()
                                return 'done'
                            except OSError as error:
                                return type(error).__name__
                        def connect(host, port):
                            return attempt(lambda: _socket.socket(2, 1).connect((host, port)))
                        def main(origin, port):
                            return {
                                'server': connect('127.0.0.1', port),
                                'internet': connect('192.0.2.1', 80),
                                'broker port elsewhere': connect('192.0.2.1', proxy.port) != 'done',
                                'udp': attempt(lambda: _socket.socket(2, 2)),
                                'raw': attempt(lambda: _socket.socket(2, 3, 1)),
                                'multipath': attempt(lambda: _socket.socket(2, 1, 262)),
                                'six': attempt(lambda: _socket.socket(10, 1)),
                                'local': attempt(lambda: _socket.socket(1, 1)),
                                'netlink': attempt(lambda: _socket.socket(16, 3)),
                                'bind': attempt(lambda: _socket.socket(2, 1).bind(('127.0.0.1', 0))),
                                'listen': attempt(lambda: _socket.socket(2, 1).listen()),
                                'device': attempt(lambda: _socket.socket(2, 1).setsockopt(1, 25, b'lo')),
                                'name': attempt(lambda: _socket.getaddrinfo('localhost.test', 80)) != 'done',
                            }
                        """, in: sandbox, at: server)

                    let refused = JSON.string("PermissionError")
                    #expect(
                        value(of: report) == [
                            "server": refused, "internet": refused, "broker port elsewhere": true,
                            "udp": refused, "raw": refused, "multipath": refused, "six": refused,
                            "local": refused, "netlink": refused, "bind": refused,
                            "listen": refused, "device": refused, "name": true,
                        ])
                    for call in ["socket", "bind", "listen", "setsockopt"] {
                        #expect(report.denials.contains { $0.syscall == call }, "\(call)")
                    }
                }
            }
        }

        @Test func `a run is known by its own credentials and by nothing else`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let first = try await run(
                        "def main(origin, port): return [proxy.username, proxy.password]",
                        in: sandbox, at: server)
                    let old = value(of: first)?.arrayValue ?? []
                    let report = try await sandbox.run(
                        Self.raw + """
                            def main(origin, port, old):
                                def ask(line):
                                    return status(f'GET {origin}/document HTTP/1.1\\r\\n{line}\\r\\n\\r\\n')
                                return [ask('X: y'), ask(key(*old)), ask(key(password='0' * 48)),
                                        ask(key(user='0')), ask('Proxy-Authorization: Basic ===='),
                                        ask(key() + '\\r\\n' + key()), ask(key())]
                            """,
                        input: [
                            "origin": .string(server.origin), "port": .integer(Int64(server.port)),
                            "old": .array(old),
                        ], profile: "fetch", hosts: ["127.0.0.1:\(server.port)"])

                    #expect(
                        value(of: report)
                            == ["407", "407", "407", "407", "407", "407", "200"])
                }
            }
        }

        @Test func `only the listed host and port is served, however it is spelled`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with { sandbox in
                    let report = try await run(
                        """
                        def main(origin, port):
                            others = ['127.0.0.2', '2130706434', '0x7f000002', '017700000002', '127.2',
                                      'localhost', '[::1]', '[::ffff:127.0.0.1]', '[64:ff9b::7f00:1]',
                                      '127.0.0.1.nip.test', '169.254.169.254', 'api.test']
                            plain = [status(get(f'http://{host}:{port}/document')) for host in others]
                            tunnels = [status(tunnel(f'{host}:{port}')) for host in others]
                            return {
                                'plain': sorted(set(plain)), 'tunnels': sorted(set(tunnels)),
                                'port': status(get('http://127.0.0.1:1/')),
                                'default port': status(get('http://127.0.0.1/')),
                                'user': status(get(f'http://127.0.0.1:{port}@127.0.0.1:{port}/')),
                                'user before': status(get(f'http://a@127.0.0.1:{port}/')),
                                'scheme': status(get(f'ftp://127.0.0.1:{port}/')),
                                'path': status(get('/document', f'Host: 127.0.0.1:{port}')),
                                'listed': status(get(f'http://127.0.0.1:{port}/document')),
                            }
                        """, in: sandbox, at: server)

                    #expect(
                        value(of: report) == [
                            "plain": ["403"], "tunnels": ["403"], "port": "403",
                            "default port": "403", "user": "400", "user before": "400",
                            "scheme": "400", "path": "400", "listed": "200",
                        ])
                    #expect(report.denials.count >= 12)
                    #expect(
                        report.denials.allSatisfy { $0.meaning.contains("list of hosts") })
                }
            }
        }

        @Test func `an address that is not public is refused, listed or not, by name or by number`()
            async throws
        {
            let addresses: [String: String] = [
                "ten.test": "10.0.0.1", "loop.test": "127.0.0.1", "six.test": "::1",
                "mapped.test": "::ffff:127.0.0.1", "nat.test": "64:ff9b::7f00:1",
                "tunnel.test": "2002:7f00:1::", "local.test": "fe80::1", "own.test": "fd00::1",
                "cgn.test": "100.64.0.1", "meta.test": "169.254.169.254", "zero.test": "0.0.0.0",
            ]
            try await ServerProcess.run("faults.py") { server in
                try await Sandbox.with(
                    { _ in },
                    adjust: {
                        $0.egress.resolve = { name in
                            addresses[name].flatMap { IPAddress($0) }.map { [$0] } ?? []
                        }
                    }
                ) { sandbox in
                    let names = addresses.keys.sorted()
                    let literals = ["127.0.0.1", "[::1]", "10.0.0.1", "[::ffff:127.0.0.1]"]
                    let report = try await run(
                        """
                        def main(origin, port):
                            hosts = \(names + literals)
                            return [sorted({status(get(f'http://{host}:{port}/')) for host in hosts}),
                                    sorted({status(tunnel(f'{host}:{port}')) for host in hosts}),
                                    sorted({status(get(f'https://{host}:{port}/')) for host in hosts}),
                                    status(get(f'http://nobody.test:{port}/'))]
                        """, in: sandbox, at: server,
                        hosts: (names + literals + ["nobody.test"]).map { "\($0):\(server.port)" },
                        trusts: false)

                    #expect(value(of: report) == [["403"], ["403"], ["403", "502"], "502"])
                    #expect(
                        report.denials.contains {
                            $0.meaning
                                == "asked the egress broker for ten.test:\(server.port): its address "
                                + "10.0.0.1 is private network, and the host's 'egress: allow' does "
                                + "not list it"
                        }, "\(report.denials)")
                }
            }
        }

        @Test func `a name is resolved once, and what it says later changes nothing`() async throws
        {
            try await ServerProcess.run("faults.py") { server in
                let asked = Mutex(0)
                let answers = ["192.0.2.1", "127.0.0.1"].compactMap { IPAddress($0) }
                let answer: @Sendable () -> [IPAddress] = {
                    asked.withLock { count in
                        count += 1
                        return [answers[min(count, 2) - 1]]
                    }
                }
                try await Sandbox.with(
                    { _ in },
                    adjust: {
                        $0.egress.allow = ["192.0.2.1"]
                        $0.egress.resolve = { _ in answer() }
                        $0.egress.limits.connectTime = .milliseconds(200)
                    }
                ) { sandbox in
                    let report = try await run(
                        """
                        def main(origin, port):
                            return [status(get(f'http://rebind.test:{port}/document')) for _ in range(2)]
                        """, in: sandbox, at: server, hosts: ["rebind.test:\(server.port)"])

                    // The allowed address answers nobody; the loopback one never gets the request.
                    #expect(value(of: report) == ["502", "403"])
                    #expect(asked.withLock { $0 } == 2)
                }
            }
        }

        @Test func `a redirect is a new request, judged anew`() async throws {
            try await ServerProcess.run("faults.py") { server in
                try await ServerProcess.run("faults.py") { other in
                    try await Sandbox.with { sandbox in
                        let report = try await run(
                            """
                            import requests
                            def main(origin, port):
                                to = 'http://127.0.0.1:\(other.port)/document'
                                answer = requests.get(f'{origin}/redirect?to={to}')
                                inside = requests.get(f'{origin}/redirect?to=/document')
                                return [answer.status_code, len(answer.history), inside.json()]
                            """, in: sandbox, at: server)

                        #expect(value(of: report) == [403, 1, ["a": [1]]])
                        #expect(
                            report.denials.first?.arguments == ["127.0.0.1:\(other.port)"])
                    }
                }
            }
        }
    }
}
