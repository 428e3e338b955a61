"""The HTTP side that both stand-ins share: requests, replies, the log, the control routes.

A request passes: control routes, then the scripted fault for it, then the service. The log line
is written before the reply leaves, so a test that has its answer can read the line.
"""

import hashlib
import json
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from standins.faults import FaultList

CONTROL = "/__standin__/"
LARGEST_BODY = 25 * 1024 * 1024


@dataclass
class Request:
    method: str
    path: str
    query: list
    headers: dict
    body: bytes
    base_url: str

    def json_body(self):
        """The body as JSON, or ValueError. Duplicate keys and NaN are refused."""
        return json.loads(self.body.decode("utf-8"), object_pairs_hook=_no_duplicates,
                          parse_constant=_no_constant)


@dataclass
class Reply:
    status: int
    body: object = None
    headers: dict = field(default_factory=dict)

    def encoded(self):
        """Body bytes with their content type: JSON unless it is bytes or text already."""
        if isinstance(self.body, bytes):
            return self.body, "application/octet-stream"
        if isinstance(self.body, str):
            return self.body.encode("utf-8"), "text/plain; charset=utf-8"
        if self.body is None:
            return b"", None
        return json.dumps(self.body, ensure_ascii=False).encode("utf-8", "surrogatepass"), \
            "application/json"


class Service:
    """What a stand-in adds: `handle`, `state`, and `settings` with their defaults."""

    default_settings = {}

    def __init__(self, settings):
        self.lock = threading.RLock()
        self.faults = FaultList()
        self.violations = []
        self.settings = dict(self.default_settings)
        self.change_settings(settings)

    def change_settings(self, changes):
        for key, value in changes.items():
            if key not in self.default_settings:
                raise ValueError(f"unknown setting '{key}'")
            self.settings[key] = value

    def apply_scenario(self, scenario):
        """Replaces the faults and changes settings; anything else in it is an error."""
        for key in scenario:
            if key not in ("faults", "settings", "rules"):
                raise ValueError(f"unknown key '{key}' in the scenario")
        if "faults" in scenario:
            self.faults = FaultList(scenario["faults"])
        self.change_settings(scenario.get("settings", {}))
        if "rules" in scenario:
            self.set_rules(scenario["rules"])

    def set_rules(self, rules):
        raise ValueError("this stand-in takes no rules")

    def violation(self, text):
        """Notes something that no correct client sends; tests assert that there are none."""
        self.violations.append(text)

    def handle(self, request):
        raise NotImplementedError

    def state(self):
        raise NotImplementedError


