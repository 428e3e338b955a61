"""What the tests of the checks share: a folder to make an example in, and running a check on it."""

import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent


class CheckCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def run_check(self, name, *arguments):
        """The exit status and all that was printed."""
        command = [SCRIPTS / name, *arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def assert_passes(self, name, *arguments):
        status, printed = self.run_check(name, *arguments)
        self.assertEqual(status, 0, printed)

    def assert_fails(self, name, *arguments, saying):
        status, printed = self.run_check(name, *arguments)
        self.assertEqual(status, 1, printed)
        self.assertIn(saying, printed)
