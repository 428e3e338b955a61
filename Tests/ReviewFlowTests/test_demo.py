"""`scripts/demo` as `make run` performs it."""

import os
import re
import subprocess
import tempfile
import unittest

from review_support import ROOT, sluice
from test_review_flow import EXPECTED

ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith(("GITLAB_", "LLM_"))}


class Demo(unittest.TestCase):
    def demo(self, **changes):
        with tempfile.TemporaryDirectory() as folder:
            return subprocess.run(
                [str(ROOT / "scripts" / "demo")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True, timeout=120, check=False,
                env={**ENVIRONMENT, "SLUICE_DEMO_FOLDER": folder, "SLUICE_BINARY": sluice(),
                     **changes})

    def test_it_shows_every_comment_with_its_file_and_line(self):
        done = self.demo()

        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"{len(EXPECTED)} comments on 'Total large orders faster'", done.stdout)
        shown = set(re.findall(r"^  (\S+:\d+)", done.stdout, re.MULTILINE))
        self.assertEqual(shown, {f"{path}:{line[1:]}" for path, line, _ in EXPECTED})
        self.assertRegex(done.stdout, r"runs show \S*\d\S* --data")

    def test_half_of_a_real_merge_request_s_settings_is_refused_by_name(self):
        done = self.demo(GITLAB_URL="https://gitlab.invalid", GITLAB_MR="3")

        self.assertEqual(done.returncode, 2)
        self.assertIn("set GITLAB_TOKEN, GITLAB_PROJECT, LLM_BASE_URL, LLM_MODEL too", done.stderr)


if __name__ == "__main__":
    unittest.main()
