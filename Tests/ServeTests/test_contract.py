"""openapi.yaml held against a running host by schemathesis: every route, with what fits and what does not."""

import os
import subprocess
import sys
import unittest

from serve_support import ROOT, ServeTestCase

CONTRACT = ROOT / "Sources/Host/HostAPI/openapi.yaml"
FOLDER = ROOT / ".build/schemathesis"
WANTED = ROOT / "Tests/ServeTests/schemathesis.txt"
# Of each operation and phase. They are the same each time, so that a failure comes again.
EXAMPLES = "15"


def install():
    """schemathesis as it is pinned, with what it needs, beside what is built."""
    mark = FOLDER / "installed"
    if mark.exists() and mark.read_text() == WANTED.read_text():
        return
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--root-user-action", "ignore", "--upgrade", "--target", str(FOLDER), "--requirement", str(WANTED)],
        check=True)
    mark.write_text(WANTED.read_text())


class Contract(ServeTestCase):
    @classmethod
    def setUpClass(cls):
        install()

    def check(self, key, *words):
        done = subprocess.run(
            [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()",
             "--config-file", str(self.settings), "run", str(CONTRACT), "--url", f"http://{self.place}",
             "--header", f"Authorization: Bearer {key}", "--generation-deterministic", "--max-examples", EXAMPLES,
             "--generation-with-security-parameters", "false", "--no-color", "--suppress-health-check", "all",
             "--request-timeout", "30", "--exclude-checks", "ignored_auth", *words],
            env=os.environ | {"PYTHONPATH": str(FOLDER)}, cwd=self.folder, capture_output=True, text=True,
            timeout=600)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        # It says so when nothing was asked with a key that counts.
        self.assertNotIn("Authentication failed", done.stdout)

    def configure(self, parameters=""):
        self.settings = self.folder / "schemathesis.toml"
        self.settings.write_text(f"""
[parameters]
{parameters}
[[operations]]
# What a body must be, the flow says.
include-operation-id = ["receiveHook", "startRun"]
checks.positive_data_acceptance.enabled = false
""")

    def test_every_route_keeps_its_contract(self):
        admin = self.key()
        run = self.start_run("double", admin, number=2)
        self.wait_for(run, admin)
        self.ask("POST", "/hooks/hooked", None, {"number": 4}, {"X-Id": "1"})
        delivery = self.ask("GET", "/api/deliveries", admin)[2]["deliveries"][0]["id"]
        # A stream of a run that waits has no end, and who revokes keys finds its own.
        others = ["--exclude-operation-id", "watchRun", "--exclude-operation-id", "revokeKey"]
        self.configure()
        self.check(admin, "--phases", "coverage,fuzzing", *others)
        self.configure(f'''"path.run" = "{run}"
"path.step" = "twice"
"path.delivery" = "{delivery}"
"path.profile" = "pure"
"path.flow" = "double"''')
        self.check(admin, "--phases", "fuzzing", *others)
        self.configure('"path.key" = "000000000000"')
        self.check(admin, "--phases", "coverage,fuzzing", "--include-operation-id", "revokeKey")
        self.assertIsNone(self.host.poll())


if __name__ == "__main__":
    unittest.main()
