"""A GitLab stand-in over the demo's merge request, and the requests that the tests make."""

import json
import pathlib
import tempfile
import unittest

from standin_support import StandIn

from standins.demo_repository import build_demo

MR = "/api/v4/projects/41/merge_requests/7"


class GitLabTestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        build_demo(cls.folder / "demo")

    def setUp(self):
        self.world = json.loads((self.folder / "demo/gitlab-world.json").read_text())
        self.token = self.world["tokens"][0]["token"]
        self.server = self.start()
        self.refs = self.get(MR)[2]["diff_refs"]

    def start(self, name="", **options):
        server = StandIn("gitlab", self.world, self.folder, name, **options)
        self.addCleanup(server.stop)
        return server

    def get(self, path, **headers):
        return self.server.send("GET", path, headers={"PRIVATE-TOKEN": self.token, **headers})

    def post(self, path, body, **headers):
        return self.server.send("POST", path, body, {"PRIVATE-TOKEN": self.token, **headers})

    def position(self, path, old_path=None, **lines):
        return {"position_type": "text", **self.refs, "old_path": old_path or path,
                "new_path": path, **lines}

    def comment(self, position):
        return self.post(f"{MR}/discussions", {"body": "here", "position": position})
