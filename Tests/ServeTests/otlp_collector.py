"""A collector of traces (OTLP/HTTP, JSON) that takes nothing but what the specification says.

Names follow opentelemetry-proto's JSON mapping: ids as hexadecimal digits, 64-bit numbers as texts, enums as numbers.
"""

import http.server
import json
import re
import threading

SPAN_KEYS = {"traceId", "spanId", "parentSpanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano",
             "attributes", "status"}


class Collector:
    """Listens on a free port of 127.0.0.1; `answers` are statuses for the next requests, then 200."""

    def __init__(self, answers=()):
        self.spans, self.resources, self.faults, self.requests = [], [], [], []
        self.answers, self.changed = list(answers), threading.Condition()
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = collector.take(self.path, dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def take(self, path, headers, body):
        with self.changed:
            self.requests.append((path, headers, body))
            status = self.answers.pop(0) if self.answers else 200
            if status == 200:
                try:
                    self.read(path, headers, json.loads(body))
                except (AssertionError, KeyError, TypeError, ValueError) as error:
                    self.faults.append(f"{type(error).__name__}: {error}")
                    status = 400
            self.changed.notify_all()
            return status, b"{}" if status == 200 else b'{"code": 3}'

    def wait_for(self, is_enough, seconds=30):
        with self.changed:
            if not self.changed.wait_for(lambda: is_enough(self), timeout=seconds):
                raise AssertionError(f"the collector never got enough: {self.spans} {self.faults}")

    # What a request may hold.

    def read(self, path, headers, request):
        assert path == "/v1/traces", path
        assert headers["Content-Type"] == "application/json", headers
        keys(request, {"resourceSpans"})
        for group in request["resourceSpans"]:
            keys(group, {"resource", "scopeSpans"})
            keys(group["resource"], {"attributes"})
            resource = attributes(group["resource"]["attributes"])
            assert resource["service.name"], "no service.name"
            self.resources.append(resource)
            for scope in group["scopeSpans"]:
                keys(scope, {"scope", "spans"})
                assert scope["scope"]["name"], "a scope without a name"
                assert scope["spans"], "no spans"
                self.spans += [span(value) for value in scope["spans"]]


def keys(value, known):
    assert isinstance(value, dict) and set(value) <= known, f"keys {set(value) - known} are unknown"


def span(value):
    keys(value, SPAN_KEYS)
    assert SPAN_KEYS - {"parentSpanId"} <= set(value), "a key is missing"
    for key, digits in [("traceId", 32), ("spanId", 16), ("parentSpanId", 16)]:
        if key == "parentSpanId" and key not in value:
            continue
        assert re.fullmatch(f"[0-9a-f]{{{digits}}}", value[key]) and int(value[key], 16), f"{key}: {value[key]}"
    assert isinstance(value["name"], str) and value["name"], "no name"
    assert value["kind"] in (1, 2, 3, 4, 5), value["kind"]
    start, end = nanoseconds(value["startTimeUnixNano"]), nanoseconds(value["endTimeUnixNano"])
    assert start <= end, "it ends before it begins"
    keys(value["status"], {"code", "message"})
    assert value["status"].get("code", 0) in (0, 1, 2), value["status"]
    return {**value, "attributes": attributes(value["attributes"]), "start": start, "end": end}


def nanoseconds(text):
    assert isinstance(text, str) and re.fullmatch(r"\d{19}", text), f"no nanoseconds as a text: {text!r}"
    return int(text)


def attributes(values):
    found = {}
    for value in values:
        keys(value, {"key", "value"})
        assert value["key"] and value["key"] not in found, f"key {value['key']} twice"
        assert len(value["value"]) == 1, value
        (kind, content), = value["value"].items()
        if kind == "stringValue":
            assert isinstance(content, str), content
        elif kind == "intValue":
            assert isinstance(content, str) and re.fullmatch(r"-?\d+", content), f"an int is a text: {content!r}"
            content = int(content)
        else:
            raise AssertionError(f"an attribute of kind {kind}")
        found[value["key"]] = content
    return found
