"""Where the splitter and the stand-ins are, and a merge request over any repository."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "Sources" / "Tools"
FLOW = ROOT / "flows" / "gitlab-hunk-review"
sys.path[:0] = [str(TOOLS), str(FLOW)]

from standins.merge_requests import MergeRequest  # noqa: E402


class _ProjectOf:
    def __init__(self, repository):
        self.id, self.path, self.default_branch = 1, "random/repository", "main"
        self.repository = repository


class _FixedMergeRequest(MergeRequest):
    """One whose branches do not move, so that git is asked once."""

    def refresh(self):
        return self.versions[-1] if self.versions else super().refresh()


def merge_request_of(repository):
    """The stand-in's merge request from branch `topic` into `main`."""
    return _FixedMergeRequest(
        _ProjectOf(repository), {"iid": 1, "source_branch": "topic"})
