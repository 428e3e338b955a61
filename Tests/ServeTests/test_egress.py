"""Ways out of connectors: a private certificate authority, and a proxy that they all go through."""

import http.server
import json
import socket
import socketserver
import ssl
import subprocess
import threading
import unittest

from serve_support import ServeTestCase


def authority(folder):
    """A certificate authority of one's own, and a certificate for a service inside."""
    def run(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=Internal authority", "-keyout", "ca.key", "-out", "ca.pem")
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-subj", "/CN=service.internal", "-keyout", "service.key", "-out", "service.csr")
    (folder / "names").write_text("subjectAltName=DNS:service.internal,IP:127.0.0.1\n")
    run("x509", "-req", "-in", "service.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", "2", "-extfile", "names", "-out", "service.pem")


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        pass


class Proxy(socketserver.ThreadingTCPServer):
    """Does CONNECT and nothing else, and knows where `service.internal` is."""
    daemon_threads = allow_reuse_address = True

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            line = self.rfile.readline().decode()
            while self.rfile.readline().strip():
                pass
            self.server.asked.append(line.split(" HTTP/")[0])
            method, place = line.split(" ")[:2]
            if method != "CONNECT":
                self.wfile.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
                return
            host, _, port = place.rpartition(":")
            if host not in ("service.internal", "127.0.0.1"):
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", int(port))) as far:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=self.copy, args=(far, self.connection), daemon=True)
                back.start()
                self.copy(self.connection, far)
                back.join()

        @staticmethod
        def copy(source, target):
            try:
                while data := source.recv(65536):
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)
            except OSError:
                pass


class EgressTestCase(ServeTestCase):
    egress = "{}"
    address = "https://127.0.0.1:{port}"
    private = "[127.0.0.1]"

    def prepare(self):
        authority(self.folder)
        service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "service.pem", self.folder / "service.key")
        service.socket = context.wrap_socket(service.socket, server_side=True)
        self.proxy = Proxy(("127.0.0.1", 0), Proxy.Handler)
        self.proxy.asked = []
        for server in [service, self.proxy]:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.addCleanup(server.server_close)
            self.addCleanup(server.shutdown)
        self.port = service.server_address[1]
        egress = self.egress.replace("PROXY", f"http://127.0.0.1:{self.proxy.server_address[1]}")
        egress = egress.replace("CA", str(self.folder / "ca.pem"))
        (self.folder / "sluice.yaml").write_text(
            f"connections:\n  service: {{kind: http, url: \"{self.address.format(port=self.port)}\", "
            f"private: {self.private}}}\n"
            f"egress: {egress}\n"
            "grants:\n  \"*\": {profiles: [pure, fetch], connections: [service]}\n")
        self.add_flow("get", "flow: get\nsummary: Gets a page.\nnodes:\n"
                             "  page: {uses: http/get, connection: service, with: {path: page}}\n"
                             "outputs: {body: \"${{ nodes.page.output.body }}\"}\n")
        self.add_flow("fetch", "flow: fetch\nsummary: Gets a page by a script.\nnodes:\n"
                               "  page: {script: page.py, profile: fetch, input: {}, "
                               "network: {hosts: [\"service.internal:443\"]}}\n")
        (self.folder / "flows/fetch/page.py").write_text(
            "import urllib.request\ndef main():\n"
            "    return urllib.request.urlopen('https://service.internal/').status\n")

    def ended(self, flow="get"):
        key = self.key("run")
        return self.wait_for(self.start_run(flow, key), key)


class PrivateAuthority(EgressTestCase):
    egress = "{ca-file: CA}"

    def test_a_service_with_a_certificate_of_the_authority_is_believed(self):
        ended = self.ended()
        self.assertEqual(ended["state"], "succeeded", ended)
        self.assertEqual(ended["outputs"], {"body": "hello"})
        self.assertEqual(self.proxy.asked, [])


class NoAuthority(EgressTestCase):
    def test_without_it_the_service_is_not_believed(self):
        ended = self.ended()
        self.assertEqual(ended["error"]["kind"], "connection")
        self.assertRegex(ended["error"]["message"], "(?i)certificate")


class ThroughAProxy(EgressTestCase):
    egress = "{proxy: \"PROXY\", ca-file: CA}"
    address = "https://service.internal:{port}"
    private = "[]"

    def test_requests_go_through_the_proxy_which_resolves_the_name(self):
        ended = self.ended()
        self.assertEqual(ended["state"], "succeeded", ended)
        self.assertEqual(self.proxy.asked, [f"CONNECT service.internal:{self.port}"])

    def test_scripts_with_a_network_are_refused_in_words_and_do_not_get_around_it(self):
        ended = self.ended("fetch")
        self.assertEqual(ended["state"], "failed")
        self.assertIn("'egress: proxy' is set", json.dumps(ended["error"]))
        self.assertEqual(self.proxy.asked, [])


class GuardBeforeTheProxy(EgressTestCase):
    egress = "{proxy: \"PROXY\", ca-file: CA}"
    private = "[]"

    def test_an_address_that_is_not_public_never_reaches_the_proxy(self):
        ended = self.ended()
        self.assertEqual(ended["error"]["kind"], "egress-refused")
        self.assertEqual(self.proxy.asked, [])


class LocalNameBeforeTheProxy(GuardBeforeTheProxy):
    address = "https://localhost:{port}"


class ListedAddressThroughTheProxy(EgressTestCase):
    egress = "{proxy: \"PROXY\", ca-file: CA, allow: [127.0.0.1]}"
    private = "[]"

    def test_a_listed_address_goes_through_the_proxy_too(self):
        ended = self.ended()
        self.assertEqual(ended["state"], "succeeded", ended)
        self.assertEqual(self.proxy.asked, [f"CONNECT 127.0.0.1:{self.port}"])


del EgressTestCase

if __name__ == "__main__":
    unittest.main()
