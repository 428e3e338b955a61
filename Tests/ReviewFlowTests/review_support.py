"""Runs flows/gitlab-hunk-review by `sluice run` against fresh stand-ins."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Sources" / "Tools"), str(ROOT / "Tests" / "StandInTests"),
                str(ROOT / "Tests" / "SplitterTests")]

from script_runs import sluice  # noqa: E402
from standin_support import StandIn  # noqa: E402
from standins.demo_repository import build_demo  # noqa: E402


class ReviewTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.demo = pathlib.Path(folder.name) / "demo"
        build_demo(cls.demo)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.names = json.loads((self.demo / "names.json").read_text())
        self.gitlab = self.stand_in("gitlab")
        self.model = self.stand_in("llm")
        self.event = json.loads((self.demo / "event.json").read_text())

    def stand_in(self, kind, name="", **changes):
        world = json.loads((self.demo / f"{kind}-world.json").read_text())
        server = StandIn(kind, {**world, **changes}, self.folder, name)
        self.addCleanup(server.stop)
        return server

    def configure(self):
        private = ["127.0.0.1"]
        path = self.folder / "sluice.yaml"
        path.write_text(json.dumps({
            "connections": {
                "gitlab": {"kind": "gitlab", "url": self.gitlab.url,
                           "token": "secret:GITLAB_TOKEN", "private": private},
                "reviewer": {"kind": "llm", "base-url": self.model.url + "/v1",
                             "model": self.names["model"], "api-key": "secret:LLM_API_KEY",
                             "private": private}},
            "grants": {"gitlab-hunk-review": {
                "profiles": ["pure"], "connections": ["gitlab", "reviewer"],
                "operations": {"gitlab/create-discussion": [str(self.names["project"])]}}},
        }))
        return path

    def command(self, *more):
        return [sluice(), "run", *more, "--json", "--config", str(self.configure()),
                "--data", str(self.folder / "data")]

    def environment(self):
        return dict(os.environ, SLUICE_SECRET_GITLAB_TOKEN=self.names["token"],
                    SLUICE_SECRET_LLM_API_KEY=self.names["api_key"])

    def start(self, *more):
        return subprocess.Popen(
            self.command(*more), cwd=ROOT, env=self.environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def event_run(self, event=None):
        """The flow on the event, running."""
        path = self.folder / "event.json"
        path.write_text(json.dumps(event or self.event))
        return self.start("flows/gitlab-hunk-review", "--event", str(path))

    def review(self, event=None):
        """Runs the flow on the event; the run's outputs."""
        return self.finish(self.event_run(event))

    def finish(self, process):
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, output + errors)
        run = json.loads(output.strip().split("\n")[-1])
        return (run.get("run") or run)["outputs"]

    def places(self):
        """(path, line label, first word of the body) of every comment that is stored."""
        found = []
        for discussion in self.gitlab.state()["discussions"]:
            note = discussion["notes"][0]
            position = note.get("position") or {}
            line = f"n{position['new_line']}" if "new_line" in position else \
                f"o{position['old_line']}" if "old_line" in position else "-"
            found.append((position.get("new_path"), line, note["body"].split("**")[1]))
        return sorted(found)