def serve(service, port, log_path, stop_with_stdin):
    """Serves on the loopback until a signal (or the end of standard input) comes."""
    server = _Server(("127.0.0.1", port), _Handler)
    server.daemon_threads = True
    server.service = service
    server.requests = []
    server.log_file = open(log_path, "a", encoding="utf-8") if log_path else None
    server.log_lock = threading.Lock()
    stopping = threading.Event()

    def stop(*_):
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if stop_with_stdin:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), stop()), daemon=True).start()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    stopping.wait()
    server.shutdown()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A client that goes away (killed on purpose, often) is no news; all else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "standin"
    sys_version = ""

    def do_any(self):
        target = urlsplit(self.path)
        length = self.headers.get("Content-Length")
        if self.headers.get("Transfer-Encoding"):
            return self._refuse_body(411, "send Content-Length")
        if length is not None and (not length.isdigit() or int(length) > LARGEST_BODY):
            return self._refuse_body(413, "body too large")
        body = self.rfile.read(int(length)) if length else b""
        host, port = self.server.server_address[:2]
        request = Request(
            self.command, target.path, parse_qsl(target.query, keep_blank_values=True),
            {name.lower(): value for name, value in self.headers.items()}, body,
            f"http://{host}:{port}")
        if target.path.startswith(CONTROL):
            return self._send(self._control(request))
        self._answer(request)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_any

    def _answer(self, request):
        service = self.server.service
        fault = service.faults.take(request)
        if fault.get("wait"):
            time.sleep(fault["wait"])
        if fault.get("cut") == "before":
            self._log(request, None, fault)
            return self._cut()
        reply = self._fault_reply(fault, request)
        if reply is None:
            try:
                with service.lock:
                    reply = service.handle(request)
            except Exception as error:
                service.violation(f"stand-in broke on {request.method} {request.path}: {error!r}")
                reply = Reply(500, {"message": f"stand-in broke: {error!r}"})
        self._log(request, reply, fault)
        if fault.get("cut") == "after":
            return self._cut()
        self._send(reply, slow=fault.get("slow"), half=fault.get("cut") == "middle",
                   garble=fault.get("garble", False))

    def _fault_reply(self, fault, request):
        if "redirect" in fault:
            target = fault["redirect"].replace("{path}", request.path)
            return Reply(fault.get("status", 302), "moved", {"Location": target})
        if "status" in fault:
            return Reply(fault["status"], fault.get("body", {"message": "scripted fault"}),
                         dict(fault.get("headers", {})))
        return None

    def _send(self, reply, slow=None, half=False, garble=False):
        body, content_type = reply.encoded()
        if garble:
            body = b"<html>" + body[: len(body) // 2]
        self.send_response(reply.status)
        headers = {"Content-Type": content_type} if content_type else {}
        headers.update(reply.headers)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if half:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            return self._cut()
        if slow:
            piece = max(1, int(slow.get("bytes", 64)))
            for start in range(0, len(body), piece):
                self.wfile.write(body[start : start + piece])
                self.wfile.flush()
                time.sleep(slow.get("pause", 0.05))
            return
        self.wfile.write(body)

    def _cut(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _refuse_body(self, status, text):
        self.close_connection = True
        self._send(Reply(status, {"message": f"stand-in: {text}"}, {"Connection": "close"}))

    def _control(self, request):
        """GET state, GET requests, POST scenario, POST reset-requests."""
        server, name = self.server, request.path[len(CONTROL):]
        try:
            if (request.method, name) == ("GET", "state"):
                with server.service.lock:
                    return Reply(200, {**server.service.state(),
                                       "violations": list(server.service.violations)})
            if (request.method, name) == ("GET", "requests"):
                with server.log_lock:
                    return Reply(200, list(server.requests))
            if (request.method, name) == ("POST", "scenario"):
                with server.service.lock:
                    server.service.apply_scenario(request.json_body())
                return Reply(204)
            if (request.method, name) == ("POST", "reset-requests"):
                with server.log_lock:
                    server.requests.clear()
                return Reply(204)
        except ValueError as error:
            return Reply(400, {"message": str(error)})
        return Reply(404, {"message": f"no control route {request.method} {name}"})

    def _log(self, request, reply, fault):
        try:
            body = request.json_body() if request.body else None
        except ValueError:
            body = {"text": request.body.decode("utf-8", "replace")}
        entry = {
            "time": round(time.time(), 3), "method": request.method, "path": request.path,
            "query": dict(request.query), "headers": _without_secrets(request.headers),
            "body": body, "status": reply.status if reply else None, "fault": fault or None,
        }
        with self.server.log_lock:
            entry["number"] = len(self.server.requests) + 1
            self.server.requests.append(entry)
            if self.server.log_file:
                self.server.log_file.write(json.dumps(entry) + "\n")
                self.server.log_file.flush()

    def log_message(self, *_):
        pass


def _without_secrets(headers):
    """Credentials appear in the log only as a short digest, enough to tell two apart."""
    return {
        name: "sha256:" + hashlib.sha256(value.encode()).hexdigest()[:12]
        if name in ("private-token", "authorization", "job-token", "cookie", "x-api-key") else value
        for name, value in headers.items()
    }


def _no_duplicates(pairs):
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice")
    return value


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")
