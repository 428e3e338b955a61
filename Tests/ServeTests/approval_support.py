"""A host with flows that ask people, and a service that counts what reaches it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from serve_support import ServeTestCase

RELEASE = """flow: release
summary: Remove an item once somebody says so.
inputs:
  item: {type: string, required: true}
nodes:
  decision:
    approval:
      ask: Remove ${{ inputs.item }}?
      choices: {accept: Remove it, reject: Keep it}
      who: ["key:release", "key:lead"]
      covers: [remove]
      expires: 1 h
  route: {choose: "${{ nodes.decision.output.choice }}", cases: {accept: remove}, otherwise: stopped}
  remove: {uses: http/request, connection: target, with: {method: DELETE, path: "items/${{ inputs.item }}"}}
  stopped: {set: stopped}
outputs: {choice: "${{ nodes.decision.output }}"}
"""

HASTY = """flow: hasty
nodes:
  decision:
    approval: {ask: Quick?, choices: {yes: "Yes"}, who: ["key:release"], expires: 1 s}
outputs: {choice: "${{ nodes.decision.output.choice }}"}
"""


class Service:
    """Counts requests; `failing` more of them are answered 503, and while `gate` is clear none is."""

    def __init__(self):
        self.seen = []
        self.failing = 0
        self.gate = threading.Event()
        self.gate.set()
        self.arrived = threading.Semaphore(0)
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                service.seen.append((self.command, self.path, body.decode()))
                service.arrived.release()
                service.gate.wait(60)
                service.failing -= 1
                data = b'{"ok": true}'
                self.send_response(200 if service.failing < 0 else 503)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    self.wfile.write(data)
                except OSError:
                    pass

            do_GET = do_POST = do_DELETE = answer

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_port

    def close(self):
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()


class ApprovalTestCase(ServeTestCase):
    public_url = "http://sluice.test"

    def prepare(self):
        self.service = Service()
        self.addCleanup(self.service.close)
        (self.folder / "sluice.yaml").write_text(json.dumps({
            "connections": {"target": {
                "kind": "http", "url": f"http://127.0.0.1:{self.service.port}", "private": ["127.0.0.1"]}},
            "public-url": self.public_url,
            "grants": {"*": {
                "profiles": ["pure"], "connections": ["target"],
                "operations": {"http/request": ["notices/**"]}}}}))
        self.add_flow("release", RELEASE)
        self.add_flow("hasty", HASTY)

    def named(self, name, scope="approve"):
        return self.key(scope, "--name", name)

    def waiting(self, key, count=1, **filters):
        """The approvals that wait, once there are so many."""
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        while True:
            status, _, page = self.ask("GET", f"/api/approvals?{query}", key)
            self.assertEqual(status, 200, page)
            if len(page["approvals"]) >= count:
                return page["approvals"]
            self.assertIsNone(self.host.poll())

    def asked(self, starter=None, item="a", flow="release"):
        """A run that waits for an approval: its name, and the approval in full."""
        starter = starter or self.key("run")
        inputs = {"item": item} if flow == "release" else {}
        run = self.start_run(flow, starter, **inputs)
        key = self.key("read")
        approval = None
        while approval is None:
            # One that expires soon may have done so by now.
            found = self.waiting(key, state="waiting&state=expired")
            approval = next((a for a in found if a["run"] == run), None)
        return run, self.ask("GET", f"/api/approvals/{approval['id']}", key)[2]

    def decide(self, approval, key, choice="accept", **more):
        body = {"choice": choice, "hash": approval["hash"]} | more
        return self.ask("POST", f"/api/approvals/{approval['id']}/decision", key, body)
