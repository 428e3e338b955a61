"""Whatever a model answers, every remark finds a place that GitLab takes, at the line it named.

`SLUICE_SEED=N` runs one seed, `SLUICE_SOAK=1` runs hundreds. A failure prints its seed.
"""

import collections
import pathlib
import random
import tempfile
import unittest

from script_runs import run_scripts
from splitter_support import FLOW, merge_request_of
from test_splitter_properties import SETTINGS, seeds

import split_hunks
from random_repository import RandomRepository
from standins import gitlab_entities as entities
from standins.parameters import POSITION, Refused, check_parameters
from standins.positions import check_position

NONSENSE = (None, "", "line", "n0", "o0", "n999999", "o999999", 12, "+3", "-2", "L7", "N4", "o 5",
            "n1-n4", {"line": 3}, [1], True, 3.7)


class PlaceProperties(unittest.TestCase):
    def test_every_remark_is_accepted_somewhere_and_exact_ones_at_their_line(self):
        seen = collections.Counter()
        with tempfile.TemporaryDirectory() as folder:
            made = [self.prepare(seed, folder) for seed in seeds()]
            outputs = run_scripts(FLOW / "place_comments.js", [
                {"reviews": reviews, "at_most": 100_000, "at_most_per_hunk": 1000}
                for _, _, reviews in made])
            for (seed, request, reviews), output in zip(made, outputs):
                with self.subTest(seed=seed):
                    self.check(request, reviews, output, seen)
        print("placed:", dict(sorted(seen.items())))
        self.assertGreater(seen["accepted as placed"], 200)

    def prepare(self, seed, folder):
        request = merge_request_of(RandomRepository(seed, pathlib.Path(folder)).repository)
        version = request.refresh()
        rows = [entities.diff(one, SETTINGS) for one in request.files(version)]
        refs = {"base_sha": version.base, "start_sha": version.start, "head_sha": version.head}
        hunks = split_hunks.main(rows, refs)["hunks"]
        chance = random.Random(seed)
        return seed, request, [self.review(hunk, chance) for hunk in hunks]

    def review(self, hunk, chance):
        comments = []
        for number in range(chance.choice((0, 1, 1, 2, 4))):
            first, last = chance.choice(hunk["lines"]), chance.choice(hunk["lines"])
            if chance.random() < 0.4:
                first = last
            labels = [label(first), label(last)]
            if chance.random() < 0.2:
                labels[chance.randrange(2)] = chance.choice(NONSENSE)
            comments.append({"first_line": labels[0], "last_line": labels[1],
                             "rule": f"rule {number}", "severity": "major",
                             "comment": f"{labels[0]} {labels[1]}"})
        return {"state": "succeeded", "item": hunk, "key": hunk["id"],
                "output": {"value": {"comments": comments}}}

    def check(self, request, reviews, output, seen):
        self.assertEqual(output["failed"], [])
        keys = [one["key"] for one in output["comments"]]
        self.assertEqual(len(keys), len(set(keys)))
        hunks = collections.defaultdict(list)
        for review in reviews:
            hunks[review["item"]["new_path"]].append(review["item"])
        for one in output["comments"]:
            chain = [one["position"], *one["fallbacks"]]
            accepted = [number for number, place in enumerate(chain)
                        if self.is_accepted(place, request)]
            self.assertTrue(accepted, one)
            self.assertEqual(accepted[-1], len(chain) - 1, "the file itself is always a place")
            seen["accepted as placed" if accepted[0] == 0 else "accepted at a fallback"] += 1
            seen["ranges"] += "line_range" in one["position"]
            line = next(line for hunk in hunks[one["path"]] for line in hunk["lines"]
                        if label(line) == one["line"])
            if line["sure"]:
                self.assertEqual(accepted[0], 0, one)
            self.assertEqual((one["position"].get("old_line"), one["position"].get("new_line")),
                             (line["old"], line["new"]))

    def is_accepted(self, place, request):
        try:
            check_position(check_parameters(place, POSITION.members, "position"), request, SETTINGS)
        except Refused:
            return False
        return True


def label(line):
    return f"o{line['old']}" if line["kind"] == "removed" else f"n{line['new']}"


if __name__ == "__main__":
    unittest.main()
