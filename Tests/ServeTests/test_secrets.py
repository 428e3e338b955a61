"""Secrets that runs are given: sealed, read by credential arguments alone, and gone with their run."""

import base64
import http.server
import json
import re
import secrets
import sqlite3
import subprocess
import threading
import unittest

from serve_support import SLUICE, ServeTestCase

VALUE = "tok-5f9c2e71d04b"

FLOW = """flow: sealed
summary: Calls a service with a token that each run brings.
inputs:
  api-token: {type: secret, required: true}
  word: {type: string, default: none}
on:
  webhook:
    inputs: {api-token: "${{ body.token }}", word: "${{ body.word }}"}
nodes:
  pause: {wait: WAIT}
  see: {script: see.py, input: {trigger: "${{ trigger }}"}}
  inner: {flow: inner, input: {token: "${{ inputs.api-token }}"}, after: [pause]}
  call:
    uses: http/request
    connection: service
    with: {path: "echo", method: POST, json: {word: "${{ inputs.word }}"}, credential: "${{ inputs.api-token }}"}
    after: [inner]
outputs:
  said: ${{ nodes.call.output.json }}
  seen: ${{ nodes.see.output }}
"""
INNER = """flow: inner
summary: Uses its caller's token.
inputs: {token: {type: secret, required: true}}
nodes:
  call: {uses: http/get, connection: service, with: {path: "inner", credential: "${{ inputs.token }}"}}
"""
SEE = "def main(trigger):\n    print(trigger)\n    return trigger\n"


