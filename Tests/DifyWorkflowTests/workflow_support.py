"""A served host with flows for clients of Dify's workflow API, and such a client."""

import http.client
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ServeTests"))
from serve_support import ServeTestCase  # noqa: E402

FLOWS = {
    "form": ("""flow: form
summary: Gives back what it was given.
inputs:
  title: {type: string, required: true, max-length: 8, summary: A title}
  body: {type: string}
  colour: {type: string, enum: [red, green], default: red}
  count: {type: integer, default: 3}
  ratio: {type: number}
  loud: {type: boolean}
  extra: {type: object}
  tags: {type: array}
  report: {type: file}
  pages: {type: file-list, max-length: 2}
nodes:
  seen: {script: seen.py, input: "${{ inputs }}"}
outputs:
  seen: ${{ nodes.seen.output }}
""", {"seen.py": "def main(**given):\n    return given\n"}),
    "chain": ("""flow: chain
summary: One node after the other.
inputs:
  word: {type: string, required: true}
nodes:
  first: {script: first.py, input: {word: "${{ inputs.word }}"}}
  second: {set: "${{ nodes.first.output.word }}!"}
  other: {script: first.py, input: {word: apart}}
  skipped: {script: first.py, input: {word: never}, when: "${{ inputs.word == 'never' }}"}
  last: {script: first.py, input: {word: "${{ nodes.second.output }}"}}
outputs:
  text: ${{ nodes.last.output.word }}
  other: ${{ nodes.other.output.word }}
  size: ${{ length(nodes.last.output.word) }}
""", {"first.py": "def main(word):\n    return {'word': word.upper()}\n"}),
    "each": ("""flow: each
summary: Items, one of which fails.
nodes:
  parts:
    for-each: ${{ fromJSON('[1, 0, 2]') }}
    script: divide.py
    input: {by: "${{ item }}"}
    on-error: continue
  sum: {set: {parts: "${{ nodes.parts.output }}"}}
outputs:
  parts: ${{ nodes.sum.output.parts }}
""", {"divide.py": "def main(by):\n    return 10 / by\n"}),
    "stubborn": ("""flow: stubborn
summary: Fails, and is tried again.
nodes:
  try:
    script: fail.py
    input: {}
    retry: {times: 2, wait: 100 ms, on: [ValueError]}
    on-error: {default: {word: instead}}
outputs:
  word: ${{ nodes.try.output.word }}
""", {"fail.py": "def main():\n    raise ValueError('not today')\n"}),
    "broken": ("""flow: broken
summary: Fails for good.
nodes:
  wrong: {script: fail.py, input: {}}
""", {"fail.py": "def main():\n    raise ValueError('not today')\n"}),
    "slow": ("""flow: slow
summary: Takes some seconds.
inputs:
  seconds: {type: number, default: 3}
nodes:
  before: {set: {at: now}}
  work: {script: work.py, input: {seconds: "${{ inputs.seconds }}"}, after: [before]}
  after: {set: "${{ nodes.work.output }}"}
outputs:
  slept: ${{ nodes.after.output }}
""", {"work.py": "import time\ndef main(seconds):\n    time.sleep(seconds)\n    return seconds\n"}),
    "patient": ("""flow: patient
summary: Waits for a minute.
nodes:
  pause: {wait: 60 s}
""", {}),
    "asks": ("""flow: asks
summary: Asks a person.
nodes:
  question:
    approval:
      ask: Is it good?
      choices: {accept: Accept it, reject: Reject it}
      who: ["key:front"]
      expires: 1 h
  answer: {set: "${{ nodes.question.output.choice }}: ${{ nodes.question.output.comment }}"}
outputs:
  answer: ${{ nodes.answer.output }}
""", {}),
    "asks-inside": ("""flow: asks-inside
summary: Asks a person inside a sub-flow.
nodes:
  inner: {flow: asks}
outputs:
  answer: ${{ nodes.inner.output.answer }}
""", {}),
    "keeps-secrets": ("""flow: keeps-secrets
inputs:
  password: {type: secret}
  word: {type: string}
nodes:
  seen: {set: "${{ inputs.word }}"}
outputs:
  word: ${{ nodes.seen.output }}
""", {}),
    "asks-somebody": ("""flow: asks-somebody
summary: Asks somebody else.
nodes:
  question:
    approval:
      ask: Is it good?
      choices: {accept: Accept it, reject: Reject it}
      who: ["key:release"]
""", {}),
    "hasty": ("""flow: hasty
summary: Asks, and does not wait long.
nodes:
  question:
    approval: {ask: Quick?, choices: {"yes": Yes, "no": No}, who: ["key:front"], expires: 1 s}
outputs:
  choice: ${{ nodes.question.output.choice }}
""", {}),
}


