"""A host of its own for each test case: `sluice serve` on a free port, its data in a temporary folder."""

import http.client
import json
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SLUICE = os.environ.get("SLUICE", str(ROOT / ".build/debug/sluice"))

FLOWS = {
    "double": """flow: double
summary: Twice a number.
inputs:
  number: {type: integer, required: true}
nodes:
  twice: {script: twice.py, input: {number: "${{ inputs.number }}"}}
outputs: {answer: "${{ nodes.twice.output.answer }}"}
""",
    "hooked": """flow: hooked
summary: Twice a number that a webhook brings.
inputs:
  number: {type: integer, required: true}
on:
  webhook:
    deduplicate: {key: "${{ headers['x-id'] }}", within: 1 h}
    inputs: {number: "${{ body.number }}"}
nodes:
  twice: {script: twice.py, input: {number: "${{ inputs.number }}"}}
outputs: {answer: "${{ nodes.twice.output.answer }}"}
""",
    "patient": """flow: patient
summary: Waits for a minute.
nodes:
  pause: {wait: 60 s}
""",
    "busy": """flow: busy
summary: Works for some seconds.
nodes:
  work: {script: work.py, input: {}}
""",
    "naughty": """flow: naughty
summary: Asks for what its profile does not give.
nodes:
  ask: {script: ask.py, input: {}}
""",
}
TWICE = "def main(number):\n    return {'answer': number * 2}\n"
SCRIPTS = {"double/twice.py": TWICE, "hooked/twice.py": TWICE,
           "naughty/ask.py": "import socket\ndef main():\n    socket.socket()\n",
           "busy/work.py": "import time\ndef main():\n    time.sleep(4)\n"}


def sluice(*words, **options):
    return subprocess.run([SLUICE, *words], check=True, capture_output=True, text=True, **options).stdout


class ServeTestCase(unittest.TestCase):
    listen = "127.0.0.1:0"
    style = "text"
    environment = {}
    flows, scripts = {}, {}  # beside those that every host here has
    configuration = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.data = self.folder / "data"
        for name, text in (FLOWS | self.flows).items():
            (self.folder / "flows" / name).mkdir(parents=True)
            (self.folder / "flows" / name / "flow.yaml").write_text(text)
        for name, text in (SCRIPTS | self.scripts).items():
            (self.folder / "flows" / name).write_text(text)
        if self.configuration:
            (self.folder / "sluice.yaml").write_text(self.configuration)
        self.prepare()
        self.start()

    def prepare(self):
        """What has to stand there before the host starts: more flows, or `sluice.yaml` in `self.folder`."""

    def add_flow(self, name, text):
        (self.folder / "flows" / name).mkdir()
        (self.folder / "flows" / name / "flow.yaml").write_text(text)

    def start(self, **popen):
        words = [SLUICE, "serve", "--data", str(self.data), "--flows", str(self.folder / "flows"),
                 "--log", self.style, "--drain", "2s"]
        if self.listen:
            words += ["--listen", self.listen]
        self.log = open(self.folder / "log", "ab")
        self.addCleanup(self.log.close)
        self.host = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=self.folder,
            env=os.environ | self.environment, **popen)
        self.addCleanup(self.host.stdout.close)
        self.addCleanup(self.stop)
        self.ready = self.host.stdout.readline()

    @property
    def place(self):
        return self.ready.removeprefix("listening on ").strip()

    def stop(self):
        if self.host.poll() is None:
            self.host.send_signal(signal.SIGTERM)
        self.host.wait(timeout=60)
        return self.host.returncode

    def key(self, scope="admin", *words):
        return sluice("keys", "create", "--scope", scope, "--data", str(self.data), *words).strip()

    def connect(self):
        connection = http.client.HTTPConnection(self.place, timeout=60)
        self.addCleanup(connection.close)
        return connection

    def ask(self, method, path, key=None, body=None, headers=None):
        """Status, headers and the JSON (or text) of an answer."""
        headers = dict(headers or {})
        if key:
            headers["Authorization"] = f"Bearer {key}"
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        connection = self.connect()
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return answer.status, answer.headers, json.loads(text) if is_json else text

    def events(self, path, key):
        """The events of a stream until it ends: (name, data)."""
        connection = self.connect()
        connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        name = None
        for line in answer:
            line = line.decode().rstrip("\n")
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))

    def start_run(self, flow, key, **inputs):
        status, headers, body = self.ask("POST", f"/api/flows/{flow}/runs", key, {"inputs": inputs})
        self.assertEqual(status, 202, body)
        self.assertEqual(headers["Location"], body["url"])
        return body["id"]

    def wait_for(self, run, key):
        """The run as its stream of events says it ended."""
        return [data for name, data in self.events(f"/api/runs/{run}/events", key) if name == "end"][-1]
