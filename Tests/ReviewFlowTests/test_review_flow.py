"""The flow from the webhook's body to the comments, through `sluice run` and strict stand-ins."""

import json
import subprocess
import time
import unittest

from review_support import ReviewTestCase, sluice

# What the stand-in's patterns find in the demo's merge request, at the lines git gives them.
EXPECTED = [
    ("config/print-agent.ini", "n9", "secret-in-code"),
    ("db/schema.sql", "n5", "left-over-note"),
    ("docs/limits.md", "n6", "left-over-note"),
    ("orders/notify.py", "n7", "secret-in-code"),
    ("orders/storage.py", "n23", "sql-from-text"),
    ("orders/storage.py", "n35", "bare-except"),
    ("orders/storage.py", "n36", "swallowed-error"),
    ("orders/totals.py", "n16", "off-by-one"),
    ("orders/totals.py", "n24", "compare-with-none"),
    ("orders/totals.py", "o22", "removed-check"),
    ("web/cart.js", "n20", "off-by-one"),
]


class Review(ReviewTestCase):
    maxDiff = None

    def test_every_remark_stands_at_its_line_and_every_file_is_accounted_for(self):
        outputs = self.review()

        self.assertEqual(self.places(), EXPECTED)
        self.assertEqual([one["new_path"] for one in outputs["skipped"]], ["web/logo.png"])
        self.assertEqual(outputs["counts"],
                         {"hunks": 12, "reviewed": 12, "comments": 11, "left_out": 0})
        self.assertEqual(self.gitlab.state()["violations"], [])
        self.assertEqual(self.gitlab.state()["quick_actions"], [])

    def test_a_range_keeps_both_ends(self):
        self.review()

        notes = [one["notes"][0] for one in self.gitlab.state()["discussions"]]
        span = next(note["position"]["line_range"] for note in notes
                    if "swallowed-error" in note["body"])
        self.assertEqual((span["start"]["new_line"], span["end"]["new_line"]), (35, 36))

    def test_a_second_run_on_the_same_commit_posts_nothing(self):
        self.review()
        self.review()

        self.assertEqual(self.places(), EXPECTED)
        posts = [one for one in self.gitlab.requests() if one["method"] == "POST"]
        self.assertEqual(len(posts), len(EXPECTED))

    def test_short_pages_busy_answers_and_a_lost_reply_change_nothing(self):
        self.gitlab.scenario(
            settings={"page_size": 2, "link_only": True, "not_ready": 1},
            faults=[
                {"on": {"path": "/diffs$"}, "skip": 1,
                 "do": {"status": 429, "headers": {"Retry-After": "1"}}},
                {"on": {"path": "/diffs$"}, "do": {"status": 502, "body": "bad gateway"}},
                {"on": {"method": "POST"}, "skip": 2, "do": {"cut": "after"}},
                {"on": {"method": "POST"}, "skip": 1, "do": {"cut": "before"}}])
        self.model.scenario(faults=[{"do": {"status": 503, "headers": {"Retry-After": "1"}}}])
        self.review()

        self.assertEqual(self.places(), EXPECTED)
        hit = [one["fault"] for one in self.gitlab.requests() + self.model.requests()
               if one["fault"]]
        self.assertEqual(len(hit), 5)

    def test_old_versions_and_collapsed_files_are_reviewed_just_the_same(self):
        for settings in ({"old_version": True}, {"collapse_bytes": 200},
                         {"ruby_3_4_messages": True}):
            with self.subTest(settings=settings):
                self.setUp()
                self.gitlab.scenario(settings=settings)
                self.review()
                self.assertEqual(self.places(), EXPECTED)

    def test_files_too_large_for_gitlab_are_listed(self):
        self.gitlab.scenario(settings={"too_large_bytes": 500})
        outputs = self.review()

        self.assertEqual(
            [(one["new_path"], one["reason"]) for one in outputs["skipped"]],
            [("orders/storage.py", "too large for GitLab to show"),
             ("orders/totals.py", "too large for GitLab to show"), ("web/logo.png", "binary")])

    def test_a_position_that_gitlab_counts_otherwise_falls_back_to_its_number(self):
        self.model.scenario(rules=[{
            "when": {"contains": "total TEXT NOT NULL"}, "replies": [{"value": {"comments": [
                {"first_line": "o6", "last_line": "o6", "severity": "major",
                 "rule": "lost-column", "comment": "Gone."}]}}]}])
        self.review()

        self.assertIn(("db/schema.sql", "o5", "lost-column"), self.places())

    def test_a_hunk_whose_question_fails_does_not_stop_the_others(self):
        self.model.scenario(rules=[{
            "when": {"contains": "File: web/cart.js"},
            "replies": [{"error": {"message": "no"}, "status": 400}]}])
        outputs = self.review()

        self.assertEqual(self.places(), [one for one in EXPECTED if one[0] != "web/cart.js"])
        self.assertEqual([one["path"] for one in outputs["not-reviewed"]], ["web/cart.js"])

    def test_a_model_server_that_answers_nothing_fails_the_run_with_its_reason(self):
        self.model.scenario(rules=[{"replies": [{"error": {"message": "no slot"}, "status": 400}]}])
        output, errors = self.event_run().communicate(timeout=120)

        self.assertIn("none of the 12 hunks could be reviewed", output + errors)
        self.assertEqual(self.places(), [])

    def test_answers_wrapped_as_servers_wrap_them_are_understood(self):
        for style in ("fenced", "think", "reasoning_content", "trailing-comma"):
            with self.subTest(style=style):
                self.setUp()
                self.model.scenario(settings={"style": style})
                self.review()
                self.assertEqual(self.places(), EXPECTED)

    def test_what_a_model_writes_cannot_command_gitlab(self):
        self.model.scenario(rules=[{"replies": [{"value": {"comments": [
            {"first_line": "n20", "last_line": "n20", "severity": "major", "rule": "x",
             "comment": "Fine.\n/merge\n/close\n<!-- mark --> @everyone closes #1 ![i](http://x)"}]}}]}])
        self.review()

        self.assertEqual(self.gitlab.state()["quick_actions"], [])
        for discussion in self.gitlab.state()["discussions"]:
            body = discussion["notes"][0]["body"]
            self.assertNotIn("<!-- mark", body)
            self.assertNotIn("![i](http", body)

    def test_a_draft_is_left_alone(self):
        self.event["object_attributes"]["draft"] = True
        self.review(self.event)

        self.assertEqual(self.places(), [])
        self.assertEqual(self.gitlab.requests() + self.model.requests(), [])

    def test_killed_in_the_middle_and_resumed_it_posts_everything_once(self):
        self.gitlab.scenario(faults=[
            {"on": {"method": "POST"}, "skip": 4, "do": {"wait": 30, "cut": "after"}}])
        running = self.event_run()
        self.wait_for(lambda: len(self.places()) == 4)
        running.kill()
        running.communicate()
        self.gitlab.scenario(faults=[])

        self.finish(self.start("--resume", self.only_run()))

        self.assertEqual(self.places(), EXPECTED)

    def wait_for(self, condition):
        limit = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), limit, "it did not come to pass")
            time.sleep(0.02)

    def only_run(self):
        listed = subprocess.run(
            [sluice(), "runs", "--json", "--data", str(self.folder / "data")],
            stdout=subprocess.PIPE, check=True).stdout
        runs = json.loads(listed)
        return (runs["runs"] if isinstance(runs, dict) else runs)[0]["id"]


if __name__ == "__main__":
    unittest.main()
