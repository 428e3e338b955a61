"""An HTTP/1.1 server on 127.0.0.1 that misbehaves on request.

Prints its port on the first line and ends when its standard input does.

    faults.py [--bind ADDRESS] [--tls CERTIFICATE KEY]
"""

import gzip
import os
import ssl
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

counts = {}
connections = 0
busy = most_busy = 0
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        global connections
        with lock:
            connections += 1
        super().setup()

    def log_message(self, *arguments):
        pass

    def handle_any(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        with lock:
            counts[url.path] = counts.get(url.path, 0) + 1
        answer = getattr(self, "answer_" + url.path.strip("/").replace("-", "_"), None)
        if answer is None:
            self.reply(404, b"no such page")
        else:
            answer(query)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def reply(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer_echo(self, query):
        """The request as text: its line, its headers, an empty line, its body."""
        lines = [self.command + " " + self.path]
        lines += [name + ": " + value for name, value in self.headers.items()]
        text = "\n".join(lines).encode() + b"\n\n" + self.body
        self.reply(200, text, [("X-Twice", "one"), ("X-Twice", "two")])

    def answer_status(self, query):
        self.reply(int(query["code"]), b"as you wish")

    def answer_redirect(self, query):
        self.reply(int(query.get("code", "302")), b"", [("Location", query["to"])])

    def answer_loop(self, query):
        self.reply(302, b"", [("Location", "/loop")])

    def answer_counts(self, query):
        with lock:
            text = "%d connections %d" % (counts.get(query["of"], 0), connections)
        self.reply(200, text.encode())

    def answer_document(self, query):
        self.reply(200, b'{"a": [1]}', [("Content-Type", "application/json"), ("Set-Cookie", "a=b")])

    def answer_bytes(self, query):
        self.reply(200, b"\xff\xfe", [("Content-Type", "image/png")])

    def answer_large(self, query):
        self.reply(200, b"x" * int(query["bytes"]))

    def answer_endless(self, query):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            self.close_connection = True

    def answer_zipped(self, query):
        self.reply(200, gzip.compress(b"z" * int(query["bytes"])), [("Content-Encoding", "gzip")])

    def answer_many_headers(self, query):
        self.reply(200, b"", [("X-%d" % number, "v" * 1000) for number in range(400)])

    def answer_early_hints(self, query):
        self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        self.reply(200, b"late", [("X-Last", "yes")])

    def answer_pieces(self, query):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (b"one ", b"two ", b"three"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def answer_busy(self, query):
        """Counts how many of these are under way at once; each waits a moment for the others."""
        global busy, most_busy
        with lock:
            busy += 1
            most_busy = max(most_busy, busy)
        time.sleep(0.02)
        with lock:
            busy -= 1
        self.reply(200, b"done")

    def answer_most_busy(self, query):
        self.reply(200, b"%d" % most_busy)

    def answer_silent(self, query):
        """Reads the request and never answers."""
        self.wait_for_client()

    def answer_stalling(self, query):
        """A head, one byte, and then nothing."""
        self.send_response(200)
        self.send_header("Content-Length", "10")
        self.end_headers()
        self.wfile.write(b"x")
        self.wfile.flush()
        self.wait_for_client()

    def answer_dripping(self, query):
        """One byte every 20 ms, far longer than anybody waits."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.02)
        except OSError:
            self.close_connection = True

    def answer_cut(self, query):
        """Half of what the head promises."""
        self.send_response(200)
        self.send_header("Content-Length", "10")
        self.end_headers()
        self.wfile.write(b"12345")
        self.wfile.flush()
        self.hang_up()

    def answer_drop(self, query):
        """The request is counted, then the connection is cut without one byte of answer."""
        self.hang_up()

    def answer_garbage(self, query):
        self.wfile.write(b"this is not the protocol you are looking for\r\n\r\n")
        self.hang_up()

    def hang_up(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(2)

    def wait_for_client(self):
        self.close_connection = True
        try:
            while self.connection.recv(4096):
                pass
        except OSError:
            pass
        with lock:
            counts["/hung-up"] = counts.get("/hung-up", 0) + 1


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request, client_address):
        pass


def main(arguments):
    address = "127.0.0.1"
    if arguments[:1] == ["--bind"]:
        address = arguments[1]
        arguments = arguments[2:]
    server = Server((address, 0), Handler)
    if arguments[:1] == ["--tls"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments[1], arguments[2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.buffer.read()
    os._exit(0)


main(sys.argv[1:])
