"""`scripts/demo` as `make run` performs it."""

import os
import re
import subprocess
import unittest

from review_support import ROOT, ReviewTestCase, sluice
from test_review_flow import EXPECTED

ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith(("GITLAB_", "LLM_"))}


class Demo(ReviewTestCase):
    def show(self, **changes):
        return subprocess.run(
            [str(ROOT / "scripts" / "demo")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, timeout=120, check=False,
            env={**ENVIRONMENT, "SLUICE_BINARY": sluice(),
                 "SLUICE_DEMO_FOLDER": str(self.folder / "shown"), **changes})

    def test_it_shows_every_comment_with_its_file_and_line(self):
        done = self.show()

        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"{len(EXPECTED)} comments on 'Total large orders faster'", done.stdout)
        shown = set(re.findall(r"^  (\S+:\d+)", done.stdout, re.MULTILINE))
        self.assertEqual(shown, {f"{path}:{line[1:]}" for path, line, _ in EXPECTED})
        self.assertRegex(done.stdout, r"runs show \S*\d\S* --data")

    def test_a_real_merge_request_is_reviewed_once_however_often_it_is_shown(self):
        settings = {
            "GITLAB_URL": self.gitlab.url, "GITLAB_TOKEN": self.names["token"],
            "GITLAB_PROJECT": self.names["project_path"], "GITLAB_MR": str(self.names["iid"]),
            "LLM_BASE_URL": self.model.url + "/v1", "LLM_MODEL": self.names["model"],
            "LLM_API_KEY": self.names["api_key"]}
        for _ in range(2):
            done = self.show(**settings)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertEqual(self.places(), EXPECTED)

    def test_a_folder_with_something_else_in_it_is_left_alone(self):
        kept = self.folder / "shown" / "thesis.txt"
        kept.parent.mkdir()
        kept.write_text("years of work")
        done = self.show()

        self.assertEqual(done.returncode, 2)
        self.assertEqual(kept.read_text(), "years of work")

    def test_half_of_a_real_merge_request_s_settings_is_refused_by_name(self):
        done = self.show(GITLAB_URL="https://gitlab.invalid", GITLAB_MR="3")

        self.assertEqual(done.returncode, 2)
        self.assertIn("set GITLAB_TOKEN, GITLAB_PROJECT, LLM_BASE_URL, LLM_MODEL too", done.stderr)


if __name__ == "__main__":
    unittest.main()
