"""Clients that mean harm, at the running host: others are answered as before, and never with another's answer."""

import http.client
import json
import re
import resource
import socket
import threading
import unittest

from serve_support import ServeTestCase

HEALTH = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"


class HostileTestCase(ServeTestCase):
    limits = {}
    proxies = []

    def prepare(self):
        (self.folder / "sluice.yaml").write_text(json.dumps(
            {"limits": self.limits, "trusted-proxies": self.proxies,
             "grants": {"*": {"profiles": ["pure"]}}}))

    @property
    def address(self):
        host, port = self.place.rsplit(":", 1)
        return host, int(port)

    def raw(self, data=b"", source="127.0.0.1"):
        client = socket.create_connection(self.address, timeout=60, source_address=(source, 0))
        self.addCleanup(client.close)
        if data:
            client.sendall(data)
        return client

    def rest(self, client):
        """All that comes until the host closes."""
        data = b""
        try:
            while piece := client.recv(65536):
                data += piece
        except ConnectionResetError:
            pass
        return data

    def is_closed(self, client):
        client.settimeout(60)
        return self.rest(client) is not None

    def health(self):
        """Asks on a connection of its own, as somebody else would."""
        self.assertEqual(self.ask("GET", "/health")[0], 200)


class Framing(HostileTestCase):
    """Each request is followed by one for another path, on the same connection: no more than the first may
    be answered, and that with a refusal."""

    CASES = {
        "two framings": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "two framings, turned": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "coding twice": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "coding in a list": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "another coding": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "identity": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n",
        "coding with a tab": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
        "coding with a blank": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "folded coding": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        "folded line": b"GET /health HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
        "lengths that differ": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 4\r\n\r\n",
        "lengths that are the same": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "a list of lengths": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 0\r\n\r\n",
        "a signed length": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\n",
        "a negative length": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "a length in hexadecimal": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: 0x0\r\n\r\n",
        "an endless length": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "an empty length": b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
        "a coding in 1.0": b"POST /hooks/x HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "another host in the target": b"GET http://b/health HTTP/1.1\r\nHost: a\r\n\r\n",
        "a target without a slash": b"GET health HTTP/1.1\r\nHost: a\r\n\r\n",
        "two hosts": b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "no host": b"GET /health HTTP/1.1\r\n\r\n",
        "another version": b"GET /health HTTP/1.2\r\nHost: a\r\n\r\n",
        "an old version": b"GET /health HTTP/0.9\r\nHost: a\r\n\r\n",
        "a NUL in the target": b"GET /heal\0th HTTP/1.1\r\nHost: a\r\n\r\n",
        "a NUL in a value": b"GET /health HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
        "a bare CR": b"GET /health HTTP/1.1\r\nHost: a\r\nX: a\rb: c\r\n\r\n",
        "a bare LF": b"GET /health HTTP/1.1\nHost: a\n\n",
        "a name with a blank": b"GET /health HTTP/1.1\r\nHost: a\r\nX Y: a\r\n\r\n",
        "a line without a colon": b"GET /health HTTP/1.1\r\nHost: a\r\nodd\r\n\r\n",
        "an empty name": b"GET /health HTTP/1.1\r\nHost: a\r\n: odd\r\n\r\n",
    }

    def test_what_two_readers_could_take_differently_is_refused_and_ends_the_connection(self):
        for name, data in self.CASES.items():
            with self.subTest(name):
                answer = self.rest(self.raw(data + b"GET /api/flows HTTP/1.1\r\nHost: a\r\n\r\n"))
                # No answer at all is a refusal too: the host could not tell where the head ends. Lengths
                # that are no numbers are refused by libmicrohttpd, which sends that head twice.
                statuses = re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)
                self.assertLessEqual(set(statuses), {b"400", b"413", b"501", b"505"}, answer)
                self.assertLessEqual(len(statuses), 2 if "length" in name else 1, answer)
                self.assertNotIn(b"a key is needed", answer)
        self.health()

    def test_a_chunk_that_is_none_ends_the_connection(self):
        head = b"POST /hooks/hooked HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        for body in [b"x\r\n", b"-1\r\n", b"+1\r\nx\r\n0\r\n\r\n", b"0x1\r\nx\r\n0\r\n\r\n", b" 1\r\nx\r\n0\r\n\r\n",
                     b"1\r\nxy\r\n0\r\n\r\n", b"ffffffffffffffff1\r\nx", b"\r\n\r\n", b"1;" + b"e" * 70000]:
            with self.subTest(body[:20]):
                answer = self.rest(self.raw(head + body + HEALTH.replace(b"/health", b"/api/flows")))
                self.assertNotIn(b"202 Accepted", answer)
                self.assertNotIn(b"a key is needed", answer)
        self.assertEqual(self.ask("GET", "/api/runs?flow=hooked", self.key("read"))[2]["runs"], [])

    def test_pipelined_requests_get_their_own_answers_in_order(self):
        key = self.key("read").encode()
        good = b"GET /api/flows HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + key + b"\r\n\r\n"
        client = self.raw((HEALTH + good) * 10 + b"GET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        statuses, bodies = [], []
        reader = client.makefile("rb")
        for _ in range(21):
            statuses.append(int(reader.readline().split()[1]))
            headers = http.client.parse_headers(reader)
            bodies.append(json.loads(reader.read(int(headers["Content-Length"]))))
        self.assertEqual(statuses, [200] * 20 + [404])
        self.assertTrue(all("flows" in body for body in bodies[1:20:2]))
        self.assertTrue(all(isinstance(body, str) for body in bodies[:20:2]))
        self.assertEqual(reader.read(), b"")

    def test_what_follows_a_refusal_is_not_read(self):
        client = self.raw(b"GET /health HTTP/1.1\r\nHost: a\r\nX Y: 1\r\n\r\n" + HEALTH * 3)
        self.assertEqual(self.rest(client).count(b"HTTP/1.1 "), 1)

    def test_too_much_of_anything_is_refused(self):
        cases = [
            (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", [b"414"]),
            (b"GET /health HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 200 + b"\r\n", [b"431"]),
            (b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 40000 + b"\r\n\r\n", [b"431", b"413"]),
            (b"GET /health HTTP/1.1\r\nHost: a\r\n" + b"a" * 40000 + b": x\r\n\r\n", [b"431", b"413"]),
            (b"A" * 100000, [b"414", b"431", b"400", b"413"]),
            (b"POST /hooks/hooked HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n", [b"413"]),
            (b"POST /hooks/hooked HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 200-maybe\r\n\r\n", [b"417"]),
        ]
        for data, statuses in cases:
            with self.subTest(data[:60]):
                client = self.raw()
                try:
                    client.sendall(data)
                except OSError:
                    pass
                answer = self.rest(client)
                if answer:
                    self.assertIn(answer.split(b" ")[1], statuses, answer)
        self.health()


class Dawdling(HostileTestCase):
    limits = {"head-time": "2 s", "body-time": "2 s", "idle-time": "2 s", "answer-time": "1 s",
              "answer-rate": "64 MiB", "body": "1 MiB"}

    def test_drips_are_cut_off_and_others_are_answered_meanwhile(self):
        heads = [self.raw(b"GET /health HTTP/1.1\r\nHost") for _ in range(100)]
        bodies = [self.raw(b"POST /hooks/hooked HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{") for _ in range(100)]
        silent = [self.raw() for _ in range(100)]
        idle = [self.raw(HEALTH) for _ in range(100)]
        dripping = heads + bodies
        while dripping:
            self.health()
            for client in list(dripping):
                try:
                    client.send(b"x")
                except OSError:
                    dripping.remove(client)
        for client in silent + idle:
            self.assertTrue(self.is_closed(client))
        self.health()

    def test_who_does_not_take_an_answer_is_cut_off(self):
        key = self.key("run").encode()
        for number in range(3):
            self.wait_for(self.start_run("double", key.decode(), number=number), key.decode())
        line = b"GET /api/runs?limit=200 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + key + b"\r\n\r\n"
        slow = socket.socket()
        self.addCleanup(slow.close)
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(self.address)
        # Asks again and again and takes nothing, until what the kernels hold is full.
        slow.settimeout(60)
        with self.assertRaises((ConnectionResetError, BrokenPipeError)):
            while True:
                slow.sendall(line * 100)
        self.health()

    def test_the_host_s_limit_on_bodies_holds(self):
        connection = self.connect()
        connection.putrequest("POST", "/hooks/hooked")
        connection.putheader("Content-Length", str((1 << 20) + 1))
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 413)


class Crowds(HostileTestCase):
    """Ten thousand connections that say nothing, from an address that may have as many as there are."""
    limits = {"connections": 2000}
    proxies = ["127.0.0.1"]
    source = "127.0.0.1"

    def test_ten_thousand_connections_keep_nobody_out(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < 10_200:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 10_200), hard))
        count = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
        crowd = []

        def come():
            for number in range(count):
                try:
                    crowd.append(socket.create_connection(
                        self.address, timeout=60, source_address=(self.source, 0)))
                    if number % 2:
                        crowd[-1].send(b"GET /health HTTP/1.1\r\nHo")
                except OSError:
                    pass

        coming = threading.Thread(target=come)
        coming.start()
        while coming.is_alive():
            self.health()
        for _ in range(20):
            self.health()
        coming.join()
        self.assertGreater(len(crowd), count // 2)
        for client in crowd:
            client.close()
        self.health()


class OneAddress(Crowds):
    """The same from an address that may not, beside one that has its connection all the time."""
    limits = {"per-address": 64}
    proxies = []
    source = "127.0.0.2"

    def test_a_crowd_from_one_address_leaves_the_connections_of_others(self):
        kept = self.connect()
        kept.request("GET", "/health")
        kept.getresponse().read()
        crowd = [self.raw(source="127.0.0.2") for _ in range(300)]
        for client in crowd[:200]:
            self.assertTrue(self.is_closed(client))
        kept.request("GET", "/health")
        self.assertEqual(kept.getresponse().status, 200)


class BadLimits(unittest.TestCase):
    def test_limits_that_cannot_be_are_said_with_their_place(self):
        import subprocess
        import tempfile
        from pathlib import Path

        from serve_support import SLUICE
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "flows").mkdir()
            (folder / "sluice.yaml").write_text(
                "limits:\n  connections: 3\n  head: 1 GiB\n  head-tme: 2 s\n  body-time: 20\n")
            refused = subprocess.run(
                [SLUICE, "serve", "--listen", "127.0.0.1:0", "--data", "data", "--flows", "flows"],
                cwd=folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(refused.returncode, 2)
        for line in ["sluice.yaml:2:16", "sluice.yaml:3:9", "sluice.yaml:4:3", "sluice.yaml:5:14", "'head-time'"]:
            self.assertIn(line, refused.stderr)


if __name__ == "__main__":
    unittest.main()
