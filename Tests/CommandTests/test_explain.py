"""`sluice explain --script` as a person and a program use it: a script's needs, and what they would give away."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PROGRAM = pathlib.Path(os.environ.get("SLUICE", ROOT / ".build" / "debug" / "sluice"))

CURIOUS = """\
import os, socket

def main(host="example.org"):
    try:
        socket.socket()
    except OSError:
        pass
    try:
        os.fork()
    except OSError:
        pass
    return open("/etc/hosts").read()
"""


class ExplainScript(unittest.TestCase):
    def setUp(self):
        self.assertTrue(PROGRAM.exists(), f"{PROGRAM} is not built; run 'swift build' first")
        folder = tempfile.TemporaryDirectory(prefix="sluice-explain-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def explain(self, text, *words, name="step.py"):
        (self.folder / name).write_text(text)
        return subprocess.run([PROGRAM, "explain", "--script", name, *words], cwd=self.folder, capture_output=True,
                              text=True, timeout=120)

    def found(self, text, *words, **more):
        done = self.explain(text, "--json", *words, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_needs_are_told_with_conditions_and_what_can_never_be_had_apart(self):
        found = self.found(CURIOUS)
        needs = {need["syscall"]: need for need in found["needs"]}
        self.assertEqual(needs["socket"]["verdict"], "grantable")
        self.assertEqual(needs["socket"]["when"],
                         ["domain == AF_INET && type & SOCK_TYPE_MASK == SOCK_STREAM && protocol == 0"])
        self.assertEqual(needs["clone"]["verdict"], "never")
        self.assertEqual([needs["socket"]["lines"], needs["clone"]["lines"]], [[5], [9]])
        self.assertIn("call: socket", found["fragment"])
        self.assertNotIn("clone", found["fragment"])

    def test_it_says_where_the_script_stopped(self):
        found = self.found(CURIOUS)
        self.assertFalse(found["complete"])
        self.assertEqual([found["report"]["error"]["type"], found["report"]["error"]["line"]], ["FileNotFoundError", 12])
        text = self.explain(CURIOUS).stdout
        self.assertIn("It stopped before its end", text)
        self.assertIn("shows scripts only", text)
        self.assertIn("ask again", text)

    def test_a_call_that_a_run_is_killed_for_is_followed_by_the_next(self):
        found = self.found("import ctypes, os\ndef main():\n    library = ctypes.CDLL(None)\n"
                           "    library.ptrace(0, 0, 0, 0)\n    library.mount(0, 0, 0, 0, 0)\n    return 1\n")
        self.assertEqual([(need["syscall"], need["verdict"]) for need in found["needs"]],
                         [("ptrace", "never"), ("mount", "dangerous")])
        self.assertEqual([need["lines"] for need in found["needs"]], [[4], [5]])
        self.assertTrue(found["complete"])
        self.assertIsNone(found["fragment"])

    def test_nothing_is_let_through(self):
        found = self.found("import os\ndef main():\n    here = os.getpid()\n    for name in ('socket', 'kill'):\n        pass\n"
                           "    try: os.kill(here, 9)\n    except OSError: return 'alive'\n")
        self.assertEqual(found["report"]["output"], "alive")

    def test_an_honest_script_needs_nothing(self):
        done = self.explain("function main({a}) { return a + 1; }\n", "--input", '{"a": 1}', name="step.js")
        self.assertEqual(done.returncode, 0)
        self.assertIn("it was refused nothing", done.stdout)
        self.assertIn("ran to its end", done.stdout)

    def test_hosts_that_were_refused_are_listed(self):
        script = ("import urllib.request\ndef main():\n"
                  "    try: urllib.request.urlopen('http://192.0.2.1/')\n    except OSError: return 'refused'\n")
        done = self.explain(script, "--profile", "fetch", "--allow-host", "api.example.com:443")
        self.assertIn("Hosts it was refused", done.stdout, done.stderr)
        self.assertIn("192.0.2.1:80", done.stdout)
        found = self.found(script, "--profile", "fetch", "--allow-host", "api.example.com:443")
        self.assertEqual([host["count"] for host in found["hosts"]], [1])

    def test_what_is_not_there_is_a_mistake_of_the_command_line(self):
        missing = subprocess.run([PROGRAM, "explain", "--script", "none.py"], cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(missing.returncode, 2)
        self.assertEqual(self.explain("def main(): pass", "--profile", "pur").returncode, 2)
        self.assertEqual(self.explain("def main(): pass", "pure").returncode, 2)


if __name__ == "__main__":
    unittest.main()
