"""The whole flow on random repositories: every remark stands at the line that it quotes.

`SLUICE_SEED=N` runs one seed, `SLUICE_SOAK=1` runs dozens. A failure prints its seed.
"""

import collections
import os
import unittest

from review_support import ReviewTestCase

import split_hunks
from random_repository import RandomRepository
from standins import gitlab_entities as entities
from standins.reviewer import digest
from test_splitter_properties import SETTINGS


class ReviewPlaces(ReviewTestCase):
    def test_remarks_on_random_merge_requests_stand_at_the_lines_git_names(self):
        start = int(os.environ.get("SLUICE_SEED", int.from_bytes(os.urandom(3), "big")))
        number = 1 if "SLUICE_SEED" in os.environ else 40 if os.environ.get("SLUICE_SOAK") else 3
        print(f"reviews of random repositories: seeds {start} to {start + number - 1}")
        seen = collections.Counter()
        for seed in range(start, start + number):
            with self.subTest(seed=seed):
                self.review_random(seed, seen)
        print("remarks:", dict(sorted(seen.items())))
        self.assertGreater(seen["at their line"], seen["at a fallback"])

    def review_random(self, seed, seen):
        repository = RandomRepository(seed, self.folder).repository
        project = {"id": 41, "path": "random/repository", "repository": repository.path,
                   "merge_requests": [{"iid": 7, "source_branch": "topic", "title": "Random"}]}
        self.gitlab = self.stand_in("gitlab", f"-{seed}", projects=[project], settings={
            "page_size": 3, "collapse_bytes": 1 << 30, "too_large_bytes": 1 << 30})
        self.model = self.stand_in("llm", f"-{seed}", settings={"otherwise": "quote"})
        outputs = self.finish(self.start(
            "flows/gitlab-hunk-review", "--input", "project=41", "--input", "iid=7"))
        self.assertEqual(outputs["not-reviewed"], [])
        notes = [one["notes"][0] for one in self.gitlab.state()["discussions"]]
        self.assertEqual(len(notes), outputs["counts"]["comments"])
        before = seen["at their line"]
        for note in notes:
            self.check(note, repository, seen)
        exact = [one for one in outputs["comments"] if one["placed"] == "exact"]
        self.assertGreaterEqual(seen["at their line"] - before, len(exact))

    def is_in_diff(self, repository, position):
        """Whether git, too, has a line with exactly these numbers in the diff."""
        refs = {key: position[key] for key in ("base_sha", "start_sha", "head_sha")}
        rows = [entities.diff(one, SETTINGS) for one in repository.diff(
            position["base_sha"], position["head_sha"])]
        return any(
            (line["old"], line["new"]) == (position.get("old_line"), position.get("new_line"))
            for hunk in split_hunks.main(rows, refs)["hunks"]
            if hunk["new_path"] == position["new_path"] for line in hunk["lines"])

    def check(self, note, repository, seen):
        """A fallback may stand elsewhere; what stands at a line stands at the right one."""
        position = note.get("position") or {}
        quoted = note["body"].split(": ", 1)[1].split("\n", 1)[0]
        removed = "new_line" not in position
        number = position.get("old_line") if removed else position["new_line"]
        if number is None:
            seen["for a file"] += 1
            return
        commit, path = (position["base_sha"], position["old_path"]) if removed else \
            (position["head_sha"], position["new_path"])
        line = repository.blob(commit, path).split(b"\n")[number - 1]
        self.assertTrue(self.is_in_diff(repository, position), position)
        digests = {digest(line.decode(name, "replace")) for name in ("utf-8", "latin-1")}
        seen["at their line" if quoted in digests else "at a fallback"] += 1


if __name__ == "__main__":
    unittest.main()
