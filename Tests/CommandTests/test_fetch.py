"""Scripts with a network as a person runs them: `sluice exec --allow-host`, batches, and nodes of a flow."""

import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("SLUICE", ROOT / ".build" / "debug" / "sluice"))
PYTHON = "import requests\ndef main(url):\n    answer = requests.get(url)\n    return [answer.status_code, answer.text]\n"
JAVASCRIPT = "async function main({url}) { const a = await fetch(url); return [a.status, await a.text()]; }\n"


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"here")

    def log_message(self, *words):
        pass


class Fetch(unittest.TestCase):
    def setUp(self):
        self.assertTrue(PROGRAM.exists(), f"{PROGRAM} is not built; run 'swift build' first")
        folder = tempfile.TemporaryDirectory(prefix="sluice-fetch-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{server.server_port}"
        self.input = json.dumps({"url": f"http://{self.host}/"})
        (self.folder / "get.py").write_text(PYTHON)
        (self.folder / "get.js").write_text(JAVASCRIPT)

    def sluice(self, *words, input=None):
        return subprocess.run(
            [PROGRAM, *words], cwd=self.folder, input=input, capture_output=True, text=True, timeout=120,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder)})

    def exec(self, script, *words):
        return json.loads(self.sluice("exec", script, "--profile", "fetch", "--input", self.input, "--json", *words).stdout)

    def test_a_host_that_is_allowed_is_reached_and_no_other(self):
        for script in ["get.py", "get.js"]:
            with self.subTest(script=script):
                self.assertEqual(self.exec(script, "--allow-host", self.host)["output"], [200, "here"])
                refused = self.exec(script, "--allow-host", "api.example.com:443", "--allow-host", "127.0.0.1:1")
                self.assertNotEqual(refused["output"], [200, "here"])
                self.assertEqual(refused["denials"], [{
                    "syscall": "connect", "arguments": [self.host], "count": 1,
                    "meaning": f"asked the egress broker for {self.host}: it is not in the run's list of hosts "
                               "(network.hosts of the node, --allow-host, or sandbox.network of the host)"}])

    def test_a_name_for_an_address_that_is_not_public_needs_the_configuration(self):
        port = self.host.split(":")[1]
        self.input = json.dumps({"url": f"http://localhost:{port}/"})
        listed = ["--allow-host", f"localhost:{port}"]
        self.assertIn("is loopback", self.exec("get.py", *listed)["denials"][0]["meaning"])
        (self.folder / "own.yaml").write_text(f"egress: {{allow: [\"localhost:{port}\"]}}\n")
        self.assertEqual(self.exec("get.py", *listed, "--config", "own.yaml")["output"], [200, "here"])
        (self.folder / "own.yaml").write_text("egress: {proxy: \"http://proxy.example:3128\"}\n")
        refused = self.sluice("exec", "get.py", "--profile", "fetch", *listed, "--config", "own.yaml", "--input", self.input)
        self.assertEqual(refused.returncode, 3)
        self.assertIn("'egress: proxy' is set", refused.stderr)

    def test_hosts_that_mean_nothing_are_wrong_usage(self):
        for words, message in [(["--profile", "fetch", "--allow-host", "api.example.com"], "the port is missing"),
                               (["--profile", "fetch", "--allow-host", "*.example.com:443"], "named whole"),
                               (["--allow-host", "api.example.com:443"], "profile 'pure' has no network")]:
            with self.subTest(words=words):
                done = self.sluice("exec", "get.py", *words)
                self.assertEqual(done.returncode, 2)
                self.assertIn(message, done.stderr)

    def test_each_line_of_a_batch_has_its_own_hosts(self):
        lines = [{"id": number, "file": "get.py", "profile": "fetch", "input": json.loads(self.input), "hosts": hosts}
                 for number, hosts in enumerate([[self.host], [], ["127.0.0.1:1"], [self.host], "x", [1]])]
        done = self.sluice("exec", "--batch", "-", input="\n".join(map(json.dumps, lines)))
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([answer["output"] and answer["output"][0] for answer in answers], [200, 403, 403, 200, None, None])
        for answer in answers[4:]:
            self.assertIn("a list of HOST:PORT", answer["error"]["message"])

    def run_flow(self, network, egress):
        (self.folder / "sluice.yaml").write_text(f"egress: {{allow: [{egress}]}}\ngrants: {{weather: {{profiles: [fetch]}}}}\n")
        path = self.folder / "flows" / "weather"
        path.mkdir(parents=True, exist_ok=True)
        (path / "get.py").write_text(PYTHON)
        (path / "flow.yaml").write_text(
            f"flow: weather\ninputs: {{url: {{type: string, required: true}}}}\nnodes:\n"
            f"  get: {{script: get.py, profile: fetch, network: {{hosts: [{network}]}}, input: {{url: \"${{{{ inputs.url }}}}\"}}}}\n"
            "outputs: {answer: \"${{ nodes.get.output }}\"}\n")
        done = self.sluice("run", "weather", "--json", "--input", self.input)
        return json.loads(done.stdout.splitlines()[-1]), done

    def test_a_node_reaches_what_it_lists_where_the_owner_allows_it(self):
        listed = f'"{self.host}"'
        self.assertEqual(self.run_flow(listed, listed)[0]["outputs"], {"answer": [200, "here"]})
        # A flow's author does not run the host: an address written there is no leave.
        self.assertEqual(self.run_flow(listed, "")[0]["outputs"]["answer"][0], 403)
        self.assertEqual(self.run_flow('"127.0.0.1:1"', listed)[0]["outputs"]["answer"][0], 403)


if __name__ == "__main__":
    unittest.main()
