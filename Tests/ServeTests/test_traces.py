"""Traces by OTLP: one for each run, with its steps, tries and requests, and nothing that a run reads or writes."""

import http.server
import threading
import unittest

from otlp_collector import Collector
from serve_support import ServeTestCase

CALLER = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLERS_SPAN = "00f067aa0ba902b7"
SECRET = "a-secret-for-the-collector"

FLOW = """flow: traced
summary: Calls a service for each number.
inputs:
  word: {type: string, required: true}
on:
  webhook:
    inputs: {word: "${{ body.word }}"}
nodes:
  words: {script: words.py, input: {word: "${{ inputs.word }}"}}
  call:
    for-each: ${{ nodes.words.output }}
    key: ${{ item }}
    uses: http/get
    connection: service
    with: {path: "${{ item }}"}
"""
WORDS = "def main(word):\n    return [word, word + '-again']\n"


class Service(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class TraceTestCase(ServeTestCase):
    sample = "1.0"
    answers = ()

    def start(self, **options):
        self.collector = Collector(self.answers)
        self.addCleanup(self.collector.close)
        service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
        threading.Thread(target=service.serve_forever, daemon=True).start()
        self.addCleanup(service.server_close)
        self.addCleanup(service.shutdown)
        self.service = service.server_address[1]
        (self.folder / "flows/traced").mkdir(exist_ok=True)
        (self.folder / "flows/traced/flow.yaml").write_text(FLOW)
        (self.folder / "flows/traced/words.py").write_text(WORDS)
        (self.folder / "sluice.yaml").write_text(f"""
connections:
  service: {{kind: http, url: "http://127.0.0.1:{self.service}", private: [127.0.0.1]}}
grants:
  "*": {{profiles: [pure], connections: [service]}}
telemetry:
  traces:
    endpoint: http://127.0.0.1:{self.collector.port}/v1/traces
    headers: {{Authorization: secret:COLLECTOR, X-Scope: tests}}
    sample: {self.sample}
    private: [127.0.0.1]
""")
        self.environment = {"SLUICE_SECRET_COLLECTOR": SECRET}
        super().start(**options)

    def finished(self, run, key):
        self.assertEqual(self.wait_for(run, key)["state"], "succeeded")

    def run_span(self, run):
        self.collector.wait_for(lambda collector: any(
            span["attributes"].get("sluice.run.state") and span["attributes"]["sluice.run.id"] == run
            for span in collector.spans))
        return next(span for span in self.collector.spans
                    if span["attributes"].get("sluice.run.state")
                    and span["attributes"]["sluice.run.id"] == run)


class Traces(TraceTestCase):
    def test_a_run_is_one_trace_of_steps_tries_and_requests(self):
        key = self.key("run")
        run = self.start_run("traced", key, word="confidential")
        self.finished(run, key)
        root = self.run_span(run)
        self.assertEqual(self.collector.faults, [])
        spans = [span for span in self.collector.spans if span["traceId"] == root["traceId"]]
        by_id = {span["spanId"]: span for span in spans}
        self.assertEqual(len(by_id), len(spans))
        self.assertNotIn("parentSpanId", root)
        self.assertEqual(root["name"], "run traced")
        self.assertEqual(root["attributes"]["sluice.trigger.kind"], "api")

        def path(span):
            above = by_id.get(span.get("parentSpanId"))
            return (path(above) if above else "") + "/" + span["name"]

        self.assertEqual(sorted(path(span) for span in spans), sorted([
            "/run traced",
            "/run traced/queued",
            "/run traced/step words",
            "/run traced/step words/attempt words",
            "/run traced/step call",
        ] + ["/run traced/step call/step call",
             "/run traced/step call/step call/attempt call",
             "/run traced/step call/step call/attempt call/GET"] * 2))
        for span in spans:
            self.assertEqual(span["status"].get("code", 0), 0)
            above = by_id.get(span.get("parentSpanId"), root)
            self.assertGreaterEqual(span["start"], above["start"] - 2_000_000)
        request = next(span for span in spans if span["name"] == "GET")
        self.assertEqual(request["kind"], 3)
        self.assertEqual(
            {name: request["attributes"][name] for name in [
                "http.request.method", "http.response.status_code", "server.address", "server.port",
                "url.scheme", "sluice.connection", "sluice.operation"]},
            {"http.request.method": "GET", "http.response.status_code": 200,
             "server.address": "127.0.0.1", "server.port": self.service, "url.scheme": "http",
             "sluice.connection": "service", "sluice.operation": "http/get"})
        attempt = next(span for span in spans if span["name"] == "attempt words")
        self.assertEqual(attempt["attributes"]["sluice.runtime"], "python")
        self.assertEqual(attempt["attributes"]["sluice.outcome"], "returned")

    def test_nothing_that_a_run_reads_or_writes_is_told_and_the_header_is(self):
        key = self.key("run")
        run = self.start_run("traced", key, word="confidential")
        self.finished(run, key)
        self.run_span(run)
        for path, headers, body in self.collector.requests:
            self.assertEqual(path, "/v1/traces")
            self.assertEqual(headers["Authorization"], SECRET)
            self.assertEqual(headers["X-Scope"], "tests")
            self.assertNotIn(b"confidential", body)
            self.assertNotIn(SECRET.encode(), body)
        self.assertNotIn(SECRET, (self.folder / "log").read_text())

    def test_a_callers_trace_is_continued_by_api_and_webhook(self):
        key = self.key("run")
        parent = f"00-{CALLER}-{CALLERS_SPAN}-01"
        status, _, body = self.ask("POST", "/api/flows/traced/runs", key, {"inputs": {"word": "a"}},
                                   {"traceparent": parent})
        self.assertEqual(status, 202)
        root = self.run_span(body["id"])
        self.assertEqual((root["traceId"], root["parentSpanId"]), (CALLER, CALLERS_SPAN))
        self.assertEqual(root["kind"], 5)
        status, _, body = self.ask("POST", "/hooks/traced", None, {"word": "b"}, {"traceparent": parent})
        root = self.run_span(body["run"])
        self.assertEqual((root["traceId"], root["parentSpanId"]), (CALLER, CALLERS_SPAN))
        self.assertEqual(root["attributes"]["sluice.trigger.kind"], "webhook")

    def test_what_is_no_trace_context_begins_a_trace_of_its_own(self):
        key = self.key("run")
        for parent in [f"00-{'0' * 32}-{CALLERS_SPAN}-01", f"ff-{CALLER}-{CALLERS_SPAN}-01",
                       f"00-{CALLER.upper()}-{CALLERS_SPAN}-01", f"00-{CALLER}-{CALLERS_SPAN}-01-more", "x"]:
            with self.subTest(parent=parent):
                _, _, body = self.ask("POST", "/api/flows/traced/runs", key, {"inputs": {"word": "a"}},
                                      {"traceparent": parent})
                root = self.run_span(body["id"])
                self.assertNotEqual(root["traceId"], CALLER)
                self.assertNotIn("parentSpanId", root)

    def test_a_trace_that_its_caller_does_not_keep_is_not_told(self):
        key = self.key("run")
        _, _, body = self.ask("POST", "/api/flows/traced/runs", key, {"inputs": {"word": "a"}},
                              {"traceparent": f"00-{CALLER}-{CALLERS_SPAN}-00"})
        self.finished(body["id"], key)
        other = self.start_run("traced", key, word="b")
        self.run_span(other)
        self.assertFalse([span for span in self.collector.spans if span["traceId"] == CALLER])

    def test_what_a_script_calls_its_error_is_not_told(self):
        key = self.key("run")
        run = self.start_run("naughty", key)
        self.assertEqual(self.wait_for(run, key)["state"], "failed")
        root = self.run_span(run)
        self.assertEqual(root["status"]["code"], 2)
        attempt = next(span for span in self.collector.spans
                       if span["name"] == "attempt ask" and span["traceId"] == root["traceId"])
        self.assertEqual(attempt["attributes"]["error.type"], "raised")
        self.assertEqual(attempt["attributes"]["sluice.denials"], 1)

    def test_what_waits_is_sent_when_the_host_ends(self):
        key = self.key("run")
        run = self.start_run("traced", key, word="a")
        self.finished(run, key)
        self.assertEqual(self.stop(), 0)
        self.assertTrue([span for span in self.collector.spans if span["name"] == "run traced"])
        self.assertEqual(self.collector.faults, [])


class BusyCollector(TraceTestCase):
    answers = (503, 429)

    def test_spans_come_again_when_the_collector_asks_for_that(self):
        key = self.key("run")
        run = self.start_run("traced", key, word="a")
        self.run_span(run)
        self.assertGreater(len(self.collector.requests), 2)
        bodies = [body for _, _, body in self.collector.requests]
        self.assertEqual(bodies[0], bodies[1])


class AbsentCollector(TraceTestCase):
    def test_runs_go_on_without_a_collector_and_what_is_lost_is_counted(self):
        self.collector.close()
        key = self.key()
        run = self.start_run("traced", key, word="a")
        self.finished(run, key)
        text = ""
        while 'sluice_trace_spans_total{result="dropped"} 0' in text or not text:
            text = self.ask("GET", "/metrics", key)[2]
        self.assertIn("sluice_trace_spans_total", text)


class NothingSampled(TraceTestCase):
    sample = "0"

    def test_a_share_of_nothing_tells_nothing_but_what_callers_keep(self):
        key = self.key("run")
        run = self.start_run("traced", key, word="a")
        self.finished(run, key)
        _, _, body = self.ask("POST", "/api/flows/traced/runs", key, {"inputs": {"word": "a"}},
                              {"traceparent": f"00-{CALLER}-{CALLERS_SPAN}-01"})
        self.run_span(body["id"])
        self.assertEqual({span["traceId"] for span in self.collector.spans}, {CALLER})


class Configuration(unittest.TestCase):
    def test_faults_of_the_configuration_are_said_with_their_place(self):
        import subprocess
        import tempfile
        from pathlib import Path
        from serve_support import SLUICE
        cases = {
            "{endpoint: \"ftp://x/\"}": "https:// or http://",
            "{headers: {a: b}}": "'endpoint' is missing",
            "{endpoint: \"http://x/v1/traces\", sample: 2}": "a number from 0 to 1",
            "{endpoint: \"http://x/v1/traces\", headers: {Authorization: Bearer abc}}": "is a credential",
            "{endpoint: \"http://x/v1/traces\", private: [x]}": "no address or network",
            "{endpoint: \"http://x/v1/traces\", headers: {Authorization: secret:ONE}}": "is bound to",
            "{endpoint: \"http://x/v1/traces\", header: {}}": "unknown key 'header'",
        }
        for text, fault in cases.items():
            with self.subTest(text=text), tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "sluice.yaml"
                file.write_text("connections: {a: {kind: http, url: \"https://a.example\", token: secret:ONE}}\n"
                                f"telemetry: {{traces: {text}}}\n")
                (Path(folder) / "flows").mkdir()
                result = subprocess.run(
                    [SLUICE, "check", "--config", str(file), "--flows", str(Path(folder) / "flows")],
                    capture_output=True, text=True)
                self.assertNotEqual(result.returncode, 0)
                said = result.stdout + result.stderr
                self.assertIn(fault, said)
                self.assertIn("sluice.yaml:2:", said)
                self.assertNotIn("Bearer abc", said)


del TraceTestCase

if __name__ == "__main__":
    unittest.main()