class WorkflowTestCase(ServeTestCase):
    grants = 'grants: {"*": {profiles: [pure]}}\n'
    configuration = "workflow-api: {blocking: 4 s, file-size: 1 MiB, files: 3 MiB}\n"
    user = "ada"

    def start(self, **popen):
        for name, (text, scripts) in FLOWS.items():
            folder = self.folder / "flows" / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "flow.yaml").write_text(text)
            for script, body in scripts.items():
                (folder / script).write_text(body)
        (self.folder / "seal-key").write_text("5e" * 32 + "\n")
        (self.folder / "sluice.yaml").write_text(
            self.grants + self.configuration + f"\nseal-key: {self.folder}/seal-key\n")
        super().start(**popen)

    def app(self, flow, *words):
        return self.key("workflow", "--flow", flow, *words)

    def run_flow(self, key, inputs=None, mode="blocking", user=None, headers=None, **more):
        body = {"inputs": inputs or {}, "response_mode": mode, "user": user or self.user} | more
        return self.ask("POST", "/v1/workflows/run", key, body, headers)

    def open_stream(self, method, path, key, body=None, headers=None):
        connection = http.client.HTTPConnection(self.place, timeout=60)
        self.addCleanup(connection.close)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"} | (headers or {})
        connection.request(method, path, body=json.dumps(body) if body is not None else None,
                           headers=headers)
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200, answer.read(500) if answer.status != 200 else "")
        self.assertTrue(answer.headers["Content-Type"].startswith("text/event-stream"))
        return connection, answer

    def frames(self, answer):
        """Each frame as a client of Dify reads it: an object, or the word `ping`."""
        lines = []
        for line in answer:
            line = line.decode()
            if line != "\n":
                lines.append(line.rstrip("\n"))
                continue
            self.assertEqual(len(lines), 1, lines)
            if lines[0] == "event: ping":
                yield "ping"
            else:
                self.assertTrue(lines[0].startswith("data: "), lines)
                yield json.loads(lines[0].removeprefix("data: "))
            lines = []
        self.assertEqual(lines, [])

    def stream(self, key, inputs=None, user=None, headers=None, **more):
        body = {"inputs": inputs or {}, "response_mode": "streaming", "user": user or self.user} | more
        _, answer = self.open_stream("POST", "/v1/workflows/run", key, body, headers)
        return [frame for frame in self.frames(answer) if frame != "ping"]

    def resume(self, key, run, **query):
        query = {"user": self.user} | query
        path = f"/v1/workflow/{run}/events?" + "&".join(f"{k}={v}" for k, v in query.items())
        _, answer = self.open_stream("GET", path, key)
        return [frame for frame in self.frames(answer) if frame != "ping"]

    def upload(self, key, name, content, kind="text/plain", user=None, field="file", more=b""):
        boundary = "x" * 30
        parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="user"\r\n\r\n{user or self.user}\r\n'.encode()]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join(parts) + more + f"--{boundary}--\r\n".encode()
        return self.ask("POST", "/v1/files/upload", key, body,
                        {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def check_envelope(self, events):
        run = events[0]["workflow_run_id"]
        for event in events:
            self.assertEqual(list(event)[:3], ["event", "task_id", "workflow_run_id"])
            self.assertEqual(event["workflow_run_id"], run)
            self.assertEqual(event["task_id"], run)
        return run

    def check_order(self, events):
        """What every client relies on, whatever the flow."""
        run = self.check_envelope(events)
        names = [event["event"] for event in events]
        self.assertEqual(names[0], "workflow_started")
        self.assertEqual(names.count("workflow_started"), 1)
        open_nodes, started, iterations = {}, [], set()
        for event in events[1:]:
            data = event.get("data")
            if event["event"] == "node_started":
                self.assertNotIn(data["id"], open_nodes)
                open_nodes[data["id"]] = data
                started.append(data["index"])
                if data["iteration_id"]:
                    self.assertIn(data["iteration_id"], iterations)
            elif event["event"] in ("node_finished", "node_retry"):
                begun = open_nodes[data["id"]]
                for name in ("node_id", "node_type", "title", "index", "predecessor_node_id"):
                    self.assertEqual(data[name], begun[name])
                if event["event"] == "node_finished":
                    del open_nodes[data["id"]]
            elif event["event"] == "iteration_started":
                iterations.add(data["node_id"])
                started.append(None)
            elif event["event"] == "iteration_completed":
                iterations.remove(data["node_id"])
                for node in open_nodes.values():
                    self.assertNotEqual(node["iteration_id"], data["node_id"])
        for place, index in enumerate(started, 1):
            if index is not None:
                self.assertEqual(index, place)
        if names[-1] == "workflow_finished":
            self.assertEqual(open_nodes, {})
            self.assertEqual(iterations, set())
        return run