class Echo(http.server.BaseHTTPRequestHandler):
    """Says again what it was sent, as a careless service would."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.path, self.headers["Authorization"]))
        text = json.dumps({"authorization": self.headers["Authorization"], "body": body.decode()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class SecretTestCase(ServeTestCase):
    wait = "1 ms"
    has_key = True

    def prepare(self):
        service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        service.seen = []
        self.service = service
        threading.Thread(target=service.serve_forever, daemon=True).start()
        self.addCleanup(service.server_close)
        self.addCleanup(service.shutdown)
        self.add_flow("sealed", FLOW.replace("WAIT", self.wait))
        self.add_flow("inner", INNER)
        (self.folder / "flows/sealed/see.py").write_text(SEE)
        self.key_file = self.folder / "seal-key"
        self.write_keys(secrets.token_hex(32))
        (self.folder / "sluice.yaml").write_text(
            f"connections:\n  service: {{kind: http, url: \"http://127.0.0.1:{service.server_address[1]}\", "
            "private: [127.0.0.1], token: secret:OWN}\n"
            "grants:\n  \"*\": {profiles: [pure], connections: [service], "
            "operations: {http/request: [\"**\"]}}\n"
            + (f"seal-key: {self.key_file}\n" if self.has_key else ""))
        self.environment = {"SLUICE_SECRET_OWN": "the-hosts-own-token"}

    def write_keys(self, *keys):
        self.key_file.write_text("# newest first\n" + "\n".join(keys) + "\n")
        self.key_file.chmod(0o600)

    def everything_kept(self):
        """The bytes of every file of the data folder, and the log."""
        files = [file for file in self.data.rglob("*") if file.is_file()] + [self.folder / "log"]
        return b"".join(file.read_bytes() for file in files)

    def assert_nowhere(self, value=VALUE):
        kept = self.everything_kept()
        for form in [value.encode(), base64.b64encode(value.encode()).rstrip(b"="), value.encode().hex().encode()]:
            self.assertFalse(form in kept, f"{form} is in the data folder or the log")

    def rows(self, question):
        with sqlite3.connect(f"file:{self.data}/journal.sqlite?mode=ro", uri=True) as database:
            return database.execute(question).fetchall()


class Sealed(SecretTestCase):
    def test_a_secret_given_by_the_api_reaches_the_service_and_nothing_else(self):
        key = self.key()
        run = self.start_run("sealed", key, **{"api-token": VALUE, "word": "hello"})
        told = list(self.events(f"/api/runs/{run}/events", key))
        shown = self.ask("GET", f"/api/runs/{run}", key)[2]
        self.assertEqual(shown["state"], "succeeded", shown["error"])
        self.assertEqual(self.service.seen, [("/inner", f"Bearer {VALUE}"), ("/echo", f"Bearer {VALUE}")])
        self.assertEqual(shown["inputs"], {"api-token": "sealed:api-token", "word": "hello"})
        self.assertEqual(shown["outputs"]["said"]["authorization"], "Bearer [secret api-token]")
        self.assertNotIn(VALUE, json.dumps(shown) + json.dumps(told))
        self.assert_nowhere()
        self.assertEqual(self.rows("SELECT * FROM sealed_input"), [])

    def test_a_secret_given_by_a_webhook_is_neither_in_the_trigger_nor_in_the_delivery(self):
        key = self.key()
        status, _, body = self.ask("POST", "/hooks/sealed?t=" + VALUE, None, {"token": VALUE, "word": VALUE},
                                   {"X-Note": VALUE})
        self.assertEqual(status, 202, body)
        self.assertEqual(self.wait_for(body["run"], key)["state"], "succeeded")
        self.assertEqual(self.service.seen[-1], ("/echo", f"Bearer {VALUE}"))
        shown = self.ask("GET", f"/api/runs/{body['run']}", key)[2]
        self.assertEqual(shown["trigger"]["body"]["token"], "[secret api-token]")
        self.assertEqual(shown["outputs"]["seen"]["body"]["token"], "[secret api-token]")
        self.assertEqual(shown["inputs"]["word"], "[secret api-token]")
        self.assert_nowhere()
        self.assertEqual(self.rows("SELECT count(*) FROM delivery WHERE size IS NOT NULL"), [(1,)])

    def test_nobody_but_the_owner_names_the_hosts_secrets_and_references_are_refused(self):
        key = self.key()
        for value, words in [("secret:OWN", "only its owner may"), ("sealed:api-token", "another run"),
                             ("short", "shorter than 8 bytes")]:
            with self.subTest(value=value):
                status, _, body = self.ask("POST", "/api/flows/sealed/runs", key, {"inputs": {"api-token": value}})
                self.assertEqual(status, 400)
                self.assertIn(words, json.dumps(body))
                status, _, body = self.ask("POST", "/hooks/sealed", None, {"token": value})
                self.assertEqual(status, 400)
        self.assertEqual(self.ask("GET", "/api/runs", key)[2]["runs"], [])
        self.assertEqual(self.rows("SELECT size, headers FROM delivery"), [(0, "[]")] * 3)

    def test_sluice_run_seals_too_and_may_name_a_secret_of_the_host(self):
        self.stop()
        for given, sent in [(VALUE, VALUE), ("secret:OWN", "the-hosts-own-token")]:
            result = subprocess.run(
                [SLUICE, "run", "sealed", "--flows", str(self.folder / "flows"), "--data", str(self.data),
                 "--input", f"api-token={given}"], capture_output=True, text=True, cwd=self.folder,
                env={"PATH": "/usr/bin:/bin", **self.environment})
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(self.service.seen[-1], ("/echo", f"Bearer {sent}"))
            self.assertNotIn(sent, result.stdout + result.stderr)
        self.assert_nowhere()

    def test_a_key_in_the_data_folder_or_a_wrong_one_is_refused_at_the_start(self):
        self.stop()
        inside = self.data / "seal-key"
        inside.write_text(secrets.token_hex(32))
        (self.folder / "bad").write_text("0123")
        for path, words in [(inside, "stands in the data folder"), (self.folder / "bad", "line 1 of"),
                            (self.folder / "absent", "there is no such file")]:
            with self.subTest(path=path):
                file = self.folder / "sluice.yaml"
                file.write_text(re.sub("seal-key: .*", f"seal-key: {path}", file.read_text()))
                result = subprocess.run(
                    [SLUICE, "serve", "--listen", "127.0.0.1:0", "--flows", str(self.folder / "flows"),
                     "--data", str(self.data)], capture_output=True, text=True, cwd=self.folder, timeout=60)
                self.assertNotEqual(result.returncode, 0)
                self.assertIn(words, result.stderr)


class Rotation(SecretTestCase):
    wait = "3 s"

    def test_older_keys_open_and_a_lost_key_is_said(self):
        first, second = secrets.token_hex(32), base64.b64encode(secrets.token_bytes(32)).decode()
        key = self.key()
        self.stop()
        self.write_keys(first)
        self.start()
        kept = self.start_run("sealed", key, **{"api-token": VALUE})
        self.stop()
        self.assert_nowhere()
        self.assertEqual(len(self.rows("SELECT * FROM sealed_input")), 1)
        self.write_keys(second, first)
        self.start()
        self.assertEqual(self.wait_for(kept, key)["state"], "succeeded")
        lost = self.start_run("sealed", key, **{"api-token": VALUE})
        self.stop()
        self.write_keys(secrets.token_hex(32))
        self.start()
        ended = self.wait_for(lost, key)
        self.assertEqual((ended["state"], ended["error"]["kind"]), ("failed", "authentication"))
        self.assertIn("none of this host's seal keys", ended["error"]["message"])


class WithoutKey(SecretTestCase):
    has_key = False

    def test_a_secret_is_refused_with_the_remedy_and_leaves_nothing_behind(self):
        key = self.key()
        status, _, body = self.ask("POST", "/api/flows/sealed/runs", key, {"inputs": {"api-token": VALUE}})
        self.assertEqual(status, 400)
        self.assertIn("no key to seal it with", json.dumps(body))
        self.assertIn("openssl rand -hex 32", json.dumps(body))
        status, _, _ = self.ask("POST", "/hooks/sealed?t=" + VALUE, None, {"token": VALUE}, {"X-Note": VALUE})
        self.assertEqual(status, 400)
        self.assert_nowhere()


class KeyFromTheServiceManager(SecretTestCase):
    has_key = False

    def prepare(self):
        super().prepare()
        self.environment["CREDENTIALS_DIRECTORY"] = str(self.folder)

    def test_a_credential_of_the_service_manager_is_the_key(self):
        key = self.key()
        run = self.start_run("sealed", key, **{"api-token": VALUE})
        self.assertEqual(self.wait_for(run, key)["state"], "succeeded")
        self.assert_nowhere()


del SecretTestCase

if __name__ == "__main__":
    unittest.main()
