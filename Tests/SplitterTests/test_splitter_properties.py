"""The splitter against real git on random repositories.

`SLUICE_SEED=N` runs one seed, `SLUICE_SOAK=1` runs hundreds. A failure prints its seed.
"""

import collections
import os
import pathlib
import re
import tempfile
import unittest

from splitter_support import merge_request_of

import split_hunks
from random_repository import RandomRepository
from standins import gitlab_entities as entities
from standins.gitlab_service import GitLabService
from standins.parameters import Refused
from standins.positions import check_position

SETTINGS = GitLabService.default_settings | {"collapse_bytes": 1 << 30, "too_large_bytes": 1 << 30}
RANGES = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


def seeds():
    if "SLUICE_SEED" in os.environ:
        return [int(os.environ["SLUICE_SEED"])]
    start = int.from_bytes(os.urandom(3), "big")
    number = 400 if os.environ.get("SLUICE_SOAK") else 30
    print(f"random repositories: seeds {start} to {start + number - 1}")
    return range(start, start + number)


class SplitterProperties(unittest.TestCase):
    def test_every_line_has_git_s_numbers_and_a_position_gitlab_takes(self):
        self.seen = collections.Counter()
        with tempfile.TemporaryDirectory() as folder:
            for seed in seeds():
                with self.subTest(seed=seed):
                    self.check(RandomRepository(seed, pathlib.Path(folder)).repository)
        print("checked:", dict(sorted(self.seen.items())))
        self.assertGreater(self.seen["positions"], 500)

    def check(self, repository):
        request = merge_request_of(repository)
        version = request.refresh()
        files = request.files(version)
        unidiff = self.seen["repositories"] % 2 == 1
        rows = [entities.diff(one, SETTINGS, unidiff) for one in files]
        refs = {"base_sha": version.base, "start_sha": version.start, "head_sha": version.head}
        made = split_hunks.main(rows, refs, lines_at_once=25, bytes_at_once=4000)
        self.seen["repositories"] += 1
        by_path = collections.defaultdict(list)
        for hunk in made["hunks"]:
            by_path[hunk["old_path"], hunk["new_path"]].append(hunk)
        self.assertEqual(len({hunk["id"] for hunk in made["hunks"]}), len(made["hunks"]))
        for one in files:
            names = (entities.shown_text(one.old_path), entities.shown_text(one.new_path))
            if sum(other.new_path == one.new_path for other in files) > 1:
                self.seen["type changes"] += 1  # Two patches under one path.
                self.assertTrue(one.is_deleted or any(
                    skip["new_path"] == names[1] for skip in made["skipped"]))
                continue
            self.check_file(repository, version, request, one, by_path[names], made["skipped"])

    def check_file(self, repository, version, request, one, hunks, skipped):
        if not one.is_text:
            self.assertEqual(hunks, [])
            paths = [(each["old_path"], each["new_path"]) for each in skipped]
            self.assertIn((one.old_path.decode(), one.new_path.decode()), paths)
            self.seen["skipped files"] += 1
            return
        old = lines_of(repository.blob(version.base, one.old_path) or b"")
        new = lines_of(repository.blob(version.head, one.new_path) or b"")
        added, removed = set(), set()
        readable = is_utf8(one.patch)
        for hunk in hunks:
            for line in hunk["lines"]:
                text = line["text"]
                if line["kind"] != "added":
                    self.assertEqual(shown(old[line["old"] - 1], readable), text)
                if line["kind"] != "removed":
                    self.assertEqual(shown(new[line["new"] - 1], readable), text)
                if line["kind"] == "added":
                    added.add(line["new"])
                if line["kind"] == "removed":
                    removed.add(line["old"])
                self.check_position(hunk, line, request)
        self.assertEqual((removed, added), changed_lines(repository, version, one))

    def check_position(self, hunk, line, request):
        self.seen["positions"] += 1
        exact = self.is_accepted(hunk, line["old"], line["new"], request)
        if line["sure"]:
            self.assertTrue(exact, line)
        elif not exact:
            self.seen["refused by GitLab's reader"] += 1
        if line.get("gitlab"):
            numbers = line["gitlab"]
            self.assertTrue(self.is_accepted(hunk, numbers["old"], numbers["new"], request), line)
        if line["sure"]:
            end = {"line_code": f"{hunk['line_code']}_{line['code']}", "type": "new" if line["kind"] == "added" else "old"}
            self.assertTrue(self.is_accepted(
                hunk, line["old"], line["new"], request, line_range={"start": end, "end": end}), line)

    def is_accepted(self, hunk, old, new, request, **more):
        position = dict(hunk["position"], **more)
        if old is not None:
            position["old_line"] = old
        if new is not None:
            position["new_line"] = new
        try:
            check_position(position, request, SETTINGS)
        except Refused:
            return False
        return True


def changed_lines(repository, version, one):
    """Removed and added line numbers by git's own ranges, without a look at any content."""
    paths = {os.fsdecode(one.old_path), os.fsdecode(one.new_path)}
    patch = repository.git("diff-tree", "-r", "-p", "-U0", "-M30%", version.base, version.head,
                           "--", *(f":(literal){path}" for path in sorted(paths)))
    removed, added = set(), set()
    for found in RANGES.finditer(patch):
        for numbers, start, count in ((removed, found[1], found[2]), (added, found[3], found[4])):
            first = int(start)
            numbers.update(range(first, first + (1 if count is None else int(count))))
    return removed, added


def lines_of(data):
    lines = data.split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def is_utf8(data):
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def shown(line, readable):
    return line.decode("utf-8" if readable else "latin-1")


if __name__ == "__main__":
    unittest.main()
